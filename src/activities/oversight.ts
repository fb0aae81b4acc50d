import { jsonDigest } from '../domain/digest.ts';
import { type Oversight, PLAIN_REVIEW } from '../domain/oversight.ts';
import type { DraftRow, InboxSettings, RevisionRecord, Store } from '../store/types.ts';

/** What policy says of a revision at this moment. */
export async function overseeRevision(
  _store: Store,
  _row: DraftRow,
  _revision: RevisionRecord,
  settings: InboxSettings,
): Promise<Oversight> {
  const { editorMayApprove, creatorMayApprove, mode } = settings;
  return { ...PLAIN_REVIEW, editorMayApprove, creatorMayApprove, kind: mode === 'autonomous' ? 'auto' : 'review' };
}

/** Each answer policy gave for a revision is kept under its digest. */
const stepOf = (revision: number, oversight: Oversight) => `oversight:${revision}:${jsonDigest(oversight)}`;

/** Keeps what policy said: preflight believes a workflow only what is kept here. */
export const keepOversight = (store: Store, draftId: string, revision: number, oversight: Oversight) =>
  store.putStep(draftId, stepOf(revision, oversight), true);

/** Whether policy ever said this of this revision. */
export const saidOf = async (store: Store, draftId: string, revision: number, oversight: Oversight) =>
  (await store.getStep(draftId, stepOf(revision, oversight))) === true;
