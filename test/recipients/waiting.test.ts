import { expect, it } from 'vitest';
import { takeOutcome } from '../../src/api/webhooks/outcome.ts';
import { createDraftEngine } from '../../src/temporal/draft-engine.ts';
import { INBOX, MAIL } from '../support/rig.ts';
import { inReview, rigFor } from '../support/rig-for.ts';

const rig = rigFor();
const MONTH_MS = 30 * 86_400_000;

it('an approved draft that waits for next month learns of a bounce at once', async () => {
  const { store, client, taskQueue, clock } = rig();
  const at = new Date(clock.now() + MONTH_MS).toISOString();
  const to = 'learns@example.com';
  const content = { ...MAIL, to: [`Lea <${to}>`], cc: [], bcc: [] };
  const handle = await inReview(rig(), { content, schedule: { kind: 'at', at } });
  await rig().approve(handle);
  await expect.poll(async () => (await rig().view(handle)).status, { timeout: 20_000 }).toBe('scheduled');
  const engine = Object.assign(createDraftEngine({ temporal: client, taskQueue }), {
    command: () => Promise.reject(new Error('not asked for')),
    view: async () => null,
  });
  const bounce = {
    ...{ eventId: `evt_${handle.workflowId}`, type: 'bounced' as const, inboxId: INBOX, messageId: '<m@x>' },
    ...{ recipient: to, detail: 'Permanent', atMs: clock.now() },
  };
  await takeOutcome({ store, engine }, [bounce], clock.now());
  await expect.poll(async () => (await rig().view(handle)).reason, { timeout: 20_000 }).toBe('recipient_suppressed');
  expect(await rig().sent(handle)).toHaveLength(0);
});
