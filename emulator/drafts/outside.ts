import type { Core } from '../core.ts';
import { parseWith } from '../http/body.ts';
import type { DraftRecord } from '../state/records.ts';
import { updateDraftBody } from './body.ts';
import { draftRemoval, requireDraft, updateDraft } from './drafts.ts';

/** A write by somebody with access to the same account; `patch` is the wire body of a PATCH. */
export async function editDraftOutside(core: Core, draftId: string, patch: unknown): Promise<DraftRecord> {
  return updateDraft(core, undefined, draftId, parseWith(updateDraftBody, patch));
}

export function deleteDraftOutside(core: Core, draftId: string): void {
  core.state.commit(draftRemoval(core, requireDraft(core, undefined, draftId)));
}
