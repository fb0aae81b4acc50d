import type { DraftStatus } from '../../domain/state.ts';
import type { DraftCounterpart } from '../../store/types-watch.ts';
import { lastInAgentMail, outsideEntry, sentByUs, sentOutside } from '../outside.ts';
import type { DiscoveryDeps } from './deps.ts';

/** Where a draft's AgentMail draft has to be there; while it is written or sent, it may well not be. */
const RESTS: ReadonlySet<DraftStatus> = new Set(['in_review', 'changes_requested', 'scheduled']);

export type Missing = 'present' | 'settling' | 'noticed' | 'sent_outside';

/** Finds out what became of a draft of ours that a full pass did not see. */
export async function examine(
  deps: DiscoveryDeps,
  { draftId, inboxId, providerDraftId }: DraftCounterpart,
): Promise<Missing> {
  const { store, mail, engine } = deps;
  if (await mail.getDraft(inboxId, providerDraftId)) return 'present';
  // Read after AgentMail was asked: a send that began meanwhile took the draft, and settles it itself.
  const row = await store.getDraft(draftId);
  const projection = row?.projection;
  if (!row || !projection || row.providerDraftId !== providerDraftId || !RESTS.has(projection.status))
    return 'settling';
  const record = await lastInAgentMail(deps, draftId, projection.revision);
  const outside = record === null || (await sentByUs(deps, row)) ? null : await sentOutside(deps, row, record);
  if (outside) await store.record(draftId, [outsideEntry(row, outside, deps.clock())], null);
  await engine.notice(draftId, 'outside');
  return outside ? 'sent_outside' : 'noticed';
}
