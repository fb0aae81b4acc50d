import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { jsonDigest } from './digest.ts';

/** Temporal task queue of the draft workflows and their activities. */
export const DEFAULT_TASK_QUEUE = 'countersign';
/** Temporal workflow type of a draft. */
export const DRAFT_WORKFLOW = 'draft';
/** Temporal workflow type of a batch. */
export const BATCH_WORKFLOW = 'batch';

/** Temporal workflow type of a fleet operation. */
export const OPERATION_WORKFLOW = 'operation';

const hash = (...parts: string[]) => bytesToHex(sha256(utf8ToBytes(parts.map((p) => `${p.length}:${p}`).join(''))));

/**
 * The workflow id of a draft, which is also its public draft id. Deterministic in (creator, request id), so that a
 * repeated start finds the first one; the caller's own request id is hashed because it may name a person.
 */
export function draftIdFor(kind: string, creatorId: string, requestId: string): string {
  const slug = kind.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return `draft-${slug}-${hash('draft', creatorId, requestId).slice(0, 16)}`;
}

/** The workflow id of a batch, which is also its public id. */
export function batchIdFor(creatorId: string, requestId: string): string {
  return `batch-${hash('batch', creatorId, requestId).slice(0, 16)}`;
}

/** The request id of one row's draft: a row that is started again finds the draft of the first time. */
export function batchRowRequestId(batchId: string, row: number): string {
  return `batch:${batchId}:${row}`;
}

/** A command's id: two callers may use the same word for different things. */
export function commandIdFor(actorId: string, decisionId: string): string {
  return `cmd-${jsonDigest([actorId, decisionId]).slice(0, 32)}`;
}

/** Names one draft's send for ever: the first run id survives continue-as-new and reset. */
export function sendIdFor(namespace: string, workflowId: string, firstExecutionRunId: string): string {
  return hash('send', namespace, workflowId, firstExecutionRunId).slice(0, 32);
}

/** AgentMail's Idempotency-Key of revision `revision` (characters A-Z a-z 0-9 - . _ ~ only). */
export function idempotencyKeyFor(sendId: string, revision: number): string {
  return `${sendId}.r${revision}`;
}

/** The label that marks a sent message as this draft's: the only proof of a send once the key has expired. */
export function sendLabelFor(sendId: string): string {
  return `${LABEL_PREFIX}${sendId}`;
}
const LABEL_PREFIX = 'countersign-';
/** Whether a label is that of a draft sent by this or another installation of ours. */
export const isOwnLabel = (label: string) => label.startsWith(LABEL_PREFIX);

/** AgentMail's client_id of our draft; a restored draft gets its own, since a deleted one's may answer with the dead draft. */
export function clientIdFor(sendId: string, restoredFor?: number): string {
  return restoredFor === undefined ? sendId : `${sendId}.r${restoredFor}`;
}

/** Temporal's fairness key of an inbox: keys are shown in clear text, so the address is hashed. */
export function fairnessKeyOf(inboxId: string): string {
  return `inbox-${hash('fairness', inboxId).slice(0, 12)}`;
}
