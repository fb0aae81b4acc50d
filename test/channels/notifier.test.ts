import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { emailChannel } from '../../src/channels/email.ts';
import { createNotifier, type Notifier } from '../../src/channels/notifier.ts';
import { slotOf } from '../../src/channels/plan.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import type { Digest } from '../../src/store/types.ts';
import { revision } from '../store/fixtures.ts';
import { MemoryMail, person, tokens, told, waiting } from './support.ts';

const OPEN = { email: true, slack: false, slackChannel: false, webhook: false };
const NOW = Date.UTC(2026, 4, 4, 8, 20);
let store: Store;
let nowMs = NOW;
const started: string[] = [];
const notifiers: Notifier[] = [];
const make = () => {
  const start = async (bundle: string) => {
    started.push(bundle);
    return true;
  };
  const notifier = createNotifier({ store, open: OPEN, start, clock: () => nowMs, log: { warn: () => undefined } });
  notifiers.push(notifier);
  return notifier;
};
const mail = new MemoryMail();
const channel = () =>
  emailChannel({ store, mail, tokens, publicUrl: 'https://review.test', deskUrl: 'https://desk.test', replies: true });

beforeAll(async () => {
  store = await openStore({ memory: true });
});
afterAll(async () => {
  for (const notifier of notifiers) await notifier.close();
  await store.close();
});
beforeEach(() => {
  nowMs = NOW;
  started.length = 0;
  mail.sent.length = 0;
});

async function subscriber(name: string, digest: Digest = 'none', groups: string[] = []) {
  const one = await person(store, name, ['reviewer'], groups);
  await store.putNotifications({ personId: one.userId, email: true, digest }, 1);
  return one;
}
const tellingsOf = async (draftId: string, personId: string) =>
  (await store.tellingsOf(draftId)).filter((one) => one.personId === personId);

