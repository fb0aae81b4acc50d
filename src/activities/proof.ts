import { attachmentDifferences, messageDifferences } from '../agentmail/index.ts';
import type { ProviderMessage } from '../agentmail/port.ts';
import type { SendOutcome } from '../domain/draft-event.ts';
import type { DraftRow, RevisionRecord } from '../store/types.ts';
import { type Attempts, attemptLog } from './attempts.ts';
import { failureType } from './context.ts';
import type { ActivityDeps } from './deps.ts';
import { later } from './retry-delay.ts';
import type { Sending } from './send.ts';

/** How long we try to read back a sent message, to compare it with what was approved. */
const READ_BACK_MS = 10 * 60_000;

export type Accepted = NonNullable<Attempts['accepted']>;

/** The message as it left, compared with what was approved. Whatever it says, the mail is sent. */
export async function proven(deps: ActivityDeps, sending: Sending, accepted: Accepted): Promise<SendOutcome> {
  const { store, mail, clock, log } = deps;
  const { row, revision, key, input } = sending;
  const { messageId, threadId, attempt, atMs } = accepted;
  const message = await mail.getMessage(row.inboxId, messageId).catch(() => null);
  if (!message && clock() - atMs < READ_BACK_MS) later('the sent message cannot be read back yet');
  if (!message) {
    log.warn({ draftId: row.draftId }, 'the sent message could not be read back');
    return { kind: 'sent', messageId, threadId };
  }
  const differences = await unexplained(deps, row, revision, message);
  if (differences.length > 0) {
    log.error({ draftId: row.draftId, alert: 'content_mismatch', differences }, 'sent other than approved');
    await attemptLog(store, row.draftId, key, input, clock).mismatch(attempt, messageId, differences.join(','));
    await store.putPause({
      ...{ kind: 'inbox', id: row.inboxId, reason: 'content_mismatch', by: 'system' },
      atMs: clock(),
    });
    await deps.alerts.raise({
      ...{ key: `content_mismatch:${row.draftId}`, kind: 'content_mismatch', severity: 'critical' },
      title: 'A message left other than it was approved; its inbox is paused',
      facts: { differences: differences.join(', '), messageId },
      ...{ draftId: row.draftId, inboxId: row.inboxId },
    });
  }
  return { kind: 'sent', messageId, threadId: message.threadId };
}

/** What differs from the approved revision, but for the footer the inbox declares. */
async function unexplained(
  { store, mail, log }: ActivityDeps,
  row: DraftRow,
  { content }: RevisionRecord,
  message: ProviderMessage,
): Promise<string[]> {
  const differences = messageDifferences(content, message, null);
  if (differences.length > 0) {
    const { declaredFooter } = await store.getInbox(row.inboxId);
    const left = messageDifferences(content, message, declaredFooter);
    if (left.length > 0) return left;
  }
  if (content.attachments.length === 0) return [];
  try {
    const download = (id: string) => mail.downloadMessageAttachment(row.inboxId, message.messageId, id);
    return await attachmentDifferences(content, message, download);
  } catch (error) {
    // Name and size were equal. The draft's own attachments were hashed when it was written.
    log.warn({ draftId: row.draftId, failure: failureType(error) }, 'sent attachments could not be read back');
    return [];
  }
}
