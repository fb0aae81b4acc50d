import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { QUOTA_DEFAULTS } from '../../../src/store/sends.ts';
import type { PauseTarget, PermitAnswer, PermitRequest } from '../../../src/store/types.ts';
import { type Bench, entry, projection, T0, unique } from '../fixtures.ts';

const granted = (answer: PermitAnswer) => {
  if (!answer.granted) throw new Error(`no room in ${answer.scope} for ${answer.waitMs} ms`);
  return answer.permitId;
};
const refused = (answer: PermitAnswer) => {
  if (answer.granted) throw new Error('there was room');
  return answer;
};

export function limitTests({ store, newDraft }: Bench) {
  const pauseOf = (kind: 'all' | 'inbox' | 'recipe' | 'agent' | 'batch', id: string) => ({
    ...{ kind, id, reason: 'audit', by: 'key-olga', atMs: T0 },
  });
  const target = (change: Partial<PauseTarget> = {}): PauseTarget => ({
    ...{ draftId: 'free', inboxId: 'free@acme.test', recipe: null, creatorId: 'free', batchId: null, ...change },
  });

  it('pauses what was said and nothing else, widest first', async () => {
    const [inboxId, recipe, creatorId, batchId] = ['inbox', 'recipe', 'agent', 'batch'].map(unique) as [
      string,
      string,
      string,
      string,
    ];
    const made = [pauseOf('inbox', inboxId), pauseOf('recipe', recipe), pauseOf('agent', creatorId)];
    for (const one of [pauseOf('batch', batchId), ...made]) await store().putPause(one);
    expect(await store().pausesOn(target())).toEqual([]);
    expect(await store().pausesOn(target({ recipe }))).toEqual([pauseOf('recipe', recipe)]);
    expect(await store().pausesOn({ draftId: 'free', inboxId, recipe, creatorId, batchId })).toEqual([
      ...made,
      pauseOf('batch', batchId),
    ]);
    await store().putPause({ ...pauseOf('all', ''), reason: 'fire' });
    expect(await store().pausesOn(target())).toEqual([{ ...pauseOf('all', ''), reason: 'fire' }]);
    await store().putPause({ ...pauseOf('inbox', inboxId), reason: 'content_mismatch', by: 'system' });
    // A person's stays what it is; one of our own may be said anew, and a person's takes its place.
    expect(await store().listPauses()).toContainEqual(pauseOf('inbox', inboxId));
    const [ours] = [unique('inbox')];
    await store().putPause({ ...pauseOf('inbox', ours), reason: 'bounce_rate', by: 'system' });
    await store().putPause({ ...pauseOf('inbox', ours), reason: 'content_mismatch', by: 'system' });
    expect(await store().listPauses()).toContainEqual({
      ...pauseOf('inbox', ours),
      ...{ reason: 'content_mismatch', by: 'system' },
    });
    await store().putPause(pauseOf('inbox', ours));
    expect(await store().listPauses()).toContainEqual(pauseOf('inbox', ours));
    expect(await store().removePause('inbox', ours)).toBe(true);
    expect(await store().removePause('all', '')).toBe(true);
    expect(await store().removePause('all', '')).toBe(false);
    for (const { kind, id } of [...made, pauseOf('batch', batchId)]) await store().removePause(kind, id);
    expect(await store().listPauses()).toEqual([]);
  });

  it('knows which drafts a pause holds, and which are held by none', async () => {
    const [inboxId, other, batchId] = [unique('inbox'), unique('inbox'), unique('batch')];
    const held = async (
      inbox: string,
      reason: 'paused' | 'inbox_paused' | 'quota_exhausted' | null,
      batch?: string,
    ) => {
      const id = await newDraft({ inboxId: inbox, batchId: batch ?? null });
      await store().record(id, [], projection({ status: 'scheduled', reason }));
      return id;
    };
    const mine = [await held(inboxId, 'inbox_paused'), await held(inboxId, 'paused'), await held(inboxId, 'paused')];
    const theirs = await held(other, 'paused', batchId);
    for (const reason of [null, 'quota_exhausted'] as const) await held(inboxId, reason);
    const back = await newDraft({ inboxId });
    await store().record(back, [], projection({ status: 'in_review', reason: 'inbox_paused' }));

    const first = await store().heldDrafts({ kind: 'inbox', id: inboxId }, { limit: 2 });
    expect(first.draftIds).toHaveLength(2);
    const cursor = first.nextCursor ?? '';
    const rest = await store().heldDrafts({ kind: 'inbox', id: inboxId }, { limit: 2, cursor });
    expect(rest.nextCursor).toBeNull();
    expect([...first.draftIds, ...rest.draftIds].sort()).toEqual([...mine].sort());
    expect(await store().countHeldDrafts({ kind: 'inbox', id: inboxId })).toBe(3);
    expect((await store().heldDrafts({ kind: 'batch', id: batchId }, { limit: 9 })).draftIds).toEqual([theirs]);
    expect(await store().countHeldDrafts({ kind: 'all', id: '' })).toBe(4);

    expect((await store().heldWithoutPause(100)).sort()).toEqual([...mine, theirs].sort());
    await store().putPause(pauseOf('inbox', inboxId));
    expect(await store().heldWithoutPause(100)).toEqual([theirs]);
    await store().putPause(pauseOf('batch', batchId));
    expect(await store().heldWithoutPause(100)).toEqual([]);
    await store().removePause('batch', batchId);
    await store().removePause('inbox', inboxId);
  });

  it('keeps limits, several windows to a target', async () => {
    await store().putLimits('organization', '*', [
      { count: 10, perMs: 1_000 },
      { count: 500, perMs: 60_000 },
    ]);
    await store().putLimits('inbox', 'a@acme.test', [{ count: 1, perMs: 1_000 }]);
    await store().putLimits('organization', '*', [
      { count: 20, perMs: 1_000 },
      { count: 9_000, perMs: 3_600_000 },
    ]);
    const wanted = [
      { kind: 'inbox', target: 'a@acme.test', count: 1, perMs: 1_000 },
      { kind: 'organization', target: '*', count: 20, perMs: 1_000 },
      { kind: 'organization', target: '*', count: 9_000, perMs: 3_600_000 },
    ];
    expect(await store().listLimits()).toEqual(wanted);
    const { limits, keyBlockedMs } = await store().sendLimits();
    expect(limits).toHaveLength(3);
    expect(limits).toEqual(expect.arrayContaining(wanted));
    expect(keyBlockedMs).toBe(0);
    expect(await store().removeLimits('organization', '*')).toBe(true);
    expect(await store().removeLimits('organization', '*')).toBe(false);
    await store().removeLimits('inbox', 'a@acme.test');
    expect(await store().sendLimits()).toEqual({ limits: [], keyBlockedMs: 0 });
  });

  const ask = (
    scope: string,
    change: Partial<PermitRequest> & { count?: number; perMs?: number; flow?: string } = {},
  ) => {
    const { count = 2, perMs = 60_000, flow, ...request } = change;
    const scopes = [{ scope, count, perMs, flow }];
    return store().acquirePermit({ scopes, holder: unique('holder'), leaseMs: 30_000, hasTurn: false, ...request });
  };

  it('grants as many permits as there is room, and gives each who comes too late a turn of its own', async () => {
    const scope = unique('scope');
    const first = granted(await ask(scope));
    granted(await ask(scope));
    await store().releasePermit(first);
    await store().releasePermit(first);
    const waits = [];
    for (let i = 0; i < 4; i++) waits.push(refused(await ask(scope)).waitMs);
    const [one = 0, two = 0, three = 0, four = 0] = waits;
    // The first when the oldest permit has aged; the others at the pace of the limit behind it.
    expect(one).toBeGreaterThan(59_000);
    expect(one).toBeLessThanOrEqual(60_000);
    for (const step of [two - one, three - two, four - three]) {
      expect(step).toBeGreaterThan(29_000);
      expect(step).toBeLessThan(31_000);
    }
  });

  it('counts a permit until its time after the release, and a returned one not at all', async () => {
    const scope = unique('scope');
    const kept = granted(await ask(scope, { count: 1, perMs: 300 }));
    const waiting = { count: 1, perMs: 300, hasTurn: true, holder: unique('holder') };
    await sleep(350);
    const { waitMs } = refused(await ask(scope, waiting));
    expect(waitMs).toBeGreaterThan(250);
    await store().releasePermit(kept);
    expect(refused(await ask(scope, waiting)).waitMs).toBeGreaterThan(250);
    await sleep(310);
    const unused = granted(await ask(scope, waiting));
    await store().releasePermit(unused, { used: false });
    granted(await ask(scope, waiting));
  });

  it('frees what a dead holder took once its lease and the window are over', async () => {
    const scope = unique('scope');
    const dying = { count: 1, perMs: 200, leaseMs: 200 };
    const waiting = { ...dying, hasTurn: true, holder: unique('holder') };
    granted(await ask(scope, dying));
    await sleep(250);
    refused(await ask(scope, waiting));
    await sleep(200);
    granted(await ask(scope, waiting));
  });

  it('takes room in all scopes or in none', async () => {
    const [narrow, wide] = [unique('narrow'), unique('wide')];
    const both = () =>
      store().acquirePermit({
        scopes: [
          { scope: wide, count: 3, perMs: 60_000 },
          { scope: narrow, count: 1, perMs: 60_000 },
        ],
        ...{ holder: unique('holder'), leaseMs: 1_000, hasTurn: false },
      });
    granted(await both());
    expect(refused(await both()).scope).toBe(narrow);
    granted(await ask(wide, { count: 3 }));
    granted(await ask(wide, { count: 3 }));
    refused(await ask(wide, { count: 3 }));
  });

  it('lets nobody overtake those who wait, but for a line that was given up', async () => {
    const scope = unique('scope');
    const quick = { count: 1, perMs: 100 };
    await store().releasePermit(granted(await ask(scope, quick)));
    for (let i = 0; i < 5; i++) refused(await ask(scope, quick));
    await sleep(150);
    expect(refused(await ask(scope, quick)).waitMs).toBeGreaterThan(300);
    await store().releasePermit(granted(await ask(scope, { ...quick, hasTurn: true })));
    const slow = { count: 1, perMs: 200 };
    const abandoned = unique('scope');
    const held = granted(await ask(abandoned, slow));
    for (let i = 0; i < 100; i++) refused(await ask(abandoned, slow));
    await store().releasePermit(held, { used: false });
    expect(refused(await ask(abandoned, slow)).waitMs).toBeGreaterThan(9_000);
    await sleep(6_500);
    granted(await ask(abandoned, slow));
  });

  it('keeps the next room for those who came in vain, in their order', async () => {
    const scope = unique('scope');
    const of = (holder: string) => ask(scope, { count: 1, perMs: 300, hasTurn: true, holder: `${scope}-${holder}` });
    await store().releasePermit(granted(await of('before')));
    const [first, second] = [refused(await of('first')).waitMs, refused(await of('second')).waitMs];
    expect(second).toBeGreaterThan(first + 200);
    await sleep(first + 5);
    refused(await of('second'));
    refused(await of('third'));
    granted(await of('first'));
  });

  it('shares a scope among its flows while several wait', async () => {
    const scope = unique('scope');
    const of = (flow: string, hasTurn = false) => ask(scope, { count: 4, perMs: 60_000, flow, hasTurn });
    const taken = [
      granted(await of('big')),
      granted(await of('big')),
      granted(await of('big')),
      granted(await of('big')),
    ];
    refused(await of('big'));
    refused(await of('small'));
    for (const id of taken.slice(0, 3)) await store().releasePermit(id, { used: false });
    granted(await of('big', true));
    // Two of four are its share; the rest is for the other, who has not come yet.
    expect(refused(await of('big', true)).scope).toBe(scope);
    granted(await of('small', true));
    granted(await of('small', true));
    refused(await of('small', true));
  });

  it('rests the whole key, with or without limits', async () => {
    const free: PermitRequest = { scopes: [], holder: unique('holder'), leaseMs: 1_000, hasTurn: true };
    expect(await store().acquirePermit(free)).toEqual({ granted: true, permitId: '' });
    await store().releasePermit('');
    await store().slowDown('key', 400);
    await store().slowDown('key', 1);
    expect(await store().keyBlockedMs()).toBeGreaterThan(300);
    expect((await store().sendLimits()).keyBlockedMs).toBeGreaterThan(300);
    for (const answer of [await store().acquirePermit(free), await ask(unique('scope'))]) {
      const { waitMs, scope } = refused(answer);
      expect(scope).toBe('key');
      expect(waitMs).toBeGreaterThan(250);
      expect(waitMs).toBeLessThan(1_500);
    }
    await sleep(410);
    expect(await store().keyBlockedMs()).toBe(0);
    granted(await store().acquirePermit(free));
  });

  it('counts a sent draft once, in its month', async () => {
    const nowMs = Date.UTC(2027, 1, 15);
    const sent = { status: 'sent', messageId: '<m@x>' } as const;
    const january = await newDraft();
    const february = await newDraft();
    const before = await store().sentThisMonth(nowMs);
    expect(before).toBe(0);
    await store().record(
      january,
      [entry({ type: 'sent' })],
      projection({ ...sent, toldAtMs: Date.UTC(2027, 1, 1) - 1 }),
    );
    await store().record(february, [], projection({ status: 'sending', toldAtMs: nowMs - 1_000 }));
    expect(await store().sentThisMonth(nowMs)).toBe(0);
    for (let i = 0; i < 2; i++) await store().record(february, [], projection({ ...sent, toldAtMs: nowMs }));
    expect(await store().sentThisMonth(nowMs)).toBe(1);
    expect(await store().sentThisMonth(Date.UTC(2027, 2, 1))).toBe(0);
    expect(await store().sentThisMonth(Date.UTC(2027, 0, 1))).toBe(1);
  });

  it('says how much of the quota is left', async () => {
    const nowMs = Date.UTC(2028, 1, 29, 23);
    const resetsAtMs = Date.UTC(2028, 2, 1);
    expect(await store().quotaState(nowMs)).toEqual({
      ...{ ...QUOTA_DEFAULTS, used: 0, quota: null, level: 'ok', resetsAtMs },
    });
    expect(await store().putQuota({ monthlyQuota: 4, warningPercent: 50, criticalPercent: 75 })).toEqual(
      await store().getQuota(),
    );
    const levels = [];
    for (let i = 0; i < 5; i++) {
      levels.push((await store().quotaState(nowMs)).level);
      await store().record(await newDraft(), [], projection({ status: 'sent', toldAtMs: nowMs }));
    }
    expect(levels).toEqual(['ok', 'ok', 'warning', 'critical', 'exhausted']);
    expect(await store().putQuota({ monthlyQuota: null })).toEqual({
      ...{ monthlyQuota: null, warningPercent: 50, criticalPercent: 75 },
    });
    expect(await store().quotaState(nowMs)).toMatchObject({ used: 5, quota: null, level: 'ok' });
  });

  it('keeps a log of settings, newest first', async () => {
    const what = unique('inbox');
    const change = { atMs: T0, actorId: 'key-olga', actorName: 'Olga', what, before: null, after: { mode: 'x' } };
    for (let i = 0; i < 3; i++) await store().logSetting({ ...change, atMs: T0 + i });
    await store().logSetting({ ...change, what: unique('other') });
    const first = await store().listSettingsLog({ what, limit: 2 });
    expect(first.items.map(({ atMs }) => atMs)).toEqual([T0 + 2, T0 + 1]);
    const rest = await store().listSettingsLog({ what, limit: 2, cursor: first.nextCursor ?? '' });
    expect(rest).toEqual({ items: [{ ...change, id: expect.any(String) }], nextCursor: null });
  });
}
