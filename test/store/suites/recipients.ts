import { expect, it } from 'vitest';
import { StoreInvalid } from '../../../src/store/index.ts';
import { draftTo } from '../../recipients/support.ts';
import { suppression } from '../../support/suppress.ts';
import type { Bench } from '../fixtures.ts';
import { projection, T0, unique } from '../fixtures.ts';

const INBOX = 'billing@agentmail.to';
const AT = { inboxId: INBOX, nowMs: T0 };
const ACT = { by: 'key-ann', atMs: T0 };
const domain = () => `${unique('d')}.example`;

export function recipientTests({ store }: Bench) {
  it('finds who is suppressed: by address, plus address, domain and subdomain', async () => {
    const [mail, blocked] = [domain(), domain()];
    await store().addSuppression(suppression(` Bob@${mail.toUpperCase()} `));
    await store().addSuppression(suppression(blocked));
    const [bob, tagged, ann] = [`bob@${mail}`, `bob+news@${mail}`, `ann@${mail}`];
    const below = `x@sub.${blocked}`;
    expect(await store().suppressedAmong([ann, bob, tagged, below, `x@not${blocked}`], AT)).toEqual([
      { address: bob, entry: bob, scope: 'organization', reason: 'manual', expiresAtMs: null },
      { address: tagged, entry: bob, scope: 'organization', reason: 'manual', expiresAtMs: null },
      { address: below, entry: blocked, scope: 'organization', reason: 'manual', expiresAtMs: null },
    ]);
    expect(await store().suppressedAmong([], AT)).toEqual([]);
    const act = { ...ACT, scope: 'organization' };
    expect(await store().removeSuppression(`BOB@${mail}`, act)).toBe(1);
    expect(await store().removeSuppression(bob, act)).toBe(0);
    expect(await store().suppressedAmong([bob, tagged], AT)).toEqual([]);
  });

  it('names the weightiest reason, and each holds until it is lifted by itself', async () => {
    const bob = `bob@${domain()}`;
    for (const reason of ['imported', 'complaint', 'manual'] as const) {
      await store().addSuppression(suppression(bob, { reason }));
    }
    expect(await store().suppressedAmong([bob], AT)).toMatchObject([{ reason: 'complaint' }]);
    await store().removeSuppression(bob, { ...ACT, scope: 'organization', reason: 'complaint' });
    expect(await store().suppressedAmong([bob], AT)).toMatchObject([{ reason: 'manual' }]);
  });

  it('keeps to its scope and to its time', async () => {
    const [bob, eve] = [`bob@${domain()}`, `eve@${domain()}`];
    await store().addSuppression(suppression(bob, { scope: 'other@agentmail.to' }));
    await store().addSuppression(suppression(eve, { expiresAtMs: T0 + 1 }));
    expect(await store().suppressedAmong([bob, eve], AT)).toMatchObject([{ address: eve, expiresAtMs: T0 + 1 }]);
    expect(await store().suppressedAmong([bob, eve], { ...AT, nowMs: T0 + 1 })).toEqual([]);
    const there = { inboxId: 'other@agentmail.to', nowMs: T0 };
    expect(await store().suppressedAmong([bob], there)).toMatchObject([{ scope: 'other@agentmail.to' }]);
  });

  it('never lets a shorter telling shorten a longer one', async () => {
    const bob = `bob@${domain()}`;
    const tell = async (expiresAtMs: number | null) => {
      const { changed } = await store().addSuppression(suppression(bob, { expiresAtMs, note: `${expiresAtMs}` }));
      const kept = await store().getSuppression(suppression(bob));
      return [changed, kept?.expiresAtMs, kept?.note];
    };
    expect(await tell(T0)).toEqual([true, T0, `${T0}`]);
    expect(await tell(T0 - 1)).toEqual([false, T0, `${T0}`]);
    expect(await tell(T0 + 1)).toEqual([true, T0 + 1, `${T0 + 1}`]);
    expect(await tell(null)).toEqual([true, null, 'null']);
    expect(await tell(T0 + 9)).toEqual([false, null, 'null']);
    const told = (await store().recipientEvents(bob)).map(({ action, data }) => [action, data.expiresAtMs]);
    expect(told).toEqual([T0, T0 + 1, null].map((end) => ['suppressed', end]));
  });

  it.each(['', 'bob', 'a b@example.com', 'bob@', '@', 'a@b@c.org', 'example.', '%'])(
    'refuses to suppress %j',
    async (entry) => {
      await expect(store().addSuppression(suppression(entry))).rejects.toThrow(StoreInvalid);
      expect(await store().removeSuppression(entry, { ...ACT, scope: 'organization' })).toBe(0);
    },
  );

  it('pages through suppressions', async () => {
    const at = domain();
    const entries = Array.from({ length: 25 }, (_, i) => `p${String(i).padStart(2, '0')}@${at}`);
    await Promise.all(entries.map((entry) => store().addSuppression(suppression(entry))));
    await store().addSuppression(suppression(`p00@${at}`, { reason: 'complaint', expiresAtMs: T0 }));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await store().listSuppressions({
        ...{ text: at.toUpperCase(), limit: 10, liveAtMs: T0 },
        cursor: cursor ?? undefined,
      });
      seen.push(...page.items.map((item) => item.entry));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(entries);
    expect((await store().listSuppressions({ text: at, limit: 100 })).items).toHaveLength(26);
    expect((await store().listSuppressions({ text: at, reason: 'complaint', limit: 9 })).items).toHaveLength(1);
    await expect(store().listSuppressions({ limit: 10, cursor: 'nonsense' })).rejects.toThrow(StoreInvalid);
  });

  it('keeps with every change that open drafts have to be told, until they are', async () => {
    const at = domain();
    const bob = `bob@${at}`;
    const due = async (nowMs = T0 + 60_000) =>
      (await store().dueNotices({ nowMs, limit: 100 })).filter(({ entry }) => entry === bob);
    const notice = async () => {
      const found = await store().noticeAbout(bob, 'organization');
      if (found) await store().settleNotice(found);
      return found !== null;
    };
    const entry = suppression(bob, { createdAtMs: T0 });
    await store().addSuppression(entry);
    // No draft would go there.
    expect(await due()).toEqual([]);
    const draftId = await draftTo(store(), [`Bob <bob+x@${at}>`]);
    await store().removeSuppression(bob, { ...ACT, scope: 'organization' });
    await store().addSuppression(entry);
    expect(await due(T0 + 59_999)).toEqual([]);
    const [first] = await due();
    expect(first).toEqual({ entry: bob, scope: 'organization', because: 'changed', version: 2, after: null });
    await store().keepNotice(first!, { after: draftId });
    expect(await due()).toMatchObject([{ after: draftId }]);
    // What changes meanwhile is told from the start, whatever was told of what was before.
    await store().putPreference(bob, { optedOut: ['newsletter'] }, ACT);
    await store().settleNotice(first!);
    expect(await due()).toMatchObject([{ version: 3, after: null }]);
    expect([await notice(), await notice()]).toEqual([true, false]);
    const proposal = { proposalId: bob, address: bob, inboxId: INBOX, messageId: bob, threadId: null };
    const found = { language: 'en', foundIn: 'text', status: 'open', decidedBy: null, decidedAtMs: null } as const;
    const changes: [string, () => Promise<unknown>, boolean][] = [
      ['suppressed already', () => store().addSuppression(entry), false],
      ['opted out', () => store().optOut(bob, '*', true, ACT), true],
      ['opted out already', () => store().optOut(bob, '*', true, ACT), false],
      ['back in', () => store().optOut(bob, '*', false, ACT), true],
      ['forgotten', () => store().removePreference(bob, ACT), true],
      ['proposed', () => store().addProposal({ ...proposal, ...found, createdAtMs: T0 }), true],
      ['proposed already', () => store().addProposal({ ...proposal, ...found, createdAtMs: T0 }), false],
      ['decided', () => store().decideProposal(bob, { status: 'dismissed', by: 'x', atMs: T0 }), true],
      ['lifted', () => store().removeSuppression(bob, { ...ACT, scope: 'organization' }), true],
      ['of another inbox', () => store().addSuppression({ ...entry, scope: 'other@agentmail.to' }), false],
    ];
    for (const [what, change, expected] of changes) {
      await change();
      expect([what, await notice()]).toEqual([what, expected]);
    }
    expect(await store().noticeAbout(bob, 'other@agentmail.to')).toBeNull();
    await store().addSuppression({ ...entry, scope: INBOX });
    expect(await store().noticeAbout(bob, INBOX)).not.toBeNull();
  });

  it('keeps with a suppression that ends that open drafts are to be told of its end', async () => {
    const at = domain();
    const bob = `bob@${at}`;
    const END = T0 + 90_000;
    const due = async (nowMs: number) =>
      (await store().dueNotices({ nowMs, limit: 1_000 })).filter(({ entry }) => entry === bob);
    const entry = suppression(bob, { createdAtMs: T0, expiresAtMs: END });
    await store().addSuppression(entry);
    await store().addSuppression(suppression(bob, { reason: 'hard_bounce', expiresAtMs: END + 5 }));
    // One that comes later is told, too.
    const draftId = await draftTo(store(), [`Bob <bob+x@${at}>`]);
    expect(await store().noticeAbout(bob, 'organization')).toBeNull();
    expect(await due(END - 1)).toEqual([]);
    const [first] = await due(END);
    expect(first).toEqual({ entry: bob, scope: 'organization', because: 'manual', version: 1, after: null });
    // Suppressed for longer while drafts were told of the end that was.
    await store().addSuppression({ ...entry, expiresAtMs: END + 9 });
    await store().settleNotice(first!);
    const changed = { because: 'changed' };
    expect(await due(END + 4)).toMatchObject([changed]);
    const ends = [{ because: 'hard_bounce' }, { because: 'manual', version: 2 }];
    expect(await due(END + 9)).toMatchObject([changed, ...ends]);
    // For ever, and lifted.
    await store().addSuppression({ ...entry, expiresAtMs: null });
    expect(await due(END + 9)).toMatchObject([changed, { because: 'hard_bounce' }]);
    await store().removeSuppression(bob, { ...ACT, scope: 'organization' });
    expect(await due(T0 + 999_999)).toMatchObject([changed]);
    await store().settleNotice((await due(T0 + 999_999))[0]!);
    // Nobody is left who would have to know.
    await store().addSuppression(suppression(bob, { createdAtMs: T0, expiresAtMs: END }));
    await store().settleNotice((await store().noticeAbout(bob, 'organization'))!);
    await store().record(draftId, [], projection({ status: 'cancelled', sequence: 9 }));
    expect(await due(END)).toEqual([]);
  });

  it('mirrors durably, and takes off only what it put on', async () => {
    const bob = `bob@${domain()}`;
    const pending = async (nowMs = T0) =>
      (await store().pendingMirrors({ nowMs, limit: 100 })).filter(({ entry }) => entry === bob);
    await store().addSuppression(suppression(bob));
    expect(await pending()).toEqual([]);
    await store().addSuppression(suppression(bob, { reason: 'complaint' }), { mirror: true });
    const [block] = await pending();
    expect(block).toMatchObject({ entry: bob, scope: 'organization', wanted: 'block', attempts: 0 });
    await store().settleMirror(block!, { kind: 'failed', retryAtMs: T0 + 60_000, code: 'agentmail.unavailable' });
    expect([(await pending()).length, (await pending(T0 + 60_000))[0]?.attempts]).toEqual([0, 1]);
    await store().settleMirror(block!, { kind: 'done', owner: 'ours' });
    expect(await pending(T0 + 60_000)).toEqual([]);
    await store().removeSuppression(bob, { ...ACT, scope: 'organization', reason: 'complaint' });
    expect(await pending()).toEqual([]);
    await store().removeSuppression(bob, { ...ACT, scope: 'organization' });
    const [unblock] = await pending();
    expect(unblock).toMatchObject({ wanted: 'unblock', owner: 'ours' });
    // Suppressed again while AgentMail was being asked: the late answer settles nothing, and tells that it is gone there.
    await store().addSuppression(suppression(bob, { createdAtMs: T0 }), { mirror: true });
    await store().settleMirror(unblock!, { kind: 'done', owner: null });
    const [again] = await pending();
    expect(again).toMatchObject({ wanted: 'block', owner: null });
    // Lifted while AgentMail was being asked: whose entry it found is known to the wish that came after.
    await store().removeSuppression(bob, { ...ACT, scope: 'organization' });
    await store().settleMirror(again!, { kind: 'done', owner: 'theirs' });
    expect(await pending()).toMatchObject([{ wanted: 'unblock', owner: 'theirs' }]);
  });

  it('lets AgentMail forget an entry when it expires', async () => {
    const bob = `bob@${domain()}`;
    await store().addSuppression(suppression(bob, { expiresAtMs: T0 + 10 }), { mirror: true });
    const find = async (nowMs: number) =>
      (await store().pendingMirrors({ nowMs, limit: 100 })).find(({ entry }) => entry === bob);
    const block = await find(T0);
    await store().settleMirror(block!, { kind: 'done', owner: 'ours' });
    expect(await find(T0 + 9)).toBeUndefined();
    expect(await find(T0 + 10)).toMatchObject({ wanted: 'unblock' });
  });

  it('keeps preferences, changes only what is named, and lets a plus address inherit', async () => {
    const at = domain();
    const [bob, tagged] = [`bob@${at}`, `bob+news@${at}`];
    await store().putPreference(`Bob <BOB@${at}>`, { timeZone: 'Europe/Berlin', optedOut: ['newsletter'] }, ACT);
    await store().putPreference(bob, { quietFrom: '22:00', quietTo: '07:00' }, { by: 'key-bo', atMs: T0 + 1 });
    const stored = {
      ...{ address: bob, timeZone: 'Europe/Berlin', quietFrom: '22:00', quietTo: '07:00', language: null },
      ...{ optedOut: ['newsletter'], updatedAtMs: T0 + 1, updatedBy: 'key-bo' },
    };
    expect(await store().getPreference(bob)).toEqual(stored);
    expect(await store().preferencesOf([bob, tagged, `eve@${at}`])).toEqual([stored, { ...stored, address: tagged }]);
    await store().putPreference(tagged, { timeZone: 'Asia/Tokyo', optedOut: ['offers'] }, ACT);
    expect(await store().preferencesOf([tagged])).toMatchObject([
      { timeZone: 'Asia/Tokyo', quietFrom: '22:00', optedOut: ['newsletter', 'offers'] },
    ]);
    await store().putPreference(bob, { timeZone: null }, ACT);
    expect(await store().getPreference(bob)).toMatchObject({ timeZone: null, quietTo: '07:00' });
    expect(await store().removePreference(bob, ACT)).toBe(true);
    expect(await store().removePreference(bob, ACT)).toBe(false);
    await expect(store().putPreference('nobody', {}, ACT)).rejects.toThrow(StoreInvalid);
  });

  it('loses none of several opt-outs at once, and repeats change nothing', async () => {
    const bob = `bob@${domain()}`;
    const categories = ['newsletter', 'offers', '*'];
    const opts = await Promise.all(
      [...categories, ...categories].map((category) => store().optOut(bob, category, true, ACT)),
    );
    expect(opts.filter(Boolean)).toHaveLength(3);
    expect((await store().getPreference(bob))?.optedOut.sort()).toEqual(['*', 'newsletter', 'offers']);
    expect(await store().optOut(bob, '*', false, ACT)).toBe(true);
    expect(await store().optOut(bob, '*', false, ACT)).toBe(false);
    expect(await store().optOut(`eve@${domain()}`, '*', false, ACT)).toBe(false);
    const actions = (await store().recipientEvents(bob)).map(({ action }) => action);
    expect(actions).toEqual(['opted_out', 'opted_out', 'opted_out', 'opt_out_undone']);
  });
}
