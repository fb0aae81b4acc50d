import { snapshotDifferences, snapshotOf } from '../../agentmail/index.ts';
import type { MailProvider } from '../../agentmail/port.ts';
import { revisionDigest } from '../../domain/digest.ts';
import { unseenInbound } from '../inbound.ts';
import type { Circumstances, Finding, ReadSubject, Subject } from './subject.ts';

/** Equal to the snapshot that was read back when this revision was written: what is approved is what would leave. */
export function changedOutside({ revision, draft }: Pick<ReadSubject, 'revision' | 'draft'>): Finding | null {
  const { snapshot } = revision;
  if (snapshot === null) return { check: 'snapshot', reason: 'approval_missing', evidence: { neverWritten: true } };
  if (draft.sendAt || draft.sendStatus) return { check: 'snapshot', reason: 'foreign_send_at' };
  const fields = snapshotDifferences(snapshot, snapshotOf(draft));
  if (fields.length === 0) return null;
  return { check: 'snapshot', reason: 'snapshot_changed', evidence: { fields: fields.join(',') } };
}

/** The stored revision is the one its digest names. */
export function tampered({ row, revision }: Subject, digest: string): Finding | null {
  const same = revision.digest === digest && revisionDigest(row.inboxId, revision.content) === digest;
  return same ? null : { check: 'approval', reason: 'approval_missing', evidence: { digest: 'differs' } };
}

/** What was composed long ago may no longer be true. */
export function tooOld({ settings, nowMs }: Circumstances, { revision }: Subject): Finding | null {
  const { maxDraftAgeMs } = settings;
  const ageMs = nowMs - revision.createdAtMs;
  if (maxDraftAgeMs === null || ageMs <= maxDraftAgeMs) return null;
  return { check: 'draft_age', reason: 'draft_stale', evidence: { ageMs, maxDraftAgeMs } };
}

/** Whoever approved an answer has seen the question; a newer one may change it. */
export async function newerInbound(
  mail: MailProvider,
  { row, revision, threadSeen }: Subject,
): Promise<Finding | null> {
  const { reply } = revision.content;
  if (!reply) return null;
  const thread = await mail.threadOf(row.inboxId, reply.inReplyTo);
  const newest = thread && unseenInbound(thread, row.inboxId, threadSeen);
  if (!newest) return null;
  return { check: 'newer_inbound', reason: 'newer_inbound', threadSeen: newest, evidence: { messageId: newest } };
}
