import { check } from '../compose/index.ts';
import { bareAddress, type EmailContent, emailContentSchema } from '../domain/content.ts';
import { revisionDigest } from '../domain/digest.ts';
import type { CheckFinding, DraftRow, ProviderSnapshot, RevisionRecord } from '../store/types.ts';
import { composedContent, plannedContent } from './compose.ts';
import { failureType, loadDraft, loadRevision, withHeartbeat } from './context.ts';
import type { ActivityDeps } from './deps.ts';
import { newestInbound } from './inbound.ts';
import { lastInAgentMail, outsideEntry, sentByUs, sentOutside } from './outside.ts';
import { keepOversight, overseeRevision } from './oversight.ts';
import { unwelcomeAmong } from './preflight/index.ts';
import { ADOPTED_SEND_AT, providerWriter } from './provider-draft.ts';
import type { DraftActivities, WriteInput, Written } from './types.ts';

interface Wanted {
  content: EmailContent;
  findings: CheckFinding[];
  /** Checks it once more as AgentMail shows it: a reply's recipients and subject are known only then. */
  again?: (content: EmailContent) => CheckFinding[];
  origin: RevisionRecord['origin'];
  authorId: string;
}

/** Step result: the message that says what AgentMail's draft said before this revision, and left without us. */
const leftBefore = (revision: number) => `sent_outside.r${revision}`;

/** Failures that say the content itself is not acceptable. */
const CONTENT_REFUSALS = new Set(['agentmail.validation', 'agentmail.message_rejected', 'agentmail.too_large']);

