import type { Core } from '../core.ts';
import { deleteDraftOutside, editDraftOutside } from '../drafts/outside.ts';
import { ApiError } from '../errors.ts';
import { chance } from './chance.ts';
import { noteTouched, type Strike } from './faults.ts';
import type { Fault } from './rule.ts';

type Interference = Extract<Fault, { kind: 'edit_draft' | 'delete_draft' }>;

/** Edits or deletes the rule's draft, if there is one. What the service refuses a foreign writer is no matter of the request. */
export async function interfere(core: Core, path: string, fault: Interference, { id, seen }: Strike): Promise<void> {
  const draftId = fault.draft === 'any' ? anyDraft(core, fault.seed, seen) : (fault.draftId ?? draftOf(path));
  if (draftId === undefined || !core.state.drafts.get(draftId)) return;
  try {
    if (fault.kind === 'edit_draft') await editDraftOutside(core, draftId, fault.patch);
    else deleteDraftOutside(core, draftId);
    noteTouched(core, id, draftId);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

const draftOf = (path: string): string | undefined => /\/drafts\/([^/]+)/.exec(path)?.[1];

function anyDraft(core: Core, seed: number, seen: number): string | undefined {
  const drafts = core.state.drafts.values();
  return drafts[Math.floor(chance(seed, 'draft', seen) * drafts.length)]?.draft_id;
}
