import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENGINES, type TestStore } from '../store/engines.ts';
import { creation, projection, T0 } from '../store/fixtures.ts';

const RAISE = { key: 'k', kind: 'overdue', severity: 'critical', title: 'Late.' } as const;

describe.each(ENGINES)('the watchers’ store on $engine', ({ open }) => {
  let opened: TestStore;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened?.close());
  const store = () => opened.store;

  test('one alert is open under a key, whoever raises it at once', async () => {
    const raised = await Promise.all(
      Array.from({ length: 8 }, (_, n) => store().raiseAlert(RAISE, { alertId: `a${n}`, atMs: T0 + n })),
    );
    expect(raised.filter(({ opened }) => opened)).toHaveLength(1);
    const [alert] = (await store().listAlerts({ open: true, limit: 10 })).items;
    expect(alert).toMatchObject({ key: 'k', count: 8, facts: {}, draftId: null });
    expect(await store().resolveAlert('k', T0 + 100)).toMatchObject({ resolvedAtMs: T0 + 100 });
    expect(await store().resolveAlert('k', T0 + 200)).toBeNull();
    expect(await store().raiseAlert(RAISE, { alertId: 'later', atMs: T0 + 300 })).toMatchObject({ opened: true });
    const { items, nextCursor } = await store().listAlerts({ limit: 1 });
    const rest = await store().listAlerts({ limit: 1, cursor: nextCursor ?? '' });
    expect([items[0]?.alertId, rest.items[0]?.alertId]).toEqual(['later', alert?.alertId]);
    expect(rest.nextCursor).toBeNull();
    await store().resolveAlert('k', T0 + 400);
  });

  test('keys are found by what they begin with, letter by letter', async () => {
    await store().raiseAlert({ ...RAISE, key: 'foreign_draft:a' }, { alertId: 'f1', atMs: T0 });
    await store().raiseAlert({ ...RAISE, key: 'foreignXdraft:b' }, { alertId: 'f2', atMs: T0 });
    expect(await store().openAlertKeys('foreign_draft:')).toEqual(['foreign_draft:a']);
  });

  test('what was delivered stays so, and a telling is planned once a channel', async () => {
    const ref = { alertId: 'f1', transition: 'opened' } as const;
    expect(await store().planDeliveries(ref, ['log', 'slack'], T0)).toEqual(['log', 'slack']);
    const done = { state: 'delivered', attempts: 1, lastError: null, atMs: T0 } as const;
    await store().settleDelivery({ ...ref, channel: 'log' }, done);
    await store().settleDelivery({ ...ref, channel: 'log' }, { ...done, state: 'failed' });
    expect(await store().planDeliveries(ref, ['log', 'slack'], T0 + 1)).toEqual(['slack']);
    expect(await store().waitingDeliveries(T0 + 1, 10)).toContainEqual(ref);
    expect(await store().waitingDeliveries(T0, 10)).not.toContainEqual(ref);
    await store().expireDeliveries(T0 + 1, T0 + 2);
    expect(await store().planDeliveries(ref, [], T0 + 3)).toEqual([]);
  });

  test('findings keep when they were first seen, for as long as they are found', async () => {
    const looked = (ids: string[], atMs: number) => store().keepFindings('overdue', ids, atMs);
    await looked(['a', 'b'], 1);
    expect(await looked(['b', 'c'], 2)).toEqual([
      { draftId: 'b', firstSeenAtMs: 1 },
      { draftId: 'c', firstSeenAtMs: 2 },
    ]);
    expect(await looked(['a'], 3)).toEqual([{ draftId: 'a', firstSeenAtMs: 3 }]);
    expect(await looked([], 4)).toEqual([]);
  });

  test('marks are kept as they are', async () => {
    expect(await store().getMark('m')).toBeUndefined();
    await store().putMark('m', { at: 1 });
    await store().putMark('m', { at: 2 });
    expect(await store().getMark('m')).toEqual({ at: 2 });
  });

  test('an AgentMail draft is known by the draft that has it or took it over', async () => {
    const mine = creation({ adoptDraftId: 'am-adopted' });
    await store().createDraft(mine);
    await store().setProviderDraftId(mine.draftId, 'am-1');
    const over = creation();
    await store().createDraft(over);
    await store().setProviderDraftId(over.draftId, 'am-2');
    await store().record(over.draftId, [], projection({ status: 'sent' }));
    const known = await store().knownCounterparts(['am-1', 'am-2', 'am-adopted', 'am-other']);
    expect(known.sort((a, b) => (a.providerDraftId < b.providerDraftId ? -1 : 1))).toEqual([
      { providerDraftId: 'am-1', openDraftId: mine.draftId },
      { providerDraftId: 'am-2', openDraftId: null },
      { providerDraftId: 'am-adopted', openDraftId: mine.draftId },
    ]);
    expect(await store().knownCounterparts([])).toEqual([]);
  });
});

describe('with 100,000 open drafts on PostgreSQL', () => {
  let opened: TestStore;
  let client: Client;
  beforeAll(async () => {
    const engine = ENGINES.find(({ engine }) => engine === 'PostgreSQL');
    if (!engine) throw new Error('no PostgreSQL');
    opened = await engine.open();
    client = new Client({ connectionString: opened.databaseUrl });
    await client.connect();
    await client.query(`
      insert into drafts (draft_id, request_digest, inbox_id, creator_id, creator, source, schedule, hold_ms,
        review_timeout_ms, created_at_ms, updated_at_ms, first_run_id, provider_draft_id, projection, told_at_ms,
        sequence, status, due_order_ms)
      select 'd' || n, '', 'i' || n % 50, 'k', '{}', 'content', '{"kind":"now"}', 0, 1, n, n, 'r' || n, 'p' || n,
        json_build_object('reason', case when n % 10 < 9 then 'paused' end, 'status', 'scheduled', 'pad', repeat('x', 400)),
        n, 1, case when n % 2 = 0 then 'scheduled' else 'in_review' end, case when n < 50000 then n else 9e15 end
      from generate_series(1, 100000) n`);
    await client.query('analyze drafts');
  }, 120_000);
  afterAll(async () => {
    await client?.end();
    await opened?.close();
  });

  test('what runs every minute looks at a few rows', async () => {
    const { store } = opened;
    const timed = async (work: () => Promise<unknown>) => {
      const startedMs = performance.now();
      await work();
      return performance.now() - startedMs;
    };
    const looks = {
      overdue: () => store.overdueDrafts(60_000, 500),
      stuck: () => store.silentDrafts('sending', 1_000_000, 200),
      unclaimed: () => store.unclaimedDrafts(1_000_000, 200),
      engine: () => store.draftsInStatus('in_review', { draftId: 'd5', createdAtMs: 50_001 }, 100),
      known: () => store.knownCounterparts(Array.from({ length: 100 }, (_, n) => `p${n * 7}`)),
    };
    for (const [name, look] of Object.entries(looks)) {
      await look();
      expect([name, (await timed(look)) < 250]).toEqual([name, true]);
    }
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain select draft_id from drafts where status = 'scheduled' and projection ->> 'reason' is null
       and due_order_ms < 60000 and coalesce((projection ->> 'holdUntilMs')::bigint, 0) < 60000
       order by due_order_ms, draft_id limit 500`,
    );
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('drafts_waiting');
  });
});
