import { CompleteAsyncError } from '@temporalio/activity';
import { afterAll, describe, expect, it } from 'vitest';
import { inReview, rigFor } from '../support/rig-for.ts';

/**
 * A worker that died in the middle of a send, as the server sees it: its attempt neither answers nor heartbeats.
 * By AgentMail draft id: when it dies, and what the dying attempt waits for.
 */
const doomed = new Map<string, { when: 'before' | 'after'; die: () => void }>();
const released: (() => void)[] = [];
const dying = new Map<string, () => void>();

const never = () =>
  new Promise<never>((_resolve, reject) => released.push(() => reject(new Error('the test is over'))));

const rig = rigFor({
  wrapMail: (mail) => ({
    ...mail,
    async sendDraft(inboxId, draftId, options) {
      const doom = doomed.get(draftId);
      if (!doom) return mail.sendDraft(inboxId, draftId, options);
      doomed.delete(draftId);
      if (doom.when === 'after') await mail.sendDraft(inboxId, draftId, options);
      doom.die();
      return never();
    },
  }),
  wrapActivities: (activities) => ({
    ...activities,
    sendDraft: (input) => {
      const work = activities.sendDraft(input);
      work.catch(() => undefined);
      const death = new Promise<never>((_resolve, reject) => {
        dying.set(input.sendId, () => reject(new CompleteAsyncError()));
      });
      return Promise.race([work, death]);
    },
  }),
});
afterAll(() => {
  for (const release of released) release();
});

describe('a worker that dies during the send', () => {
  it.each(['before', 'after'] as const)('%s AgentMail accepted it: sent once, by another attempt', async (when) => {
    const handle = await inReview(rig());
    const draftId = await rig().providerDraftId(handle);
    const die = () => {
      for (const kill of dying.values()) kill();
    };
    doomed.set(draftId, { when, die });
    await rig().approve(handle);
    expect(await handle.result()).toMatchObject({ status: 'sent', revision: 1 });
    expect(await rig().sent(handle)).toHaveLength(1);
    const trail = await rig().trail(handle);
    // Our label on the message is proof enough: what was accepted is not even asked for again.
    expect(trail.filter((type) => type === 'send_attempted').length).toBe(when === 'before' ? 2 : 1);
  });
});
