import { ActivityFailure, condition } from '@temporalio/workflow';
import { jsonDigest } from '../domain/digest.ts';
import type { Hindrance } from '../domain/draft-event.ts';
import type { NoticeCause } from '../domain/notice.ts';
import type { ReasonCode } from '../domain/reasons.ts';
import type { DraftState, DraftStatus } from '../domain/state.ts';
import { look } from './proxies.ts';
import { type DraftRun, refused } from './run.ts';

/** Where a draft rests, and what happens outside may concern it. */
const RESTS: ReadonlySet<DraftStatus> = new Set(['in_review', 'changes_requested', 'scheduled']);

/** Whether the draft rests, and something asks it to look around: a notice, or a person. */
export const wantsLook = (run: DraftRun): boolean =>
  RESTS.has(run.state.status) && (run.notice !== null || run.rechecks.asked > run.rechecks.done);

export async function lookAround(run: DraftRun): Promise<void> {
  if (run.notice !== null) return lookAgain(run);
  await recheck(run);
}

/** Something outside changed. A draft that waits for its time learns of it now, not only when that has come. */
async function lookAgain(run: DraftRun): Promise<void> {
  const cause = run.takeNotice();
  if (cause === null) return;
  if (cause === 'resume') {
    // Everything is checked again when it is sent.
    run.apply({ type: 'looked', found: null, nowMs: Date.now() });
    return;
  }
  // Where it failed, preflight will look again in any case.
  if ((await take(run, cause)) === 'again' && run.notice === null) run.notice = cause;
}

/** `again`: a decision or a new revision came meanwhile; what was found is not about it. */
type Taken = 'done' | 'again' | 'failed';

async function take(run: DraftRun, cause: NoticeCause): Promise<Taken> {
  const { status, revision, schedule, threadSeen, reason, notBeforeMs } = run.state;
  const seen = run.changes;
  const found = await look.lookAgain({ revision, schedule, threadSeen, cause }).catch((error: unknown) => {
    if (error instanceof ActivityFailure) return undefined;
    throw error;
  });
  if (run.changes !== seen) return 'again';
  if (found === undefined) return 'failed';
  const nothing = found === null && reason === null && notBeforeMs === null;
  if (nothing || run.apply({ type: 'looked', found, nowMs: Date.now() }) !== null || found === null) return 'done';
  const back = run.state.status !== status || found.kind !== 'held';
  const data = { reason: found.reason, ...checksOf(found) };
  run.journal.tell(back ? 'sent_back' : 'held_back', run.state, { actorId: 'system', data });
  return 'done';
}

/** The check that held a draft back, with its evidence, for the record. */
export const checksOf = ({ found }: Hindrance) => found && { checks: [found] };

/** Policy and then the checks, because a person wants to know now. What they change is told as it always is. */
async function recheck(run: DraftRun): Promise<void> {
  const { asked } = run.rechecks;
  let taken = await askPolicy(run);
  if (taken === 'done' && RESTS.has(run.state.status)) taken = await take(run, 'recheck');
  // The life's own loop comes here once more.
  if (taken === 'again') return;
  if (taken === 'failed') run.rechecks.failed = asked;
  run.rechecks.done = asked;
}

async function askPolicy(run: DraftRun): Promise<Taken> {
  const { revision, status } = run.state;
  const seen = run.changes;
  const answer = await look.oversee({ revision }).catch((error: unknown) => {
    if (error instanceof ActivityFailure) return null;
    throw error;
  });
  // What somebody just decided comes before what policy says.
  await condition(() => run.underWay === 0);
  if (run.changes !== seen) return 'again';
  if (answer === null) return 'failed';
  const { oversight, mode } = answer;
  run.inboxMode = mode;
  if (jsonDigest(oversight) === jsonDigest(run.state.oversight)) return 'done';
  // Its own approval is asked about by the life's loop, and on these new terms.
  run.policyAsked = '';
  if (run.apply({ type: 'overseen', oversight, nowMs: Date.now() }) !== null) return 'done';
  const { rule, version } = oversight;
  const reason: ReasonCode = oversight.kind === 'refuse' ? 'policy_refused' : 'policy_changed';
  const data = { reason, ...(rule !== null && { rule, ruleVersion: version ?? 0 }) };
  if (run.ended) run.journal.tell('rejected', run.state, { actorId: 'system', data });
  else if (run.state.status !== status && run.state.status === 'in_review')
    run.journal.tell('sent_back', run.state, { actorId: 'system', data });
  return 'done';
}

/** Waits until policy and checks were asked at this wish; answers whether they left the draft as it was. */
export async function rechecked(run: DraftRun): Promise<boolean> {
  const before = outcomeOf(run.state);
  const mine = run.askRecheck();
  // A draft that went on meanwhile, to its send or to a new revision, is checked there.
  await condition(() => run.rechecks.done >= mine || !RESTS.has(run.state.status));
  if (run.rechecks.failed >= mine) throw refused('agentmail_unavailable');
  return outcomeOf(run.state) !== before;
}

/** What a recheck is about: where the draft is, why, and what it still needs. */
const outcomeOf = ({ status, revision, reason, oversight, notBeforeMs, approvals }: DraftState) =>
  jsonDigest({ status, revision, reason, oversight, notBeforeMs, approvals: approvals.length });
