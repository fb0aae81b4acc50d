import type { ListedDraft } from '../../agentmail/port.ts';
import type { Actor } from '../../domain/actor.ts';
import { DEFAULT_PRIORITY } from '../../domain/content.ts';
import { jsonDigest } from '../../domain/digest.ts';
import { draftIdFor } from '../../domain/ids.ts';
import type { DraftCreation, InboxSettings } from '../../store/types.ts';
import { DEFAULT_REVIEW_TIMEOUT_MS } from '../claim.ts';
import type { DiscoveryDeps } from './deps.ts';

/** In whose name drafts found in AgentMail are asked for: whoever made them there used no key of ours. */
export const FINDER: Actor = { id: 'agentmail', kind: 'agent', roles: ['agent'] };

/**
 * Takes a foreign draft over, into review. Its id follows from AgentMail's, so it is taken over once, however often it is
 * found. True when this call did it.
 */
export async function adopt(deps: DiscoveryDeps, found: ListedDraft, { mode }: InboxSettings): Promise<boolean> {
  const { inboxId, draftId: adoptDraftId, sendAt } = found;
  const creation: DraftCreation = {
    draftId: draftIdFor('adopted', FINDER.id, adoptDraftId),
    requestDigest: jsonDigest({ inbox: inboxId, adopt: adoptDraftId }),
    inboxId,
    creator: FINDER,
    source: 'adopted',
    documentRef: null,
    adoptDraftId,
    recipe: null,
    category: null,
    batchId: null,
    priority: DEFAULT_PRIORITY,
    // Where time may suffice, finding a draft must not send it. One with a send time was meant to leave then.
    schedule: mode !== 'review_all' && sendAt === null ? { kind: 'held' } : { kind: 'now' },
    holdMs: 0,
    reviewTimeoutMs: DEFAULT_REVIEW_TIMEOUT_MS,
    createdAtMs: deps.clock(),
  };
  const { created, stored } = await deps.store.createDraft(creation);
  if (!created) return false;
  // Not taken in time: the watchdog starts what was asked for and never started.
  await deps.engine.start(stored, mode);
  return true;
}
