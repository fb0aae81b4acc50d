import { expect, it } from 'vitest';
import { z } from 'zod';
import { tellDrafts } from '../../src/api/recipients.ts';
import { takeOutcome } from '../../src/api/webhooks/outcome.ts';
import { defineRecipe } from '../../src/compose/index.ts';
import { ORGANIZATION } from '../../src/domain/suppression.ts';
import { tellDraftsOf } from '../../src/policy/index.ts';
import { createDraftEngine } from '../../src/temporal/draft-engine.ts';
import { INBOX, MAIL } from '../support/rig.ts';
import { inReview, rigFor } from '../support/rig-for.ts';
import { suppress, unsuppress } from '../support/suppress.ts';

const news = defineRecipe({
  ...{ name: 'news', version: 1, title: 'News', description: 'News', input: z.object({ to: z.array(z.string()) }) },
  plan: ({ to }) => ({
    initial: { to },
    generate: { template: { subject: 'News', body: "In {{ language | default: 'English' }}" } },
  }),
});
const rig = rigFor({ recipes: [news] });
const MONTH_MS = 30 * 86_400_000;
const realEngine = () =>
  Object.assign(createDraftEngine({ temporal: rig().client, taskQueue: rig().taskQueue }), {
    command: () => Promise.reject(new Error('not asked for')),
    view: async () => null,
  });

it('an approved draft that waits for next month learns of a bounce at once', async () => {
  const { store, clock } = rig();
  const at = new Date(clock.now() + MONTH_MS).toISOString();
  const to = 'learns@example.com';
  const content = { ...MAIL, to: [`Lea <${to}>`], cc: [], bcc: [] };
  const handle = await inReview(rig(), { content, schedule: { kind: 'at', at } });
  await rig().approve(handle);
  await expect.poll(async () => (await rig().view(handle)).status, { timeout: 20_000 }).toBe('scheduled');
  const engine = realEngine();
  const bounce = {
    ...{ eventId: `evt_${handle.workflowId}`, type: 'bounced' as const, inboxId: INBOX, messageId: '<m@x>' },
    ...{ recipient: to, detail: 'Permanent', atMs: clock.now() },
  };
  await takeOutcome({ store, engine }, [bounce], clock.now());
  await expect.poll(async () => (await rig().view(handle)).reason, { timeout: 20_000 }).toBe('recipient_suppressed');
  expect(await rig().sent(handle)).toHaveLength(0);
});

it('an approved draft held back by a suppression learns at once that it was lifted', async () => {
  const { store } = rig();
  const to = 'lifted@example.com';
  await store.putInbox(INBOX, { checks: { suppression: 'block' } });
  await suppress(store, to, { expiresAtMs: rig().clock.now() + 2 * MONTH_MS });
  const handle = await inReview(rig(), { content: { ...MAIL, to: [to], cc: [], bcc: [] } });
  await rig().approve(handle);
  await expect.poll(async () => (await rig().view(handle)).reason, { timeout: 20_000 }).toBe('recipient_suppressed');
  await unsuppress(store, to);
  expect(await tellDrafts({ store, engine: realEngine() }, to, ORGANIZATION)).toBe(1);
  expect((await handle.result()).status).toBe('sent');
  await store.putInbox(INBOX, { checks: {} });
});

it('an autonomous draft that a suppression would keep for people goes at its time when that has ended before', async () => {
  const { store, clock } = rig();
  const to = 'ends@example.com';
  await store.putInbox(INBOX, { mode: 'autonomous' });
  const at = new Date((await rig().env.currentTimeMs()) + 86_400_000).toISOString();
  const content = { ...MAIL, to: [to], cc: [], bcc: [] };
  const handle = await rig().start({ content, schedule: { kind: 'at', at } });
  const now = async () => {
    const { status, reason } = await rig().view(handle);
    return [status, reason];
  };
  await expect.poll(now, { timeout: 20_000 }).toEqual(['in_review', null]);
  const endsAtMs = clock.now() + 3_600_000;
  await suppress(store, to, { createdAtMs: clock.now(), expiresAtMs: endsAtMs });
  const engine = realEngine();
  expect(await tellDrafts({ store, engine }, to, ORGANIZATION)).toBe(1);
  await expect.poll(now, { timeout: 20_000 }).toEqual(['in_review', 'recipient_suppressed']);
  const due = async (nowMs: number) =>
    (await store.dueNotices({ nowMs, limit: 100 })).filter(({ entry }) => entry === to);
  expect(await due(endsAtMs - 1)).toEqual([]);
  clock.advance(3_600_000);
  const [end] = await due(clock.now());
  if (end === undefined) throw new Error('its end is not to be told');
  expect(await tellDraftsOf({ store, engine }, end)).toEqual({ told: 1, all: true });
  await expect.poll(now, { timeout: 20_000 }).toEqual(['in_review', null]);
  expect(await due(clock.now())).toEqual([]);
  expect((await handle.result()).status).toBe('sent');
  await store.putInbox(INBOX, { mode: 'review_all' });
});

it.each([
  ['its only recipient prefers', ['speaks@example.com'], 'In pt-BR'],
  ['nobody said, with several', ['speaks@example.com', 'other@example.com'], 'In English'],
])('a template is written in the language %s', async (_, to, text) => {
  await rig().store.putPreference('speaks@example.com', { language: 'pt-BR' }, { by: 'x', atMs: 1 });
  const handle = await inReview(rig(), { recipe: { name: 'news', input: { to } } });
  const revision = await rig().store.getRevision(handle.workflowId, 1);
  expect(revision?.content.text).toContain(text);
  await rig().command(handle, 'decide', { decision: 'reject', revision: 1, digest: revision?.digest ?? '' });
});
