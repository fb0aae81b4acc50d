import { jsonDigest } from '../domain/digest.ts';
import type { Oversight } from '../domain/oversight.ts';
import { askVerdict, judge, keepRecord } from '../policy/index.ts';
import type { DraftRow, InboxSettings, RevisionRecord, Store } from '../store/types.ts';
import type { ActivityDeps } from './deps.ts';

/** What policy says of a revision at this moment. What it saw is kept with the draft, where there are rules. */
export async function overseeRevision(
  { store, mail, clock }: Pick<ActivityDeps, 'store' | 'mail' | 'clock'>,
  row: DraftRow,
  revision: RevisionRecord,
  settings: InboxSettings,
): Promise<Oversight> {
  const active = await store.activePolicy();
  const sources = { store, verdictOn: (of: DraftRow, its: RevisionRecord) => askVerdict(mail, of, its) };
  const record = await judge(sources, active, settings, { row, revision, nowMs: clock(), asOfMs: null });
  if (active !== null) await keepRecord(store, row.draftId, revision.revision, record);
  return record.decision.oversight;
}

/** Each answer policy gave for a revision is kept under its digest. */
const stepOf = (revision: number, oversight: Oversight) => `oversight:${revision}:${jsonDigest(oversight)}`;

/** Keeps what policy said: preflight believes a workflow only what is kept here. */
export const keepOversight = (store: Store, draftId: string, revision: number, oversight: Oversight) =>
  store.putStep(draftId, stepOf(revision, oversight), true);

/** Whether policy ever said this of this revision. */
export const saidOf = async (store: Store, draftId: string, revision: number, oversight: Oversight) =>
  (await store.getStep(draftId, stepOf(revision, oversight))) === true;
