import { ORGANIZATION } from '../domain/suppression.ts';
import type { MirrorOwner, PendingMirror } from '../store/types.ts';
import { failureType } from './context.ts';
import type { ActivityDeps } from './deps.ts';
import { forEach, type Look } from './watch/check.ts';

/** Work on recipients that no draft waits for; a schedule runs it now and then, any number of workers at once. */
export interface RecipientActivities {
  /**
   * Brings AgentMail's send block list in step with the wishes that are kept, for as long as there is time. Each that
   * fails is tried again later.
   */
  mirrorSuppressions(time?: Pick<Look, 'hasTime'>): Promise<{ done: number; failed: number }>;
  /** Gives webhook events to the drafts that were not known to have sent the message when they arrived. */
  attachMessageEvents(): Promise<{ attached: number }>;
}

const BATCH = 100;
/** Of a list that was there before mirroring was switched on: so many wishes a run are made. */
const MISSING = 5_000;
const FIRST_RETRY_MS = 60_000;
const LONGEST_RETRY_MS = 6 * 3_600_000;
/** They are calls of the key that sends, and one that AgentMail turns away for their number rests the sends, too. */
const MIRRORED_AT_ONCE = 1;
const ATTACH_WITHIN_MS = 7 * 86_400_000;

type Deps = Pick<ActivityDeps, 'store' | 'mail' | 'clock' | 'log' | 'mirrorSuppressions'>;

export function recipientActivities(deps: Deps): RecipientActivities {
  const { store, mail, clock, log, mirrorSuppressions: organization = false } = deps;

  /** Whose the entry is, once AgentMail's list says what is wanted. */
  async function mirror({ entry, scope, wanted, reason, owner }: PendingMirror): Promise<MirrorOwner | null> {
    const inbox = scope === ORGANIZATION ? {} : { inboxId: scope };
    if (wanted === 'block') return mail.blockRecipient(entry, { ...inbox, reason: reason ?? undefined });
    if (owner === 'theirs') return owner;
    // Of a wish to block whose answer never came nobody knows what became of it.
    return mail.unblockRecipient(entry, { ...inbox, ...(owner === null && { ifOurs: true }) });
  }

  async function settle(wish: PendingMirror): Promise<'done' | 'failed'> {
    try {
      await store.settleMirror(wish, { kind: 'done', owner: await mirror(wish) });
      return 'done';
    } catch (error) {
      const code = failureType(error) ?? 'unknown';
      const retryAtMs = clock() + Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** wish.attempts);
      await store.settleMirror(wish, { kind: 'failed', retryAtMs, code });
      return 'failed';
    }
  }

  return {
    async mirrorSuppressions(time = { hasTime: () => true }) {
      const counts = { done: 0, failed: 0 };
      await store.addMissingMirrors({ organization, nowMs: clock(), limit: MISSING });
      while (time.hasTime()) {
        const pending = await store.pendingMirrors({ nowMs: clock(), limit: BATCH });
        const each = async (wish: PendingMirror) => {
          counts[await settle(wish)] += 1;
        };
        await forEach(time, pending, each, MIRRORED_AT_ONCE);
        if (pending.length < BATCH) break;
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
