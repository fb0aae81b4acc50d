import { Context } from '@temporalio/activity';
import { messageDifferences } from '../agentmail/index.ts';
import type { ListedMessage, ProviderMessage } from '../agentmail/port.ts';
import type { AuditEntry } from '../domain/audit.ts';
import { sameEnvelope } from '../domain/content.ts';
import { isOwnLabel, sendIdFor, sendLabelFor } from '../domain/ids.ts';
import type { DraftRow, RevisionRecord } from '../store/types.ts';
import type { ActivityDeps } from './deps.ts';

type OutsideDeps = Pick<ActivityDeps, 'store' | 'mail' | 'clock'>;

const PAGE = 100;
/** Messages looked through for one that was sent from outside, newest first. */
const MAX_PAGES = 20;
/** AgentMail's clock is not ours. */
const CLOCK_SLACK_MS = 60_000;

/** A message with our label: what settles sends finds it. */
export async function sentByUs(
  { mail }: Pick<OutsideDeps, 'mail'>,
  { draftId, firstRunId, inboxId }: DraftRow,
): Promise<ProviderMessage | null> {
  const { workflowNamespace } = Context.current().info;
  if (firstRunId === null) return null;
  return mail.findMessageByLabel(inboxId, sendLabelFor(sendIdFor(workflowNamespace ?? '', draftId, firstRunId)));
}

/**
 * The newest revision up to `revision` that was in AgentMail, where somebody could send it; null: none was. What the checks
 * refused never got there.
 */
export async function lastInAgentMail(
  { store }: Pick<OutsideDeps, 'store'>,
  draftId: string,
  revision: number,
): Promise<RevisionRecord | null> {
  for (let number = revision; number > 0; number -= 1) {
    const record = await store.getRevision(draftId, number);
    if (record?.snapshot) return record;
  }
  return null;
}

/** A message that says what `record` says, to the same people, and that no draft of ours sent. */
export async function sentOutside(
  { store, mail }: OutsideDeps,
  row: DraftRow,
  record: RevisionRecord,
): Promise<ProviderMessage | null> {
  const { declaredFooter } = await store.getInbox(row.inboxId);
  const afterMs = record.createdAtMs - CLOCK_SLACK_MS;
  let pageToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { messages, nextPageToken } = await mail.listMessages(row.inboxId, { limit: PAGE, pageToken, afterMs });
    for (const listed of messages.filter((one) => resembles(one, record))) {
      const message = await mail.getMessage(row.inboxId, listed.messageId);
      if (message && saysTheSame(record, message, declaredFooter)) return message;
    }
    if (nextPageToken === null) return null;
    pageToken = nextPageToken;
  }
  return null;
}

/** Sent past us, to the same people, under the same subject. Another draft of ours may well say the same. */
const resembles = (message: ListedMessage, { content }: RevisionRecord) =>
  message.labels.includes('sent') && !message.labels.some(isOwnLabel) && sameEnvelope(message, content);

function saysTheSame({ content }: RevisionRecord, message: ProviderMessage, footer: string | null): boolean {
  const differences = messageDifferences(content, message, null);
  return differences.length === 0 || messageDifferences(content, message, footer).length === 0;
}

/** One row for one AgentMail draft, whoever finds out what became of it, and however often. */
export function outsideEntry(row: DraftRow, { messageId, threadId }: ProviderMessage, atMs: number): AuditEntry {
  const { revision = 0, digest = null } = row.projection ?? {};
  return {
    origin: `outside:${row.providerDraftId}`,
    sequence: 1,
    type: 'sent_outside',
    atMs,
    actorId: 'system',
    commandId: null,
    revision,
    digest,
    data: { messageId, threadId, verified: true },
  };
}