describe('who is told', () => {
  test('each who asked for it once, however many processes read the log; nobody else', async () => {
    const [notifier, other] = [make(), make()];
    await notifier.step();
    const ana = await subscriber('Ana');
    const silent = await person(store, 'Silent');
    const operator = await person(store, 'Olga', ['operator']);
    await store.putNotifications({ personId: operator.userId, email: true, digest: 'none' }, 1);
    const { draftId } = await waiting(store);
    await Promise.all([notifier.step(), other.step(), notifier.step()]);
    await other.step();
    const made = await store.tellingsOf(draftId);
    expect(made.map(({ personId, kind, channel: via }) => [personId, kind, via])).toEqual([
      [ana.userId, 'review', 'email'],
    ]);
    expect(made.some(({ personId }) => personId === silent.userId)).toBe(false);
    expect(started).toContain(made[0]?.bundle);
  });

  test('of a revision that a group has to approve, its people; of what became of it, those who were asked', async () => {
    const notifier = make();
    await notifier.step();
    const legal = await subscriber('Lea', 'none', ['legal']);
    const sales = await subscriber('Sam', 'none', ['sales']);
    const { draftId } = await waiting(store);
    await notifier.step();
    await told(
      store,
      draftId,
      { type: 'revision_written', revision: 1, data: { status: 'in_review', needs: [{ group: 'legal', count: 1 }] } },
      { status: 'in_review' },
    );
    await notifier.step();
    expect(await tellingsOf(draftId, legal.userId)).toHaveLength(2);
    expect(await tellingsOf(draftId, sales.userId)).toHaveLength(1);
    await told(store, draftId, { type: 'escalated', revision: 1, data: { group: 'sales' } }, { status: 'in_review' });
    await told(store, draftId, { type: 'rejected', actorId: legal.userId, revision: 1 }, { status: 'rejected' });
    await notifier.step();
    const kinds = async (id: string) => (await tellingsOf(draftId, id)).map(({ kind }) => kind);
    expect(await kinds(sales.userId)).toEqual(['review', 'escalation', 'outcome']);
    expect(await kinds(legal.userId)).toEqual(['review', 'review']);
  });

  test('of a draft that has somebody, that person; once it passes to another, that one, and each once', async () => {
    const notifier = make();
    await notifier.step();
    const [ada, eva] = [await subscriber('Ada', 'none', ['pair']), await subscriber('Eva', 'none', ['pair'])];
    const { draftId } = await waiting(store);
    const hers = { draftId, personId: ada.userId, assignedBy: 'system', atMs: 1, leaseUntilMs: null };
    await store.assign(hers, { onlyIfFree: false });
    await told(
      store,
      draftId,
      { type: 'assigned', data: { person: ada.userId }, revision: 1 },
      { status: 'in_review' },
    );
    await notifier.step();
    const kinds = async (id: string) => (await tellingsOf(draftId, id)).map(({ kind }) => kind);
    expect([await kinds(ada.userId), await kinds(eva.userId)]).toEqual([['review'], []]);
    await store.assign({ ...hers, personId: eva.userId, assignedBy: ada.userId, atMs: 2 }, { onlyIfFree: false });
    const handed = { type: 'assigned', actorId: ada.userId, data: { person: eva.userId }, revision: 1 } as const;
    await told(store, draftId, handed, { status: 'in_review' });
    // Taking a draft oneself is no news, nor is opening it.
    await told(store, draftId, { ...handed, actorId: eva.userId }, { status: 'in_review' });
    await notifier.step();
    expect([await kinds(ada.userId), await kinds(eva.userId)]).toEqual([['review'], ['review']]);
  });

  test('nobody who is away, unless it escalates to them; whoever is asked instead is told', async () => {
    const notifier = make();
    await notifier.step();
    const [ida, ute] = [await subscriber('Ida', 'none', ['desk']), await subscriber('Ute', 'none', ['desk'])];
    const away = { fromMs: NOW, untilMs: NOW + 1_000, standInId: null, saidBy: 'x', atMs: NOW };
    await store.putAbsence({ personId: ida.userId, ...away });
    const { draftId } = await waiting(store);
    await store.assign(
      { draftId, personId: ida.userId, assignedBy: 'x', atMs: 1, leaseUntilMs: null },
      { onlyIfFree: false },
    );
    await notifier.step();
    const kinds = async (id: string) => (await tellingsOf(draftId, id)).map(({ kind }) => kind);
    // It is hers, but she does not read it now.
    expect([await kinds(ida.userId), await kinds(ute.userId)]).toEqual([[], ['review']]);
    await told(store, draftId, { type: 'reminded', revision: 1 }, { status: 'in_review' });
    await told(store, draftId, { type: 'escalated', revision: 1, data: { group: 'desk' } }, { status: 'in_review' });
    await notifier.step();
    expect(await kinds(ida.userId)).toEqual(['escalation']);
    expect(await kinds(ute.userId)).toEqual(['review', 'reminder', 'escalation']);
    nowMs = NOW + 1_000;
    await told(store, draftId, { type: 'reminded', revision: 1 }, { status: 'in_review' });
    await notifier.step();
    expect(await kinds(ida.userId)).toEqual(['escalation', 'reminder']);
    await store.removeAbsence(ida.userId);
  });

  test('of a draft for a group, its people alone', async () => {
    const notifier = make();
    await notifier.step();
    const [law, art] = [await subscriber('Law', 'none', ['law']), await subscriber('Art', 'none', ['art'])];
    const { draftId } = await waiting(store);
    const nobody = { people: [], outcome: 'named', cause: { kind: 'route' } } as const;
    await store.route({
      ...{ draftId, revision: 1, round: 0, group: 'law', inTurn: false, named: nobody, excluded: [], keys: [] },
      ...{ otherwise: 'group', nowMs: NOW },
    });
    await notifier.step();
    expect(
      [await tellingsOf(draftId, law.userId), await tellingsOf(draftId, art.userId)].map((all) => all.length),
    ).toEqual([1, 0]);
  });

  test('a digest waits for its hour and gathers what came meanwhile', async () => {
    const notifier = make();
    await notifier.step();
    const dora = await subscriber('Dora', 'hourly');
    const drafts = [await waiting(store), await waiting(store)];
    await notifier.step();
    const bundles = new Set<string>();
    for (const { draftId } of drafts) {
      for (const one of await tellingsOf(draftId, dora.userId)) {
        bundles.add(one.bundle);
        expect(one.dueAtMs).toBe(Date.UTC(2026, 4, 4, 9));
      }
    }
    const [bundle = ''] = bundles;
    expect([bundles.size, started.includes(bundle)]).toEqual([1, false]);
    nowMs = Date.UTC(2026, 4, 4, 9);
    await notifier.step();
    expect(started).toContain(bundle);
    await channel().tell({ noticeId: bundle, tellings: await store.pendingTellings(bundle) });
    expect(mail.sent).toMatchObject([{ to: [dora.email], subject: '[Countersign] 2 drafts to review' }]);
    expect(mail.sent[0]?.text.match(/https:\/\/review\.test\/r\//g)).toHaveLength(2);
  });

  test.each([
    ['hourly', Date.UTC(2026, 4, 4, 8, 59), Date.UTC(2026, 4, 4, 9)],
    ['hourly', Date.UTC(2026, 4, 4, 9), Date.UTC(2026, 4, 4, 10)],
    ['daily', Date.UTC(2026, 4, 4, 6, 59), Date.UTC(2026, 4, 4, 7)],
    ['daily', Date.UTC(2026, 4, 4, 7), Date.UTC(2026, 4, 5, 7)],
    ['none', NOW, NOW],
  ] as const)('a digest %s of %d leaves at %d', (digest, atMs, slotMs) => {
    expect(slotOf(digest, atMs)).toBe(slotMs);
  });
});

describe('a mail to a reviewer', () => {
  async function mailOf(change: Partial<Parameters<typeof revision>[1] & object> = {}) {
    const ana = await subscriber('Ana');
    const notifier = make();
    await notifier.step();
    const { draftId, record } = await waiting(store);
    if (Object.keys(change).length > 0) {
      await store.saveRevision({ ...revision(draftId), revision: 2, digest: 'e'.repeat(64), ...change });
      await store.look({
        personId: ana.userId,
        draftId,
        revision: 1,
        words: 2,
        openedAtMs: 1,
        seenAtMs: 1,
        eventId: null,
        messageId: null,
        policy: null,
      });
      await told(
        store,
        draftId,
        { type: 'revision_written', revision: 2, digest: 'e'.repeat(64), data: { status: 'in_review' } },
        { status: 'in_review', revision: 2, digest: 'e'.repeat(64) },
      );
    }
    await notifier.step();
    const [last] = (await tellingsOf(draftId, ana.userId)).slice(-1);
    const tellings = await store.pendingTellings(last?.bundle ?? '');
    const tell = () => channel().tell({ noticeId: 'n', tellings });
    const { skipped } = await tell();
    await tell();
    return { ana, draftId, record, skipped, mail: mail.sent[0], count: mail.sent.length };
  }

  test('holds the text line by line, a link of their own, and leaves once however often it is tried', async () => {
    const { ana, draftId, mail: sent, count } = await mailOf();
    expect(count).toBe(1);
    expect(sent?.to).toEqual([ana.email]);
    expect(sent?.subject).toMatch(/^\[Countersign\] To review: Your invoice 2026-17 \[CS-[0-9A-F]{20}\]$/);
    expect(sent?.text).toContain('| Hello Ann');
    const [, token = ''] = /\/r\/(\S+)/.exec(sent?.text ?? '') ?? [];
    expect(tokens.read(token, nowMs)).toMatchObject({ personId: ana.userId, draftId, revision: 1 });
    expect(await store.reviewMessagesOfThread('reviews@acme.test', 'thread-0')).toMatchObject([{ draftId }]);
  });

  test('shows what changed, warnings, and HTML that says something else than the text, never its markup', async () => {
    const { content } = revision('x');
    const { mail: sent } = await mailOf({
      content: {
        ...content,
        text: 'Hello Bea\u202E',
        html: '<p>Pay <a href="https://evil.example">here</a></p><script>x()</script>',
      },
      warnings: [{ level: 'warning', code: 'w', message: 'The HTML says something else.' }],
    });
    expect(sent?.text).toContain('| - Hello Ann');
    expect(sent?.text).toContain('| + Hello Bea<U+202E>');
    expect(sent?.text).toContain('warning: The HTML says something else.');
    expect(sent?.text).toContain('| here -> https://evil.example');
    expect(sent?.text).not.toMatch(/<p>|<script/);
  });

  test('is not sent for what is decided already', async () => {
    const ana = await subscriber('Ana');
    const notifier = make();
    await notifier.step();
    const { draftId } = await waiting(store);
    await notifier.step();
    const [one] = await tellingsOf(draftId, ana.userId);
    await told(store, draftId, { type: 'rejected', revision: 1 }, { status: 'rejected' });
    const tellings = await store.pendingTellings(one?.bundle ?? '');
    expect(await channel().tell({ noticeId: 'n', tellings })).toMatchObject({ skipped: [{ draftId }] });
    expect(mail.sent).toEqual([]);
  });
});

test('the word in a subject is of its person, draft and revision alone', () => {
  const subject = { personId: 'a', draftId: 'd', revision: 1, digest: 'd'.repeat(64) };
  const code = tokens.code(subject);
  expect(tokens.hasCode(`Re: [${code}]`, subject)).toBe(true);
  for (const other of [{ personId: 'b' }, { draftId: 'e' }, { revision: 2 }, { digest: 'e'.repeat(64) }]) {
    expect(tokens.hasCode(`Re: [${code}]`, { ...subject, ...other })).toBe(false);
  }
});
