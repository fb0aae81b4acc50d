import { amountsIn } from '../compose/checks/amounts.ts';
import { KEPT, readWriter, type Writer } from '../compose/kept.ts';
import { changedShare, visibleText } from '../compose/measures.ts';
import { allRecipients, bareAddress } from '../domain/content.ts';
import type { Lookups, PolicyFacts } from '../domain/policy/facts.ts';
import { NO_MODEL, UNNAMED_MODEL } from '../domain/policy/schema.ts';
import { entriesCovering, mailboxesOf, normalizeAddress } from '../domain/suppression.ts';
import type { DraftRow, RecipientAsk, RecipientSeen, RevisionRecord, Store } from '../store/types.ts';

/** A revision and the time it is looked at. */
export interface PolicySubject {
  row: DraftRow;
  revision: RevisionRecord;
  nowMs: number;
  /** What happened after this does not count; null: everything known does. */
  asOfMs: number | null;
}

export interface FactSources {
  store: Pick<Store, 'recipientsSeen' | 'getStep' | 'listRevisions' | 'getRevision'>;
  /** Of a reply: what AgentMail's scan says of the mail it answers. Asked only where a rule wants to know. */
  verdictOn(row: DraftRow, revision: RevisionRecord): Promise<string>;
}

/** What rules look at, for several drafts with one look at the recipients of all. */
export async function policyFacts(
  sources: FactSources,
  subjects: readonly PolicySubject[],
  lookups: Lookups,
): Promise<PolicyFacts[]> {
  const counts = await countRecipients(sources, subjects, lookups);
  const facts: PolicyFacts[] = [];
  for (const [index, subject] of subjects.entries()) {
    facts.push({ ...plainFacts(subject), ...counts[index], ...(await contentFacts(sources, subject, lookups)) });
  }
  return facts;
}

function plainFacts({ row, revision, nowMs }: PolicySubject): PolicyFacts {
  const { content, warnings } = revision;
  return {
    atMs: nowMs,
    inboxId: row.inboxId,
    category: row.category,
    recipe: row.recipe,
    source: row.source,
    creatorId: row.creator.id,
    domains: recipientsOf(revision).map((address) => address.slice(address.lastIndexOf('@') + 1)),
    attachments: content.attachments.map(({ contentType = '', filename = '', size }) => ({
      contentType: contentType.split(';')[0]?.trim().toLowerCase() ?? '',
      extension: /\.([^.\s]+)\s*$/.exec(filename)?.[1]?.toLowerCase() ?? '',
      size,
    })),
    warnings: warnings.map(({ code }) => code),
    reply: content.reply !== null,
  };
}

/** Each recipient once, in the form it is kept under; what is no address stays as it is, so that it still counts. */
function recipientsOf({ content }: RevisionRecord): string[] {
  return [...new Set(allRecipients(content).map((one) => normalizeAddress(one) ?? bareAddress(one) ?? one))];
}

type Counts = Pick<PolicyFacts, 'suppressed' | 'bounced' | 'firstContact'>;

async function countRecipients(
  { store }: FactSources,
  subjects: readonly PolicySubject[],
  lookups: Lookups,
): Promise<Counts[]> {
  const want: RecipientSeen = {
    suppressed: lookups.has('suppressed'),
    bounced: lookups.has('bounced'),
    contacted: lookups.has('firstContact'),
  };
  if (!want.suppressed && !want.bounced && !want.contacted) return subjects.map(() => ({}));
  const asks = subjects.flatMap((subject, index) => recipientsOf(subject.revision).map((one) => ({ index, one })));
  const seen = await store.recipientsSeen(
    asks.map(({ index, one }) => askFor(one, subjects[index])),
    want,
  );
  const none = { suppressed: 0, bounced: 0, firstContact: 0 };
  const totals = subjects.map(() => ({ ...none }));
  for (const [place, { index }] of asks.entries()) {
    const [total, found] = [totals[index], seen[place]];
    if (total === undefined || found === undefined) throw new Error('a recipient was not looked up');
    if (found.suppressed) total.suppressed += 1;
    if (found.bounced) total.bounced += 1;
    if (!found.contacted) total.firstContact += 1;
  }
  return totals.map(({ suppressed, bounced, firstContact }) => ({
    ...(want.suppressed && { suppressed }),
    ...(want.bounced && { bounced }),
    ...(want.contacted && { firstContact }),
  }));
}

function askFor(address: string, subject: PolicySubject | undefined): RecipientAsk {
  if (subject === undefined) throw new Error('a recipient of no draft');
  const { row, nowMs, asOfMs } = subject;
  const entries = entriesCovering(address);
  // Tagged forms of an address are one mailbox: whoever reads it knows us already.
  return { address, mailbox: mailboxesOf(address).at(-1) ?? address, entries, inboxId: row.inboxId, nowMs, asOfMs };
}

async function contentFacts(
  sources: FactSources,
  { row, revision }: PolicySubject,
  lookups: Lookups,
): Promise<Partial<PolicyFacts>> {
  const { store } = sources;
  const facts: Partial<PolicyFacts> = {};
  if (lookups.has('amounts')) {
    facts.amounts = amountsIn(visibleText(revision.content)).map(({ value, currency }) => ({ value, currency }));
  }
  if (lookups.has('changedFromFirst')) {
    const first = revision.revision === 1 ? null : await store.getRevision(row.draftId, 1);
    facts.changedFromFirst = first ? changedShare(first.content, revision.content) : 0;
  }
  if (lookups.has('changedFromComposed')) facts.changedFromComposed = await sinceComposed();
  if (lookups.has('recipients')) facts.recipients = recipientsOf(revision).map((one) => mailboxesOf(one));
  if (lookups.has('writtenBy')) facts.writtenBy = (await writerOf(store, row))?.writtenBy ?? 'unknown';
  if (lookups.has('model')) facts.model = modelOf(await writerOf(store, row));
  if (lookups.has('answeredVerdict')) facts.answeredVerdict = await sources.verdictOn(row, revision);
  return facts;

  async function sinceComposed(): Promise<number> {
    if (revision.origin === 'composed' || revision.revision === 1) return 0;
    const earlier = (await store.listRevisions(row.draftId)).filter((one) => one.revision < revision.revision);
    const composed = earlier.findLast(({ origin }) => origin === 'composed') ?? earlier[0];
    return composed ? changedShare(composed.content, revision.content) : 0;
  }
}

/** A recipe's draft tells who wrote it; of ready-made content nobody here knows. */
async function writerOf(store: FactSources['store'], row: DraftRow): Promise<Writer | null> {
  return row.source === 'recipe' ? readWriter(await store.getStep(row.draftId, KEPT.generated)) : null;
}

const modelOf = (writer: Writer | null): string =>
  writer?.writtenBy === 'model' ? (writer.model ?? UNNAMED_MODEL) : NO_MODEL;
