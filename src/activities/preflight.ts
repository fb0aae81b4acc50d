import { snapshotDifferences, snapshotOf } from '../agentmail/index.ts';
import type { ProviderDraft } from '../agentmail/port.ts';
import { allRecipients, bareAddress } from '../domain/content.ts';
import { jsonDigest, revisionDigest } from '../domain/digest.ts';
import { mayCommand } from '../domain/permissions.ts';
import type { ReasonCode } from '../domain/reasons.ts';
import type { CommandRecord, DraftRow, InboxSettings, RevisionRecord } from '../store/types.ts';
import type { ActivityDeps } from './deps.ts';
import { notOpen } from './due.ts';
import { newestInbound } from './inbound.ts';
import type { SendInput } from './types.ts';

/** What the checks look at; the draft was read from AgentMail just now. */
export interface PreflightSubject {
  row: DraftRow;
  revision: RevisionRecord;
  draft: ProviderDraft;
  input: SendInput;
}

export type PreflightResult =
  | { kind: 'pass' }
  | { kind: 'fail'; reason: ReasonCode; threadSeen?: string }
  | { kind: 'not_due'; dueAtMs: number };

const fail = (reason: ReasonCode): PreflightResult => ({ kind: 'fail', reason });
const PASS: PreflightResult = { kind: 'pass' };

/** The one choke point before a send: every check at the moment of sending, cheapest first. */
export async function preflight(deps: ActivityDeps, subject: PreflightSubject): Promise<PreflightResult> {
  const settings = await deps.store.getInbox(subject.row.inboxId);
  const nowMs = deps.clock();
  const asked = { draftId: subject.row.draftId, nowMs };
  const closed = await notOpen(subject.input.schedule, asked, deps.recipientZone);
  if (closed?.missed) return fail('window_missed');
  if (closed) return { kind: 'not_due', dueAtMs: closed.dueAtMs ?? nowMs };
  const reason =
    changedOutside(subject) ?? (await unapproved(deps, subject, settings)) ?? (await paused(deps, subject));
  if (reason) return fail(reason);
  const recipientReason = await unwelcome(deps, subject);
  return recipientReason ? fail(recipientReason) : newerInbound(deps, subject);
}

/** Equal to the snapshot that was read back when this revision was written: what is approved is what would leave. */
function changedOutside({ row, revision, draft, input }: PreflightSubject): ReasonCode | null {
  const { digest, content, snapshot } = revision;
  if (digest !== input.digest || revisionDigest(row.inboxId, content) !== digest) return 'approval_missing';
  if (snapshot === null) return 'approval_missing';
  if (draft.sendAt || draft.sendStatus) return 'foreign_send_at';
  return snapshotDifferences(snapshot, snapshotOf(draft)).length > 0 ? 'snapshot_changed' : null;
}

/** The approval stands for this revision, was given by somebody who may, and is not too old. */
async function unapproved(
  { store, clock }: ActivityDeps,
  { row, input }: PreflightSubject,
  settings: InboxSettings,
): Promise<ReasonCode | null> {
  const { approval, revision, digest, dueAtMs: due } = input;
  if (approval.revision !== revision || approval.digest !== digest) return 'approval_missing';
  if (!(await vouchedFor())) return 'approval_missing';
  return clock() - Math.max(approval.atMs, due) > settings.maxApprovalAgeMs ? 'approval_stale' : null;

  async function vouchedFor(): Promise<boolean> {
    switch (approval.by.kind) {
      case 'policy':
        return settings.mode === 'autonomous';
      case 'unverified':
        return settings.acceptUnverifiedSignals;
      case 'person': {
        const command = await store.getCommand(approval.decisionId);
        return command !== null && command.actor.id === approval.by.id && approves(command);
      }
      default:
        return false;
    }
  }

  /** The command says "approve" of this very revision and digest, and its actor may say so. */
  function approves({ draftId, name, actor, commentRef, factsDigest }: CommandRecord): boolean {
    const facts = { decision: 'approve', revision, digest, ...(commentRef !== null && { commentRef }) };
    return (
      draftId === row.draftId &&
      name === 'decide' &&
      factsDigest === jsonDigest(facts) &&
      mayCommand({ name, decision: 'approve' }, actor, row.creator.id) === null
    );
  }
}

async function paused({ store }: ActivityDeps, { row }: PreflightSubject): Promise<ReasonCode | null> {
  const { inboxId, recipe, batchId } = row;
  const [pause] = await store.pausesOn({ inboxId, recipe, creatorId: row.creator.id, batchId });
  return pause ? (pause.kind === 'inbox' ? 'inbox_paused' : 'paused') : null;
}

/** Nobody on our suppression list, nobody AgentMail's send lists would refuse. */
async function unwelcome(
  { store, mail }: ActivityDeps,
  { row, revision }: PreflightSubject,
): Promise<ReasonCode | null> {
  const addresses = allRecipients(revision.content).flatMap((recipient) => bareAddress(recipient) ?? []);
  const [suppressed, blocked] = await Promise.all([
    store.suppressedAmong(addresses),
    mail.blockedRecipients(row.inboxId, addresses),
  ]);
  if (suppressed.length > 0) return 'recipient_suppressed';
  return blocked.length > 0 ? 'recipient_blocked' : null;
}

/** Whoever approved an answer has seen the question; a newer one may change it. */
async function newerInbound(
  { mail }: ActivityDeps,
  { row, revision, input }: PreflightSubject,
): Promise<PreflightResult> {
  const { reply } = revision.content;
  if (!reply) return PASS;
  const thread = await mail.threadOf(row.inboxId, reply.inReplyTo);
  const newest = thread && newestInbound(thread, row.inboxId);
  if (!newest || newest === input.threadSeen) return PASS;
  return { kind: 'fail', reason: 'newer_inbound', threadSeen: newest };
}
