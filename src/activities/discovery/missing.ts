import { Context } from '@temporalio/activity';
import { messageDifferences } from '../../agentmail/index.ts';
import type { ListedMessage, ProviderMessage } from '../../agentmail/port.ts';
import type { AuditEntry } from '../../domain/audit.ts';
import { sameEnvelope } from '../../domain/content.ts';
import { isOwnLabel, sendIdFor, sendLabelFor } from '../../domain/ids.ts';
import type { DraftStatus } from '../../domain/state.ts';
import type { DraftRow, RevisionRecord } from '../../store/types.ts';
import type { DraftCounterpart } from '../../store/types-watch.ts';
import { loadRevision } from '../context.ts';
import type { DiscoveryDeps } from './deps.ts';

/** Where a draft's AgentMail draft has to be there; while it is written or sent, it may well not be. */
const RESTS: ReadonlySet<DraftStatus> = new Set(['in_review', 'changes_requested', 'scheduled']);
const PAGE = 100;
/** Messages looked through for one that was sent from outside, newest first. */
const MAX_PAGES = 20;
/** AgentMail's clock is not ours. */
const CLOCK_SLACK_MS = 60_000;

export type Missing = 'present' | 'settling' | 'noticed' | 'sent_outside';

/** Finds out what became of a draft of ours that a full pass did not see. */
export async function examine(
  deps: DiscoveryDeps,
  { draftId, inboxId, providerDraftId }: DraftCounterpart,
): Promise<Missing> {
  const { store, mail, engine } = deps;
  if (await mail.getDraft(inboxId, providerDraftId)) return 'present';
  // Read after AgentMail was asked: a send that began meanwhile took the draft, and settles it itself.
  const row = await store.getDraft(draftId);
  const projection = row?.projection;
  if (!row || !projection || row.providerDraftId !== providerDraftId || !RESTS.has(projection.status))
    return 'settling';
  const outside = (await sentByUs(deps, row)) ? null : await sentOutside(deps, row, projection.revision);
  if (outside) await store.record(draftId, [outsideEntry(row, outside, deps.clock())], null);
  await engine.notice(draftId, 'outside');
  return outside ? 'sent_outside' : 'noticed';
}

/** A message with our label: what settles sends finds it. */
async function sentByUs({ mail }: DiscoveryDeps, { draftId, firstRunId, inboxId }: DraftRow): Promise<boolean> {
  const { workflowNamespace } = Context.current().info;
  if (firstRunId === null) return false;
  const label = sendLabelFor(sendIdFor(workflowNamespace ?? '', draftId, firstRunId));
  return (await mail.findMessageByLabel(inboxId, label)) !== null;
}

async function sentOutside(deps: DiscoveryDeps, row: DraftRow, revision: number): Promise<ProviderMessage | null> {
  const { store, mail } = deps;
  const record = await loadRevision(store, row.draftId, revision);
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

/** One row for one AgentMail draft, however often it is found missing. */
function outsideEntry(row: DraftRow, { messageId, threadId }: ProviderMessage, atMs: number): AuditEntry {
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
