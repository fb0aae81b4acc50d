import { messageDifferences } from '../agentmail/index.ts';
import { idempotencyKeyFor, sendLabelFor } from '../domain/ids.ts';
import { KEY_TRUSTED_MS } from '../domain/settle.ts';
import { readAttempts } from './attempts.ts';
import { loadDraft, loadRevision } from './context.ts';
import type { ActivityDeps } from './deps.ts';
import type { DraftActivities } from './types.ts';

/** How far AgentMail's clock may be behind ours. */
const CLOCK_SKEW_MS = 5 * 60_000;

export function resolveActivities({ store, mail, clock }: ActivityDeps): Pick<DraftActivities, 'prepareResolve'> {
  return {
    /** Backs a person's resolution with what can be checked: the message exists, or how old the key is. */
    async prepareResolve({ sendId, revision, action }) {
      const row = await loadDraft(store);
      switch (action.action) {
        case 'give_up':
          return { ok: true, action: { kind: 'give_up' } };
        case 'mark_sent': {
          const { content } = await loadRevision(store, row.draftId, revision);
          const message = action.messageId ? await mail.getMessage(row.inboxId, action.messageId) : null;
          const attempts = readAttempts(await store.listEvents(row.draftId), idempotencyKeyFor(sendId, revision));
          const differences = message ? messageDifferences(content, message, null) : [];
          const alike = message !== null && !differences.includes('to') && !differences.includes('subject');
          // An equal mail of last month proves nothing: it must have left from here, and not before we asked.
          const since = (attempts.firstAtMs ?? Number.POSITIVE_INFINITY) - CLOCK_SKEW_MS;
          const sentSince = message?.labels.includes('sent') && message.timestampMs >= since;
          if (!alike || !(sentSince || message.labels.includes(sendLabelFor(sendId))))
            return { ok: false, code: 'message_not_found' };
          return { ok: true, action: { kind: 'mark_sent', messageId: message.messageId, threadId: message.threadId } };
        }
        case 'retry': {
          const { firstAtMs } = readAttempts(await store.listEvents(row.draftId), idempotencyKeyFor(sendId, revision));
          const keyAlive = firstAtMs === null || clock() - firstAtMs < KEY_TRUSTED_MS;
          const acceptDuplicateRisk = action.acceptDuplicateRisk === true;
          return { ok: true, action: { kind: 'retry', keyAlive, acceptDuplicateRisk } };
        }
      }
    },
  };
}
