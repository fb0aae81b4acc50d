import { ApplicationFailure, Context } from '@temporalio/activity';
import { contentDifferences, nullIfGone, snapshotOf } from '../agentmail/index.ts';
import type { DraftWrite, ProviderDraft } from '../agentmail/port.ts';
import type { Attachment, EmailContent } from '../domain/content.ts';
import { sha256Hex } from '../domain/digest.ts';
import { clientIdFor } from '../domain/ids.ts';
import type { DraftRow, ProviderSnapshot } from '../store/types.ts';
import type { ActivityDeps } from './deps.ts';

interface WriteIds {
  sendId: string;
  revision: number;
}

/** Called before a draft that is gone gets a successor: only until then does its id lead to what became of it. */
type WhenGone = () => Promise<void>;

/** A foreign writer may come between write and read-back; past this many attempts it is not chance. */
const MAX_MISMATCHES = 5;

/** Step result: the send time an adopted draft carried. */
export const ADOPTED_SEND_AT = 'adopted_send_at';

/** The draft in AgentMail: written whole, always read back. */
export function providerWriter({ store, mail }: Pick<ActivityDeps, 'store' | 'mail'>) {
  /** Creates the draft or brings it to `content`. Answers what a fresh read shows. */
  async function put(row: DraftRow, content: EmailContent, ids: WriteIds, gone?: WhenGone): Promise<ProviderDraft> {
    const write = await withBytes(content);
    const existing = row.providerDraftId === null ? null : await mail.getDraft(row.inboxId, row.providerDraftId);
    if (existing === null && row.providerDraftId !== null) await gone?.();
    const current = existing ?? (await create(row, write, ids));
    if (needsReplacing(content, current, existing === null)) {
      const replaced = await mail.replaceDraft(row.inboxId, current.providerDraftId, write, current);
      if (!replaced) throw vanished();
    }
    return readBack(row, current.providerDraftId);
  }

  async function create(row: DraftRow, write: DraftWrite, { sendId, revision }: WriteIds): Promise<ProviderDraft> {
    // The draft we knew is gone: its client_id may be answered with the dead draft, so the new one has its own.
    const clientId = row.providerDraftId === null ? clientIdFor(sendId) : clientIdFor(sendId, revision);
    const created = await mail.createDraft(row.inboxId, write, { clientId });
    await store.setProviderDraftId(row.draftId, created.providerDraftId);
    return created;
  }

  /** Writes `content` and proves that AgentMail says the same. A reply takes recipients and subject from the proof. */
  async function write(row: DraftRow, content: EmailContent, ids: WriteIds, gone: WhenGone) {
    const draft = await put(row, content, ids, gone);
    const said = settled(content, draft);
    const differences = contentDifferences(said, draft);
    const attachments = await downloaded(row, draft);
    if (!sameAttachments(content.attachments, attachments)) differences.push('attachments');
    if (differences.length > 0) throw mismatch(differences);
    const snapshot: ProviderSnapshot = snapshotOf(draft);
    return { content: said, snapshot };
  }

  /** What is in AgentMail now, as content of ours. Null when there is nothing we could answer for. */
  async function capture(row: DraftRow) {
    const draftId = row.providerDraftId ?? row.adoptDraftId;
    const found = draftId === null ? null : await mail.getDraft(row.inboxId, draftId);
    // A forward merges its source at send time: nobody can approve what is not there yet.
    if (found === null || found.forwardOf !== null) return null;
    await store.setProviderDraftId(row.draftId, found.providerDraftId);
    // Kept before it is cleared: an attempt after this one finds it no more.
    if (found.sendAt) await store.putStep(row.draftId, ADOPTED_SEND_AT, found.sendAt);
    const draft = await readBack(row, found.providerDraftId);
    const attachments = await downloaded(row, draft);
    const { to, cc, bcc, replyTo, subject, text, html, inReplyTo } = draft;
    const reply = inReplyTo === null ? null : { inReplyTo, replyAll: false };
    const content: EmailContent = { to, cc, bcc, replyTo, subject, text, html, attachments, reply };
    return { content, snapshot: snapshotOf(draft) };
  }

  /** A fresh read, with any send time of AgentMail's own taken away: the timer is ours. */
  async function readBack(row: DraftRow, draftId: string): Promise<ProviderDraft> {
    let draft = await mail.getDraft(row.inboxId, draftId);
    if (draft?.sendAt) draft = await mail.clearSendAt(row.inboxId, draftId);
    if (!draft) throw vanished();
    if (draft.sendAt || draft.sendStatus) {
      throw ApplicationFailure.retryable('AgentMail still has a send time for the draft', 'agentmail.scheduled');
    }
    return draft;
  }

  async function withBytes(content: EmailContent): Promise<DraftWrite> {
    const attachments = await Promise.all(
      content.attachments.map(async (attachment) => {
        const bytes = await store.getBlob(attachment.sha256);
        if (bytes) return { ...attachment, bytes };
        throw ApplicationFailure.nonRetryable('an attachment is not in the store', 'store.missing');
      }),
    );
    return { content, attachments };
  }

  /** The draft's attachments by content, hashed from what AgentMail would send. */
  async function downloaded(row: DraftRow, draft: ProviderDraft): Promise<Attachment[]> {
    const hashed: Attachment[] = [];
    for (const { attachmentId, filename, contentType, disposition, contentId } of draft.attachments) {
      // Deleted, or written anew, since it was read a moment ago: the next attempt sees which.
      const bytes = await nullIfGone(mail.downloadDraftAttachment(row.inboxId, draft.providerDraftId, attachmentId));
      if (!bytes) throw vanished();
      const sha256 = sha256Hex(bytes);
      if ((await store.blobSize(sha256)) === null) await store.putBlob(bytes);
      hashed.push({
        sha256,
        size: bytes.byteLength,
        disposition: disposition ?? 'attachment',
        ...(filename !== null && { filename }),
        ...(contentType !== null && { contentType }),
        ...(contentId && { contentId }),
      });
    }
    return hashed;
  }

  return { put, write, capture };
}

const vanished = () => ApplicationFailure.retryable('the draft vanished while it was written', 'agentmail.vanished');

/** A reply's recipients and subject are AgentMail's to derive; captured before the digest is made. */
function settled(content: EmailContent, draft: ProviderDraft): EmailContent {
  if (content.reply === null) return content;
  const { to, cc, bcc, subject } = draft;
  const given = content.to.length + content.cc.length + content.bcc.length > 0;
  return { ...content, ...(given ? {} : { to, cc, bcc }), subject: content.subject || subject };
}

function needsReplacing(content: EmailContent, current: ProviderDraft, justCreated: boolean): boolean {
  if (contentDifferences(settled(content, current), current).length > 0) return true;
  // Sizes and names are equal by now; only bytes can differ, and those of a fresh draft are ours.
  return !justCreated && content.attachments.length > 0;
}

function sameAttachments(wanted: Attachment[], found: Attachment[]): boolean {
  const key = ({ sha256, filename, disposition }: Attachment) => `${sha256} ${disposition} ${filename ?? ''}`;
  return wanted.map(key).sort().join('\n') === found.map(key).sort().join('\n');
}

function mismatch(fields: string[]): ApplicationFailure {
  const message = `AgentMail does not show what was written: ${fields.join(', ')}`;
  const lastChance = Context.current().info.attempt >= MAX_MISMATCHES;
  return ApplicationFailure.create({ message, type: 'agentmail.readback_mismatch', nonRetryable: lastChance });
}
