import { createHash } from 'node:crypto';
import type { Countersign, Draft } from '../client/index.ts';
import type { TableRow } from './table-source.ts';

/**
 * The request id follows from the row, so that a repeat finds the first draft. What the table does not call approved is
 * held, whatever its inbox lets go by its time alone: moving over must never send it.
 */
export function adopt(client: Countersign, row: TableRow): Promise<Draft> {
  const { draft_id: draftId, inbox_id: inbox, send_at: at, approved } = row;
  const requestId = `table-${createHash('sha256')
    .update(JSON.stringify([inbox, draftId]))
    .digest('hex')}`;
  const schedule = at === null || !approved ? ({ kind: 'held' } as const) : ({ kind: 'at', at } as const);
  return client.drafts.create({ inbox, adopt: { draftId }, schedule, requestId });
}

const READ_BACK_MS = 60_000;
const LOOK_EVERY_MS = 250;
/** Where a draft is that was taken over and is on its way. */
const LIVE: readonly Draft['status'][] = [
  'in_review',
  'changes_requested',
  'scheduled',
  'sending',
  'needs_attention',
  'sent',
];

/**
 * Waits until Countersign has read the draft back from AgentMail.
 * @throws when it never will, or not in time
 */
export async function readBack(client: Countersign, draftId: string, signal: AbortSignal): Promise<Draft> {
  const untilMs = Date.now() + READ_BACK_MS;
  for (;;) {
    const draft = await client.drafts.get(draftId);
    if (LIVE.includes(draft.status)) return draft;
    if (draft.status !== 'composing') {
      const why = draft.reason === null ? '' : `: ${draft.reason.message}`;
      throw new Error(`its status is ${inWords(draft.status)}${why}`);
    }
    if (Date.now() > untilMs || signal.aborted) throw new Error('it was not read back in time; run the command again');
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/**
 * Approves what was read back. Answers whether that was all it took, and what is to be said about it.
 * @throws when its checks found errors, or a person asked for changes
 */
export async function approve(
  client: Countersign,
  { id, status, revision, digest, blocked }: Draft,
  comment: string,
): Promise<{ approved: boolean; note: string | null }> {
  if (blocked) throw new Error('the checks found errors; it waits for a review');
  if (status === 'changes_requested') throw new Error('somebody asked for changes; it waits for a new revision');
  if (status !== 'in_review') return { approved: true, note: `its status is ${inWords(status)}` };
  if (digest === null) throw new Error('it cannot be read; run the command again');
  // The same decision for the same content, also when this runs again.
  const answer = await client.drafts.decide(id, {
    decision: 'approve',
    revision,
    digest,
    comment,
    decisionId: `${id}-table-r${revision}`,
  });
  if (answer.status !== 'in_review') return { approved: true, note: null };
  return { approved: false, note: 'approved by you; the rules ask for somebody else, too' };
}

const inWords = (status: Draft['status']) => status.replaceAll('_', ' ');
