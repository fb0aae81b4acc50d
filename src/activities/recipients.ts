import { ORGANIZATION } from '../domain/suppression.ts';
import type { PendingMirror } from '../store/types.ts';
import { failureType } from './context.ts';
import type { ActivityDeps } from './deps.ts';

/** Work on recipients that no draft waits for; a schedule runs it now and then, any number of workers at once. */
export interface RecipientActivities {
  /** Brings AgentMail's send block list in step with the wishes that are kept. Each that fails is tried again later. */
  mirrorSuppressions(): Promise<{ done: number; failed: number }>;
  /** Gives webhook events to the drafts that were not known to have sent the message when they arrived. */
  attachMessageEvents(): Promise<{ attached: number }>;
}

const BATCH = 100;
const FIRST_RETRY_MS = 60_000;
const LONGEST_RETRY_MS = 6 * 3_600_000;
const ATTACH_WITHIN_MS = 7 * 86_400_000;

export function recipientActivities(deps: Pick<ActivityDeps, 'store' | 'mail' | 'clock' | 'log'>): RecipientActivities {
  const { store, mail, clock, log } = deps;

  async function mirror({ entry, scope, wanted, reason }: PendingMirror): Promise<void> {
    const inbox = scope === ORGANIZATION ? {} : { inboxId: scope };
    if (wanted === 'unblock') return mail.unblockRecipient(entry, inbox);
    return mail.blockRecipient(entry, { ...inbox, reason: reason ?? undefined });
  }

  return {
    async mirrorSuppressions() {
      const counts = { done: 0, failed: 0 };
      const pending = await store.pendingMirrors({ nowMs: clock(), limit: BATCH });
      for (const wish of pending) {
        try {
          await mirror(wish);
          await store.settleMirror(wish, { kind: 'done' });
          counts.done += 1;
        } catch (error) {
          const code = failureType(error) ?? 'unknown';
          const retryAtMs = clock() + Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** wish.attempts);
          await store.settleMirror(wish, { kind: 'failed', retryAtMs, code });
          counts.failed += 1;
        }
      }
      if (counts.failed > 0) log.warn(counts, "AgentMail's send block list could not be brought in step; tried again");
      return counts;
    },

    async attachMessageEvents() {
      const { length } = await store.attachMessageEvents({ limit: BATCH, sinceMs: clock() - ATTACH_WITHIN_MS });
      return { attached: length };
    },
  };
}
