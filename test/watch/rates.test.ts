import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { WatchDeps } from '../../src/activities/watch/check.ts';
import { watchActivities } from '../../src/activities/watch/index.ts';
import { loadConfig } from '../../src/config.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import type { MessageEvent } from '../../src/store/types.ts';
import { creation, entry, projection } from '../store/fixtures.ts';

let store: Store;
const open = new Set<string>();
const noticed: string[] = [];
const NOW = Date.UTC(2026, 5, 15, 12);
const INBOX = 'news@acme.test';

beforeAll(async () => {
  store = await openStore({ memory: true });
});
afterAll(() => store?.close());
beforeEach(() => noticed.splice(0));

const absent = () => Promise.reject(new Error('not asked in this test'));
const watch = async (check: Parameters<ReturnType<typeof watchActivities>['watch']>[0]['check']) => {
  const mail = new Proxy({} as WatchDeps['mail'], { get: () => absent });
  const deps: WatchDeps = {
    ...{ store, mail },
    clock: () => NOW,
    engine: {
      start: absent,
      describe: absent,
      view: absent,
      notice: async (draftId) => {
        noticed.push(draftId);
        return true;
      },
    },
    batchEngine: { start: absent },
    alerts: {
      // The real store keeps them open, so that the checks see what is open.
      raise: async (alert) => {
        open.add(alert.key);
        await store.raiseAlert(alert, { alertId: `${alert.key} ${open.size} ${Math.random()}`, atMs: NOW });
      },
      resolve: async (key) => {
        open.delete(key);
        await store.resolveAlert(key, NOW);
      },
      tell: async () => true,
    },
    endings: absent,
    watch: { ...loadConfig({}).watch, minMessages: 20 },
    log: pino({ level: 'silent' }),
  };
  return watchActivities(deps).watch({ check, run: 'run-1' });
};

/** Messages that left, by what the record tells. */
async function sent(count: number, inboxId: string, atMs: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const made = creation({ inboxId });
    await store.createDraft(made);
    const messageId = `<${made.draftId}@acme.test>`;
    const told = entry({ type: 'sent', atMs, data: { status: 'sent', messageId } });
    await store.record(made.draftId, [told], projection({ status: 'sent', messageId, toldAtMs: atMs }));
    ids.push(messageId);
  }
  return ids;
}
let serial = 0;
const events = (type: MessageEvent['type'], messageIds: string[], detail: string | null): MessageEvent[] =>
  messageIds.map((messageId) => {
    serial += 1;
    return { eventId: `e${serial}`, type, inboxId: INBOX, messageId, recipient: 'a@b.test', detail, atMs: NOW - 1_000 };
  });

test('an inbox whose mail bounces too often is paused once, and told about until that is over', async () => {
  const ids = await sent(40, INBOX, NOW - 3_600_000);
  await sent(5, 'small@acme.test', NOW - 3_600_000);
  await store.addMessageEvents(events('bounced', ids.slice(0, 2), 'Permanent'));
  await store.addMessageEvents(events('bounced', ids.slice(2, 9), 'Transient'));
  await watch('rates');
  expect([await store.listPauses(), [...open]]).toEqual([[], []]);

  await store.addMessageEvents(events('bounced', ids.slice(2, 4), 'Permanent'));
  expect(await watch('rates')).toMatchObject({ found: 1 });
  expect(await store.listPauses()).toMatchObject([{ kind: 'inbox', id: INBOX, reason: 'bounce_rate', by: 'system' }]);
  expect([...open]).toEqual([`bounce_rate:${INBOX}`]);
  const [alert] = (await store.listAlerts({ open: true, limit: 5 })).items;
  expect(alert).toMatchObject({
    severity: 'critical',
    facts: { messages: 40, affected: 4, percent: 10, limitPercent: 5 },
  });

  await watch('paused');
  expect(open).toContain(`paused:inbox:${INBOX}`);
  // An operator looked and resumed: the same bounces do not pause it again.
  await store.removePause('inbox', INBOX);
  await watch('rates');
  await watch('paused');
  expect(await store.listPauses()).toEqual([]);
  expect([...open]).toEqual([`bounce_rate:${INBOX}`]);
});

