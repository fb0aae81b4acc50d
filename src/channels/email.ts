import { createHash } from 'node:crypto';
import { REVIEW_PATH } from '../domain/review-notice.ts';
import { answersDecide } from './reply.ts';
import { changesBetween, headlineOf, oneLine, readable } from './text.ts';
import { REVIEW_LINK_TTL_MS, type ReviewTokens } from './token.ts';
import type {
  ChannelStoreParts,
  DraftRow,
  ReviewChannel,
  ReviewMail,
  RevisionRecord,
  TellingRow,
  UserRow,
} from './types.ts';

export interface EmailParts {
  store: ChannelStoreParts;
  mail: ReviewMail;
  tokens: ReviewTokens;
  /** Where links to decide lead, without a slash at the end. */
  publicUrl: string;
  /** Where people reach the desk, without a slash at the end. */
  deskUrl: string;
  /** Whether a reply to the mail decides, where policy lets it. */
  replies: boolean;
}

/** A telling with what it is about. */
interface Item {
  telling: TellingRow;
  draft: DraftRow;
  revision: RevisionRecord | null;
  seen: RevisionRecord | null;
  /** Policy lets an answer decide. */
  replies: boolean;
}
type Mail = { subject: string; text: string };

/** Tells people by mail. What a mail says depends on what was kept when the telling was made, so a repeat says the same. */
export function emailChannel(parts: EmailParts): ReviewChannel {
  const { store, mail, tokens } = parts;
  return {
    async tell({ tellings }) {
      const person = await store.getUser(tellings[0]?.personId ?? '');
      const wants = person && (await store.getNotifications(person.userId));
      if (!person || person.disabledAtMs !== null || !wants?.email) return { skipped: tellings };
      const items: Item[] = [];
      const skipped: TellingRow[] = [];
      for (const telling of tellings) {
        const item = await load(parts, telling, person);
        if (item === null) skipped.push(telling);
        else items.push(item);
      }
      const [first] = items;
      if (first === undefined) return { skipped };
      const names = await store.accountNames();
      const single = items.length === 1 && tellings.length === 1;
      const composed = single ? one(parts, first, person, names) : many(parts, items, person, names);
      const { messageId, threadId } = await mail.send({ to: [person.email], ...composed }, keyOf(tellings[0], items));
      if (single && first.revision !== null && first.telling.kind !== 'outcome') {
        const { draftId, revision } = first.telling;
        const subject = { personId: person.userId, draftId, revision, digest: first.revision.digest };
        const place = { channel: 'email', place: mail.inboxId, messageId, threadId } as const;
        await store.addReviewMessage({ ...subject, ...place, atMs: first.telling.madeAtMs });
      }
      return { skipped };
    },
  };

  function one(all: EmailParts, item: Item, person: UserRow, names: Map<string, string>): Mail {
    const { telling, draft, revision, seen, replies } = item;
    const headline = headlineOf(telling.kind, telling.facts.type);
    const desk = `${all.deskUrl}/all/${encodeURIComponent(draft.draftId)}`;
    const title = oneLine(revision?.content.subject ?? draft.subject, 150) || '(no subject)';
    if (telling.kind === 'outcome' || revision === null) {
      const { actorId, atMs } = telling.facts;
      const by = actorId === null || actorId === 'system' ? '' : ` by ${names.get(actorId) ?? actorId}`;
      const text = [`${headline}${by}, ${new Date(atMs).toISOString()}.`, `Inbox: ${draft.inboxId}`, desk];
      return { subject: `[Countersign] ${headline}: ${title}`, text: `${text.join('\n\n')}\n` };
    }
    const read = readable(revision);
    const subjectOf = { personId: person.userId, draftId: draft.draftId, revision: revision.revision };
    const answerable = all.replies && replies && !read.cut;
    const code = answerable ? ` [${tokens.code({ ...subjectOf, digest: revision.digest })}]` : '';
    const changes = seen === null ? [] : changesBetween(seen, revision);
    const text = [
      `${headline}: revision ${revision.revision} of a draft in ${draft.inboxId}`,
      '',
      ...read.heads.map(([name, value]) => `${name}: ${value}`),
      ...(read.warnings.length > 0 ? ['', 'Warnings:', ...read.warnings.map((warning) => `- ${warning}`)] : []),
      ...part('The text', read.text),
      ...(read.html === null ? [] : part('The HTML part says something else', read.html)),
      ...(read.links.length > 0 ? ['', 'Links:', ...read.links.map((link) => `| ${link.text} -> ${link.href}`)] : []),
      ...(read.cut ? ['', 'This is not all of it: read the rest on the page or in the desk.'] : []),
      ...(seen !== null && changes.length > 0
        ? [
            '',
            `What changed since revision ${seen.revision}, which you saw:`,
            ...changes.map((d) => `| ${d.mark} ${d.text}`),
          ]
        : []),
      '',
      `Read and decide, within ${REVIEW_LINK_TTL_MS / 3_600_000} hours. The link is yours alone: do not pass it on.`,
      linkOf(all, item, person),
      ...(answerable
        ? ['', 'Or answer this mail; the first line counts: "approve", "reject: why", or "changes: what".']
        : []),
      '',
      `In the desk${revision.content.attachments.length > 0 ? ', with the attachments' : ''}: ${desk}`,
    ];
    return { subject: `[Countersign] ${headline}: ${title}${code}`, text: `${text.join('\n')}\n` };
  }

  function many(all: EmailParts, items: Item[], person: UserRow, names: Map<string, string>): Mail {
    const waiting = items.filter(({ telling }) => telling.kind !== 'outcome');
    const over = items.filter(({ telling }) => telling.kind === 'outcome');
    const title = (item: Item) => oneLine(item.revision?.content.subject ?? item.draft.subject, 150) || '(no subject)';
    const text = [
      ...waiting.flatMap((item) => [
        `- ${title(item)}`,
        `  ${item.draft.inboxId} -> ${item.draft.recipients
          .map((address) => oneLine(address, 100))
          .slice(0, 5)
          .join(', ')}`,
        `  ${linkOf(all, item, person)}`,
        '',
      ]),
      ...(over.length > 0 ? ['What became of others:', ''] : []),
      ...over.map((item) => {
        const { type, actorId } = item.telling.facts;
        const by = actorId === null || actorId === 'system' ? '' : ` by ${names.get(actorId) ?? actorId}`;
        return `- ${headlineOf('outcome', type)}${by}: ${title(item)}`;
      }),
      '',
      `Links decide for ${REVIEW_LINK_TTL_MS / 3_600_000} hours and are yours alone. The desk: ${all.deskUrl}`,
    ];
    const count = `${waiting.length} draft${waiting.length === 1 ? '' : 's'} to review`;
    const subject = waiting.length > 0 ? count : `What became of ${over.length} draft${over.length === 1 ? '' : 's'}`;
    return { subject: `[Countersign] ${subject}`, text: `${text.join('\n')}\n` };
  }
}

