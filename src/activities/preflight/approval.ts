import type { AuditType } from '../../domain/audit.ts';
import { jsonDigest } from '../../domain/digest.ts';
import { type Approver, asksForOne, missingApprovals } from '../../domain/oversight.ts';
import { mayCommand } from '../../domain/permissions.ts';
import type { Approval } from '../../domain/state.ts';
import type { AuditRow, CommandRecord } from '../../store/types.ts';
import type { ActivityDeps } from '../deps.ts';
import { overseeRevision, saidOf } from '../oversight.ts';
import type { SendInput } from '../types.ts';
import type { Circumstances, Finding, Subject } from './subject.ts';

/** After these no earlier approval counts. */
const TAKES_BACK: ReadonlySet<AuditType> = new Set(['approval_revoked', 'rejected', 'withdrawn', 'cancelled']);

const missing = (because: string): Finding => ({
  check: 'approval',
  reason: 'approval_missing',
  evidence: { because },
});

/**
 * Enough people, each of whom may, approved exactly this. Nothing is taken from the workflow's word alone: what policy
 * asked for, who approved and to which groups they belong is what the store recorded when it happened.
 */
export async function unapproved(
  deps: Pick<ActivityDeps, 'store' | 'mail' | 'clock'>,
  { settings }: Circumstances,
  { row, revision, events }: Subject & { events: readonly AuditRow[] },
  input: SendInput,
): Promise<Finding | null> {
  const { store } = deps;
  const { approvals, oversight } = input;
  if (!(await saidOf(store, row.draftId, input.revision, oversight))) return missing('policy');
  const ofThis = approvals.filter(
    ({ revision: number, digest }) => number === input.revision && digest === input.digest,
  );
  const byPolicy = ofThis.some(({ by }) => by.kind === 'policy');
  const { kind, replyApproval = false } = await overseeRevision(deps, row, revision, settings);
  // A rule that came after people had approved refuses for them, too.
  if (kind === 'refuse') return { check: 'approval', reason: 'policy_refused' };
  if (byPolicy) return kind === 'auto' || kind === 'monitor' ? null : missing('policy_changed');
  const approvers: Approver[] = [];
  for (const approval of ofThis) approvers.push(...(await vouchedFor(approval)));
  return missingApprovals(oversight.needs, approvers).length === 0 ? null : missing('approvals');

  async function vouchedFor({ by, decisionId, schedule, threadSeen }: Approval): Promise<Approver[]> {
    // A bare signal proves no name: two of them may be one caller.
    const counts = settings.acceptUnverifiedSignals && asksForOne(oversight.needs);
    if (by.kind === 'unverified') return counts ? [{ id: by.id, groups: [] }] : [];
    if (by.kind !== 'person' || !standing(decisionId)) return [];
    const command = await store.getCommand(decisionId);
    if (command === null || command.actor.id !== by.id || !mayApprove(command)) return [];
    if (!approves(command, { schedule, threadSeen })) return [];
    return [{ id: command.actor.id, groups: command.actor.groups ?? [] }];
  }

  /** Told, and not taken back since: a run that was started by force may bring up an approval of the past. */
  function standing(commandId: string): boolean {
    const told = events.findLastIndex((event) => event.type === 'approved' && event.commandId === commandId);
    return told >= 0 && !events.slice(told).some(({ type }) => TAKES_BACK.has(type));
  }

  /** The command says "approve" of this very revision and digest, of the time where the approval does, having seen the same. */
  function approves(
    { draftId, name, commentRef, factsDigest }: CommandRecord,
    { schedule, threadSeen }: Pick<Approval, 'schedule' | 'threadSeen'>,
  ): boolean {
    const facts = {
      ...{ decision: 'approve', revision: input.revision, digest: input.digest },
      ...(commentRef !== null && { commentRef }),
      ...(schedule && { schedule }),
      ...(threadSeen !== undefined && { threadSeen }),
    };
    return draftId === row.draftId && name === 'decide' && factsDigest === jsonDigest(facts);
  }

  /** Nobody signs alone for what is their own, unless policy lets them. */
  function mayApprove({ actor }: CommandRecord): boolean {
    if (actor.id === revision.authorId && !oversight.editorMayApprove) return false;
    // What was let in by an answer stays out once policy lets no answers decide.
    if (actor.via === 'email_reply' && !replyApproval) return false;
    const refusal = mayCommand({ name: 'decide', decision: 'approve' }, actor, row.creator);
    return refusal === null || (refusal === 'self_approval' && oversight.creatorMayApprove);
  }
}

/** Its age counts from when the last was given or it fell due, whichever is later: waiting for its time does not age it. */
export function staleApproval({ settings, nowMs }: Circumstances, { approvals, dueAtMs }: SendInput): Finding | null {
  const ageMs = nowMs - Math.max(dueAtMs, ...approvals.map(({ atMs }) => atMs));
  const { maxApprovalAgeMs } = settings;
  if (ageMs <= maxApprovalAgeMs) return null;
  return { check: 'approval_age', reason: 'approval_stale', evidence: { ageMs, maxApprovalAgeMs } };
}