test("a person's pause is told, too, without their words, and that it is over", async () => {
  await store.putPause({ kind: 'agent', id: 'key_bot', reason: 'Emil wrote nonsense', by: 'olga', atMs: NOW });
  await watch('paused');
  const { items } = await store.listAlerts({ open: true, limit: 20 });
  const alert = items.find(({ key }) => key === 'paused:agent:key_bot');
  expect(alert).toMatchObject({ kind: 'paused', severity: 'warning' });
  expect(alert?.facts).toEqual({ what: 'agent', id: 'key_bot', by: 'olga' });
  await store.removePause('agent', 'key_bot');
  await watch('paused');
  expect(open).not.toContain('paused:agent:key_bot');
});

test('complaints count by their own limit', async () => {
  const [id = ''] = await sent(1, INBOX, NOW - 3_600_000);
  await store.addMessageEvents(events('complained', [id], null));
  await watch('rates');
  expect(open).toContain(`complaint_rate:${INBOX}`);
});

test('each level of the quota is told as it is passed', async () => {
  await store.putQuota({ monthlyQuota: 60, warningPercent: 50, criticalPercent: 90 });
  await watch('quota');
  expect([...open].filter((key) => key.startsWith('quota'))).toEqual(['quota:warning']);
  await sent(20, INBOX, NOW);
  await watch('quota');
  expect([...open].filter((key) => key.startsWith('quota'))).toEqual([
    'quota:warning',
    'quota:critical',
    'quota:exhausted',
  ]);
  await store.putQuota({ monthlyQuota: null });
  await watch('quota');
  expect([...open].filter((key) => key.startsWith('quota'))).toEqual([]);
});

test('a quota that AgentMail refused for is told about until no refusal came for two hours', async () => {
  const refused = { key: 'quota:refused', kind: 'quota', severity: 'critical', title: 'Used up.' } as const;
  const hoursAgo = (hours: number) => ({ alertId: randomUUID(), atMs: NOW - hours * 3_600_000 });
  await store.raiseAlert(refused, hoursAgo(3));
  await store.raiseAlert(refused, hoursAgo(1));
  await watch('quota');
  expect(await store.openAlertKeys('quota:')).toEqual(['quota:refused']);
  await store.resolveAlert('quota:refused', NOW);
  await store.raiseAlert(refused, hoursAgo(2));
  await watch('quota');
  expect(await store.openAlertKeys('quota:')).toEqual([]);
});

test('drafts held by a pause that is over are told', async () => {
  const made = creation();
  await store.createDraft(made);
  const told = projection({ status: 'scheduled', reason: 'paused', dueAtMs: NOW - 1 });
  await store.record(made.draftId, [], told);
  await store.putPause({ kind: 'inbox', id: made.inboxId, reason: 'x', by: 'olga', atMs: NOW });
  expect(await watch('held')).toMatchObject({ noticed: 0 });
  await store.removePause('inbox', made.inboxId);
  expect(await watch('held')).toMatchObject({ noticed: 1 });
  expect(noticed).toEqual([made.draftId]);
});

test('alerts about a single draft are over when its cause is', async () => {
  const unknown = creation();
  const settled = creation();
  for (const made of [unknown, settled]) await store.createDraft(made);
  await store.record(unknown.draftId, [], projection({ status: 'needs_attention' }));
  await store.record(settled.draftId, [], projection({ status: 'sent' }));
  for (const { draftId } of [unknown, settled]) {
    const raise = {
      key: `outcome_unknown:${draftId}`,
      kind: 'send_failing',
      severity: 'critical',
      title: '?',
    } as const;
    await store.raiseAlert(raise, { alertId: draftId, atMs: NOW });
  }
  await watch('paused');
  expect(await store.openAlertKeys('outcome_unknown:')).toEqual([`outcome_unknown:${unknown.draftId}`]);
});
