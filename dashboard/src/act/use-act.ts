import type { Decision, Draft, DraftSummary, Resolve, Revision } from '../../../src/api/schemas/index.ts';
import type { ScheduleInput } from '../../../src/domain/schedule.ts';
import type { DraftStatus } from '../../../src/domain/state.ts';
import { Refused } from '../api/http.ts';
import { type ListKey, queries, queryClient } from '../api/queries.ts';
import { review } from '../api/review.ts';
import { say } from '../app/toasts.ts';
import { useDesk } from '../desk.ts';
import { readThreads } from '../draft/reading.ts';
import { goes } from '../lib/time.ts';
import { belongs } from '../lib/views.ts';
import { rowsOf, useListKey } from '../queue/use-queue.ts';
import { give, movedByMe } from './commands.ts';
import type { Rejection } from './RejectForm.tsx';

/** Undo is offered this long where the email does not leave sooner. */
const UNDO_MS = 10_000;

export interface Act {
  /** Of the content; `withTime`: of the time shown, too. */
  approve(withTime: boolean): void;
  comment(text: string): void;
  reject(rejection: Rejection): void;
  requestChanges(comment: string): void;
  revoke(): void;
  /** Resolve to whether it was done; what went wrong has been said. */
  reschedule(schedule: ScheduleInput): Promise<boolean>;
  resolve(resolution: Resolve): Promise<boolean>;
  /** Ends it unsent, for good. */
  end(how: Ending, comment: string): void;
}
export type Ending = 'withdraw' | 'cancel';

/** What one can do with a draft. Decisions name the revision that was on screen, and lead to the next draft. */
export function useAct(draft: Draft, revision: Revision | null): Act {
  const { view, open, close } = useDesk();
  const { key: list } = useListKey();

  /** What is known of it here is what was refused: the page is to begin with what has come since. */
  const openChanged = async () => {
    await queryClient.refetchQueries({ queryKey: queries.draft(draft.id).queryKey, exact: true });
    await open(draft.id, false, 'changes');
  };
  const failed = (what: string, error: unknown) => {
    const reason = error instanceof Error ? error.message : 'The reason is not known.';
    const hint = error instanceof Refused ? '' : ' It may have been recorded: try again, it counts once.';
    const stale = error instanceof Refused && error.code === 'stale_revision';
    const label = stale ? 'What changed' : 'Open';
    const run = () => void (stale ? openChanged() : open(draft.id));
    say(`${what}: ${reason}${hint}`, { tone: 'bad', action: { label, run } });
    return false;
  };
  /** The list's next draft, found before the row leaves. */
  const leave = () => {
    const next = nextAfter(list, draft.id);
    void (next ? open(next, true) : close());
  };
  const moveOn = (expected: DraftStatus) => {
    if (!belongs(view, expected)) leave();
  };
  const takeBack = async (of: number) => {
    try {
      await give(draft, { path: 'revoke', body: { revision: of } });
      movedByMe.set((moved) => new Set([...moved].filter((id) => id !== draft.id)));
      void queryClient.invalidateQueries({ queryKey: ['list'] });
      say('Approval taken back. It waits for review again.');
    } catch (error) {
      failed('Not taken back', error);
    }
  };

  const decide = async (
    decision: Decision,
    { comment, reasonCode, withTime = false }: Partial<Rejection> & { withTime?: boolean } = {},
  ) => {
    if (revision === null) return;
    const { revision: number, digest } = revision;
    const timed = withTime && { schedule: draft.schedule };
    const why = { ...(comment && { comment }), ...(reasonCode && { reasonCode }) };
    const seen = decision === 'approve' && threadRead(draft.id);
    const body = { decision, revision: number, digest, ...why, ...timed, ...seen };
    const expected = EXPECTED[decision](draft);
    const given = give(draft, { path: 'decisions', body }, expected);
    // One of several approvals leaves the draft where it is, but not for me.
    if (expected === draft.status) leave();
    else moveOn(expected);
    try {
      const answer = await given;
      if (decision !== 'approve') return say(decision === 'reject' ? 'Rejected.' : 'Changes requested.');
      if (answer.status === 'in_review') return say('Approved. It still needs somebody else.');
      const nowMs = Date.now();
      const offer = undoUntil(answer, nowMs);
      const when = goes({ ...answer, schedule: draft.schedule }, nowMs);
      const undo = { label: 'Undo', run: () => void takeBack(answer.revision).then(() => open(draft.id)) };
      say(`Approved. ${when}.`, offer === null ? {} : { untilMs: offer, action: undo });
    } catch (error) {
      failed(FAILED[decision], error);
    }
  };

  const addComment = async (comment: string) => {
    try {
      await review.comment(draft.id, { comment, commentId: crypto.randomUUID() });
      void queryClient.invalidateQueries({ queryKey: queries.events(draft.id).queryKey });
      say('Comment added. It is in the timeline.');
    } catch (error) {
      failed('Comment not added', error);
    }
  };

  const end = async (how: Ending, comment: string) => {
    const { status, word } = ENDS[how];
    const given = give(draft, { path: how, body: comment ? { comment } : {} }, status);
    moveOn(status);
    try {
      await given;
      say(`${word}: it is not sent.`);
    } catch (error) {
      failed(`Not ${word.toLowerCase()}`, error);
    }
  };

  return {
    approve: (withTime) => void decide('approve', { withTime }),
    comment: (text) => void addComment(text),
    reject: (rejection) => void decide('reject', rejection),
    requestChanges: (comment) => void decide('request_changes', { comment }),
    revoke: () => revision && void takeBack(revision.revision),
    reschedule: async (schedule) => {
      try {
        const answer = await give(draft, { path: 'reschedule', body: { schedule } });
        const held = { kind: 'held' } as const;
        const shown = answer.dueAt === null ? held : ({ kind: 'at', at: answer.dueAt } as const);
        say(`${goes({ ...answer, schedule: shown }, Date.now())}.`);
        return true;
      } catch (error) {
        return failed('Not rescheduled', error);
      }
    },
    resolve: async (resolution) => {
      try {
        await give(draft, { path: 'resolve', body: resolution });
        say('Settled.');
        leave();
        return true;
      } catch (error) {
        return failed('Not settled', error);
      }
    },
    end: (how, comment) => void end(how, comment),
  };
}