/** Every line marked: what a draft says cannot pass for what we say. */
const part = (title: string, text: string) => ['', `${title}:`, '', ...text.split('\n').map((line) => `| ${line}`)];

function linkOf({ tokens, publicUrl }: EmailParts, { telling, revision }: Item, person: UserRow): string {
  const { draftId, madeAtMs, dueAtMs } = telling;
  const subject = { personId: person.userId, draftId, revision: telling.revision, digest: revision?.digest ?? '' };
  return `${publicUrl}${REVIEW_PATH}${tokens.sign(subject, Math.max(madeAtMs, dueAtMs))}`;
}

/** Null when it is no longer worth telling: decided, or another revision is there. */
async function load({ store }: EmailParts, telling: TellingRow, person: UserRow): Promise<Item | null> {
  const draft = await store.getDraft(telling.draftId);
  if (draft === null) return null;
  const revision = telling.revision > 0 ? await store.getRevision(telling.draftId, telling.revision) : null;
  if (telling.kind === 'outcome') return { telling, draft, revision, seen: null, replies: false };
  const { status, revision: current } = draft.projection ?? {};
  const waits = status === 'in_review' && current === telling.revision && person.roles.includes('reviewer');
  if (!waits || revision === null) return null;
  const { seenRevision } = telling.facts;
  const differs = seenRevision !== null && seenRevision !== telling.revision;
  const seen = differs ? await store.getRevision(telling.draftId, seenRevision) : null;
  const replies = answersDecide(await store.listEvents(telling.draftId), telling.revision);
  return { telling, draft, revision, seen, replies };
}

/** The same tellings are one message, however often it is tried. */
function keyOf(first: TellingRow | undefined, items: Item[]): string {
  const ids = items.map(({ telling }) => telling.eventId);
  return `${first?.bundle}-${createHash('sha256').update(JSON.stringify(ids)).digest('hex').slice(0, 16)}`;
}