/** Writes revisions: into AgentMail, read back, hashed, kept. Each can run again at any point. */
export function revisionActivities(
  deps: ActivityDeps,
): Pick<DraftActivities, 'openDraft' | 'writeRevision' | 'captureRevision'> {
  const { store, mail, clock } = deps;
  const provider = providerWriter(deps);

  /** The checks, with what kind of mail it is. */
  const checked = (row: DraftRow, content: EmailContent, basis: Parameters<typeof check>[1] = {}) =>
    check(content, { ...basis, category: row.category, bulkCategories: deps.bulkCategories });

  async function openDraft({ sendId }: { sendId: string }): Promise<void> {
    const row = await loadDraft(store);
    await provider.put(row, await plannedContent(store, row.draftId), { sendId, revision: 1 });
  }

  async function writeRevision(input: WriteInput): Promise<Written> {
    const row = await loadDraft(store);
    const done = await store.getRevision(row.draftId, input.revision);
    if (done) return answer(row, done);
    const wanted = await wantedContent(row, input);
    if (wanted.findings.some(({ level }) => level === 'error')) return save(row, input.revision, wanted, null);
    try {
      const gone = () => lookOutside(row, input.revision);
      const { content, snapshot } = await provider.write(row, wanted.content, input, gone);
      const findings =
        content === wanted.content ? wanted.findings : (wanted.again?.(content) ?? checked(row, content));
      return await save(row, input.revision, { ...wanted, content, findings }, snapshot);
    } catch (error) {
      if (CONTENT_REFUSALS.has(failureType(error) ?? '')) return { kind: 'refused', reason: 'provider_refused' };
      if (failureType(error) === 'agentmail.missing_permission')
        return { kind: 'refused', reason: 'missing_permission' };
      throw error;
    }
  }

  /** A draft that is gone may have been sent past us: whoever reads its successor must know. */
  async function lookOutside(row: DraftRow, revision: number): Promise<void> {
    const last = await lastInAgentMail(deps, row.draftId, revision - 1);
    if (last === null) return;
    const message = (await sentByUs(deps, row)) ?? (await sentOutside(deps, row, last));
    if (message === null) return;
    await store.record(row.draftId, [outsideEntry(row, message, clock())], null);
    // An attempt after this one finds a draft that is there.
    await store.putStep(row.draftId, leftBefore(revision), message.messageId);
  }

  async function wantedContent(row: DraftRow, { source, revision }: WriteInput): Promise<Wanted> {
    switch (source.from) {
      case 'request': {
        const content = await document(row, row.documentRef ?? '');
        return { content, findings: checked(row, content), origin: 'composed', authorId: row.creator.id };
      }
      case 'recipe': {
        const { content, ...basis } = await composedContent(store, row.draftId);
        const again = (content: EmailContent) => checked(row, content, basis);
        return { content, findings: again(content), again, origin: 'composed', authorId: `recipe:${row.recipe}` };
      }
      case 'edit': {
        const edited = await document(row, source.contentRef);
        // What a draft answers is fixed when AgentMail creates it.
        const { reply } = (await loadRevision(store, row.draftId, revision - 1)).content;
        const content = { ...edited, reply };
        return { content, findings: checked(row, content), origin: source.kind, authorId: source.by };
      }
      case 'last_revision': {
        const { content, authorId } = await loadRevision(store, row.draftId, revision - 1);
        return { content, findings: checked(row, content), origin: 'restored', authorId };
      }
      case 'welcome_recipients': {
        const last = await loadRevision(store, row.draftId, revision - 1);
        const unwelcome = await unwelcomeAmong(deps, row, last);
        const welcome = (recipients: string[]) => recipients.filter((one) => !unwelcome.has(bareAddress(one) ?? ''));
        const { to, cc, bcc } = last.content;
        const content = { ...last.content, to: welcome(to), cc: welcome(cc), bcc: welcome(bcc) };
        // Whoever wrote the rest wrote this, too.
        return { content, findings: checked(row, content), origin: 'dropped', authorId: last.authorId };
      }
    }
  }

  const document = async (row: DraftRow, ref: string) =>
    emailContentSchema.parse(await store.getDocument(row.draftId, ref));

  async function captureRevision({ sendId, revision }: { sendId: string; revision: number }): Promise<Written> {
    const row = await loadDraft(store);
    const done = await store.getRevision(row.draftId, revision);
    if (done) return answer(row, done);
    if (revision === 1 && (await ownedByAnother(row))) return { kind: 'refused', reason: 'already_adopted' };
    const captured = await provider.capture(row);
    if (captured === null) {
      if (revision === 1) return { kind: 'refused', reason: 'adopt_failed' };
      return writeRevision({ sendId, revision, source: { from: 'last_revision' } });
    }
    const { content, snapshot } = captured;
    const authorId = revision === 1 ? row.creator.id : 'outside';
    const wanted: Wanted = { content, findings: checked(row, content), origin: 'captured', authorId };
    return save(row, revision, wanted, snapshot);
  }

  /** Of two drafts that adopt the same AgentMail draft, the one asked for first has it. */
  async function ownedByAnother(row: DraftRow): Promise<boolean> {
    const owner = row.adoptDraftId === null ? null : await store.ownerOf(row.adoptDraftId);
    return owner !== null && owner !== row.draftId;
  }

  async function save(
    row: DraftRow,
    revision: number,
    wanted: Wanted,
    snapshot: ProviderSnapshot | null,
  ): Promise<Written> {
    const { content, findings, origin, authorId } = wanted;
    const record: RevisionRecord = {
      draftId: row.draftId,
      revision,
      digest: revisionDigest(row.inboxId, content),
      content,
      snapshot,
      warnings: findings,
      authorId,
      origin,
      createdAtMs: clock(),
    };
    // All reads first: once it is saved, the revision is answered with, whoever asks for its number.
    const written = await answer(row, record);
    await store.saveRevision(record);
    return written;
  }

  async function answer(row: DraftRow, record: RevisionRecord): Promise<Written> {
    const { reply } = record.content;
    const thread = reply && (await mail.threadOf(row.inboxId, reply.inReplyTo));
    const settings = await store.getInbox(row.inboxId);
    const oversight = await overseeRevision(deps, row, record, settings);
    await keepOversight(store, row.draftId, record.revision, oversight);
    const first = record.revision === 1;
    const sendAt = first ? await store.getStep(row.draftId, ADOPTED_SEND_AT) : null;
    const left = first ? null : await store.getStep(row.draftId, leftBefore(record.revision));
    return {
      kind: 'written',
      digest: record.digest,
      blocked: record.warnings.some(({ level }) => level === 'error'),
      warnings: record.warnings.length,
      threadSeen: thread ? newestInbound(thread, row.inboxId) : null,
      inboxMode: settings.mode,
      oversight,
      proposedSendAt: typeof sendAt === 'string' ? sendAt : null,
      ...(typeof left === 'string' && { sentOutside: true }),
    };
  }

  const alive =
    <I, O>(work: (input: I) => Promise<O>) =>
    (input: I) =>
      withHeartbeat(() => work(input));
  return { openDraft: alive(openDraft), writeRevision: alive(writeRevision), captureRevision: alive(captureRevision) };
}