const EXPECTED: Record<Decision, (draft: Draft) => DraftStatus> = {
  approve: ({ approvalsMissing }) =>
    approvalsMissing.reduce((sum, { count }) => sum + count, 0) > 1 ? 'in_review' : 'scheduled',
  reject: () => 'rejected',
  // A recipe composes again at once; ready-made content waits for its agent.
  request_changes: (draft: Draft) => (draft.source === 'recipe' ? 'composing' : 'changes_requested'),
};
const ENDS = {
  withdraw: { status: 'withdrawn', word: 'Withdrawn' },
  cancel: { status: 'cancelled', word: 'Cancelled' },
} as const satisfies Record<Ending, { status: DraftStatus; word: string }>;
const FAILED: Record<Decision, string> = {
  approve: 'Not approved',
  reject: 'Not rejected',
  request_changes: 'Not sent back',
};

/**
 * The latest message of the thread, where the reader had it on screen. One that only came to the desk is not said to be
 * read; of an older one nothing is said, as the revision may know more than its reader.
 */
function threadRead(id: string) {
  const latest = queryClient.getQueryData(queries.thread(id).queryKey)?.messages.at(-1)?.messageId;
  return latest !== undefined && readThreads.get().get(id) === latest && { threadSeen: latest };
}

/** Until when an approval can be taken back; null when it leaves at once. */
function undoUntil(answer: { dueAt: string | null; holdUntil: string | null }, nowMs: number): number | null {
  const holdMs = answer.holdUntil === null ? 0 : Date.parse(answer.holdUntil) - nowMs;
  const dueMs = answer.dueAt === null ? Number.POSITIVE_INFINITY : Date.parse(answer.dueAt) - nowMs;
  if (holdMs > 1_000) return nowMs + Math.min(holdMs, 60_000);
  return dueMs > UNDO_MS ? nowMs + UNDO_MS : null;
}

function nextAfter(key: ListKey, id: string): string | undefined {
  const pages = queryClient.getQueryData(queries.list(key).queryKey)?.pages ?? [];
  const rows = rowsOf(
    pages.flatMap(({ items }) => items),
    key.view,
    movedByMe.get(),
  );
  const index = rows.findIndex((row) => row.id === id);
  const waits = (row: DraftSummary & { needsMe?: boolean }) =>
    row.id !== id && belongs(key.view, row.status, row.needsMe);
  return (rows.slice(index + 1).find(waits) ?? rows.slice(0, Math.max(index, 0)).findLast(waits))?.id;
}
