import { sql } from 'drizzle-orm';
import { bigserial, boolean, check, index, integer, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import type { Actor } from '../domain/actor.ts';
import type { AuditData, AuditType, DraftProjection } from '../domain/audit.ts';
import type { EmailContent } from '../domain/content.ts';
import type { Schedule } from '../domain/schedule.ts';
import type { DraftSource, DraftStatus } from '../domain/state.ts';
import type { CommandName } from '../workflows/messages.ts';
import { bytea, json, jsonb, millis, tsvector, xid8 } from './columns.ts';
import type { CheckFinding, CommandRecord, InboxSettings, ProviderSnapshot, RevisionRecord } from './types.ts';

/** Sorts a draft without a due time behind all others; the largest integer a JavaScript number holds exactly. */
export const NEVER_MS = Number.MAX_SAFE_INTEGER;

/** How urgent its review is, 1 first: what policy says, else what it was asked for with. */
const URGENCY = sql.raw(`coalesce((projection ->> 'priority')::integer, priority)`);
/**
 * The time to keep. Before it is approved: the instant it was asked to go at, or the end of its review, whichever is
 * nearer. What goes as soon as it is approved, or within office hours, misses no appointment by waiting. Approved: when it
 * may leave.
 */
const DEADLINE = sql.raw(`coalesce(case
  when status in ('composing', 'in_review', 'changes_requested') then least(
    (projection ->> 'reviewDeadlineMs')::bigint,
    case when projection -> 'schedule' ->> 'kind' = 'at' then (projection ->> 'dueAtMs')::bigint end)
  when status = 'scheduled' and projection ->> 'dueAtMs' is not null then greatest(
    (projection ->> 'dueAtMs')::bigint, (projection ->> 'holdUntilMs')::bigint)
end, ${NEVER_MS})`);

/** What was asked for, the projection of what became of it, and what lists show of its newest revision. */
export const drafts = pgTable(
  'drafts',
  {
    draftId: text('draft_id').primaryKey(),
    requestDigest: text('request_digest').notNull(),
    inboxId: text('inbox_id').notNull(),
    creatorId: text('creator_id').notNull(),
    creator: jsonb('creator').$type<Actor>().notNull(),
    source: text('source').$type<DraftSource>().notNull(),
    documentRef: text('document_ref'),
    adoptDraftId: text('adopt_draft_id'),
    recipe: text('recipe'),
    category: text('category'),
    batchId: text('batch_id'),
    priority: integer('priority').notNull().default(3),
    schedule: jsonb('schedule').$type<Schedule>().notNull(),
    holdMs: millis('hold_ms').notNull(),
    reviewTimeoutMs: millis('review_timeout_ms').notNull(),
    createdAtMs: millis('created_at_ms').notNull(),

    firstRunId: text('first_run_id'),
    providerDraftId: text('provider_draft_id'),

    projection: jsonb('projection').$type<DraftProjection>(),
    toldAtMs: millis('told_at_ms'),
    sequence: integer('sequence'),
    /** A draft only asked for counts as composing. */
    status: text('status').$type<DraftStatus>().notNull().default('composing'),
    dueOrderMs: millis('due_order_ms').notNull().default(NEVER_MS),
    urgency: integer('urgency').notNull().generatedAlwaysAs(URGENCY),
    deadlineMs: millis('deadline_ms').notNull().generatedAlwaysAs(DEADLINE),

    shownRevision: integer('shown_revision').notNull().default(0),
    subject: text('subject').notNull().default(''),
    recipients: text('recipients').array().notNull().default([]),
    warningCount: integer('warning_count').notNull().default(0),
    search: tsvector('search').notNull().default(''),
    /** Every entry of a suppression list that would cover one of its recipients. */
    reach: text('reach').array().notNull().default([]),
    /** The message its newest revision answers. */
    inReplyTo: text('in_reply_to'),
    updatedAtMs: millis('updated_at_ms').notNull(),
  },
  (t) => [
    // The trailing status lets counts, and lists of one status, read the index alone.
    index('drafts_created').on(t.createdAtMs, t.draftId),
    index('drafts_status_created').on(t.status, t.createdAtMs, t.draftId),
    index('drafts_inbox_created').on(t.inboxId, t.createdAtMs, t.draftId, t.status),
    index('drafts_recipe_created').on(t.recipe, t.createdAtMs, t.draftId, t.status).where(sql`${t.recipe} is not null`),
    index('drafts_creator_created').on(t.creatorId, t.createdAtMs, t.draftId, t.status),
    index('drafts_batch').on(t.batchId, t.createdAtMs, t.draftId, t.status).where(sql`${t.batchId} is not null`),
    index('drafts_due').on(t.dueOrderMs, t.draftId),
    index('drafts_status_due').on(t.status, t.dueOrderMs, t.draftId),
    index('drafts_status_urgent').on(t.status, t.urgency, t.deadlineMs, t.createdAtMs, t.draftId),
    index('drafts_escalated').on(t.createdAtMs, t.draftId).where(sql`${t.projection} ->> 'escalated' = 'true'`),
    index('drafts_search').using('gin', t.search),
    index('drafts_provider').on(t.providerDraftId).where(sql`${t.providerDraftId} is not null`),
    index('drafts_adopts').on(t.adoptDraftId).where(sql`${t.adoptDraftId} is not null`),
    // Approved and not held back by anything: what the watchdog looks through every minute.
    index('drafts_waiting')
      .on(t.dueOrderMs, t.draftId)
      .where(sql`${t.status} = 'scheduled' and ${t.projection} ->> 'reason' is null`),
    index('drafts_reach').using('gin', t.reach),
    index('drafts_replies').on(t.inboxId, t.status).where(sql`${t.inReplyTo} is not null`),
    index('drafts_message').on(sql`(${t.projection} ->> 'messageId')`),
  ],
);

export const revisions = pgTable(
  'revisions',
  {
    draftId: text('draft_id')
      .notNull()
      .references(() => drafts.draftId),
    revision: integer('revision').notNull(),
    digest: text('digest').notNull(),
    content: json('content').$type<EmailContent>().notNull(),
    snapshot: json('snapshot').$type<ProviderSnapshot>(),
    warnings: json('warnings').$type<CheckFinding[]>().notNull(),
    authorId: text('author_id').notNull(),
    origin: text('origin').$type<RevisionRecord['origin']>().notNull(),
    createdAtMs: millis('created_at_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.draftId, t.revision] })],
);

/** Written before the draft they belong to, hence without a foreign key. */
export const documents = pgTable(
  'documents',
  {
    draftId: text('draft_id').notNull(),
    ref: text('ref').notNull(),
    value: json('value').notNull(),
  },
  (t) => [primaryKey({ columns: [t.draftId, t.ref] })],
);

export const steps = pgTable(
  'steps',
  {
    draftId: text('draft_id').notNull(),
    name: text('name').notNull(),
    value: json('value').notNull(),
  },
  (t) => [primaryKey({ columns: [t.draftId, t.name] })],
);

export const blobs = pgTable('blobs', {
  sha256: text('sha256').primaryKey(),
  size: integer('size').notNull(),
  bytes: bytea('bytes').notNull(),
});

export const commands = pgTable(
  'commands',
  {
    commandId: text('command_id').primaryKey(),
    draftId: text('draft_id').notNull(),
    name: text('name').$type<CommandName>().notNull(),
    actor: jsonb('actor').$type<CommandRecord['actor']>().notNull(),
    factsDigest: text('facts_digest').notNull(),
    commentRef: text('comment_ref'),
    createdAtMs: millis('created_at_ms').notNull(),
  },
  (t) => [index('commands_draft').on(t.draftId, t.createdAtMs)],
);

/**
 * The audit log of all drafts. (epoch, xid, id) orders it as transactions began to write; readers of the whole log stop
 * short of the oldest transaction still open, so a row that commits late is never passed over.
 */
export const events = pgTable(
  'events',
  {
    id: bigserial('id', { mode: 'bigint' }).notNull(),
    xid: xid8('xid').notNull().default(sql`pg_current_xact_id()`),
    epoch: integer('epoch').notNull(),
    draftId: text('draft_id')
      .notNull()
      .references(() => drafts.draftId),
    origin: text('origin').notNull(),
    sequence: integer('sequence').notNull(),
    type: text('type').$type<AuditType>().notNull(),
    atMs: millis('at_ms').notNull(),
    actorId: text('actor_id'),
    commandId: text('command_id'),
    revision: integer('revision').notNull(),
    digest: text('digest'),
    data: json('data').$type<AuditData>().notNull(),
  },
  (t) => [
    primaryKey({ name: 'events_log', columns: [t.epoch, t.xid, t.id] }),
    unique('events_once').on(t.draftId, t.origin, t.sequence),
    // What the numbers of the desk are made of; the log itself is many times larger.
    index('events_decided')
      .on(t.atMs)
      .where(
        sql`${t.type} in ('approved', 'rejected', 'changes_requested', 'edited', 'sent', 'bounced', 'complained')`,
      ),
  ],
);

/**
 * One row. Transaction ids start again in the cluster a dump is restored into: `epoch` then goes up, so that new events
 * still sort behind the restored ones.
 */
export const eventLog = pgTable(
  'event_log',
  {
    only: boolean('only').primaryKey().default(true),
    epoch: integer('epoch').notNull().default(0),
  },
  (t) => [check('event_log_one_row', sql`${t.only}`)],
);

/** Only what was set for an inbox; defaults are applied when read. */
export const inboxes = pgTable('inboxes', {
  inboxId: text('inbox_id').primaryKey(),
  settings: jsonb('settings').$type<Partial<InboxSettings>>().notNull(),
});
