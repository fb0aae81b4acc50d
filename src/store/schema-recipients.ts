import { sql } from 'drizzle-orm';
import { bigserial, boolean, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { SuppressionReason } from '../domain/suppression.ts';
import { jsonb, millis } from './columns.ts';
import type {
  MessageEvent,
  MirrorOwner,
  PendingMirror,
  ProposalStatus,
  RecipientEvent,
  RecipientNotice,
  SuppressionProposal,
} from './types-recipients.ts';

/** Each reason is a row of its own: none is lost to another, and lifting one leaves the others. */
export const suppressions = pgTable(
  'suppressions',
  {
    entry: text('address').notNull(),
    scope: text('scope').notNull().default('organization'),
    reason: text('reason').$type<SuppressionReason>().notNull(),
    note: text('note'),
    source: text('source'),
    createdBy: text('created_by').notNull(),
    createdAtMs: millis('created_at_ms').notNull(),
    expiresAtMs: millis('expires_at_ms'),
  },
  (t) => [primaryKey({ name: 'suppressions_entry', columns: [t.entry, t.scope, t.reason] })],
);

/** What AgentMail's send block list should say, and whether it does. Only entries we put there are ever taken off. */
export const suppressionMirrors = pgTable(
  'suppression_mirrors',
  {
    entry: text('entry').notNull(),
    scope: text('scope').notNull(),
    wanted: text('wanted').$type<PendingMirror['wanted']>().notNull(),
    reason: text('reason').$type<SuppressionReason>(),
    pending: boolean('pending').notNull().default(true),
    attempts: integer('attempts').notNull().default(0),
    version: integer('version').notNull().default(1),
    nextAtMs: millis('next_at_ms').notNull(),
    failure: text('failure'),
    /** Who put the entry on AgentMail's list; null: not known, or nobody yet. */
    owner: text('owner').$type<MirrorOwner>(),
  },
  (t) => [
    primaryKey({ columns: [t.entry, t.scope] }),
    index('suppression_mirrors_pending').on(t.nextAtMs).where(sql`${t.pending}`),
  ],
);

/**
 * Open drafts that would go to an entry, and are still to be told that something about it changed. `because` tells a
 * change (`changed`) from the ends by time, one a reason of a suppression, that are still to come.
 */
export const recipientNotices = pgTable(
  'recipient_notices',
  {
    entry: text('entry').notNull(),
    scope: text('scope').notNull(),
    because: text('because').$type<RecipientNotice['because']>().notNull().default('changed'),
    version: integer('version').notNull().default(1),
    /** Draft up to which they were told; null: nobody was. */
    after: text('after'),
    nextAtMs: millis('next_at_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.entry, t.scope, t.because] }), index('recipient_notices_next').on(t.nextAtMs)],
);

export const recipientPreferences = pgTable('recipient_preferences', {
  address: text('address').primaryKey(),
  timeZone: text('time_zone'),
  quietFrom: text('quiet_from'),
  quietTo: text('quiet_to'),
  optedOut: text('opted_out').array().notNull().default([]),
  language: text('language'),
  updatedAtMs: millis('updated_at_ms').notNull(),
  updatedBy: text('updated_by').notNull(),
});

/** Everything done about recipients, in order: appended, never changed. */
export const recipientEvents = pgTable(
  'recipient_events',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    atMs: millis('at_ms').notNull(),
    subject: text('subject').notNull(),
    action: text('action').$type<RecipientEvent['action']>().notNull(),
    by: text('by').notNull(),
    source: text('source'),
    data: jsonb('data').$type<RecipientEvent['data']>().notNull(),
  },
  (t) => [index('recipient_events_subject').on(t.subject, t.id)],
);

/** Webhook events that were dealt with whole. */
export const webhookEvents = pgTable(
  'webhook_events',
  {
    eventId: text('event_id').primaryKey(),
    deliveryId: text('delivery_id').notNull(),
    type: text('type').notNull(),
    signedAtMs: millis('signed_at_ms').notNull(),
    processedAtMs: millis('processed_at_ms').notNull(),
  },
  (t) => [index('webhook_events_delivery').on(t.deliveryId)],
);

/** One row a recipient and event. `attached`: the draft's audit log has it, or it is no draft of ours. */
export const messageEvents = pgTable(
  'message_events',
  {
    eventId: text('event_id').notNull(),
    recipient: text('recipient').notNull(),
    type: text('type').$type<MessageEvent['type']>().notNull(),
    inboxId: text('inbox_id').notNull(),
    messageId: text('message_id').notNull(),
    detail: text('detail'),
    atMs: millis('at_ms').notNull(),
    attached: boolean('attached').notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.eventId, t.recipient] }),
    index('message_events_rate').on(t.inboxId, t.atMs, t.type),
    index('message_events_message').on(t.messageId),
    index('message_events_unattached').on(t.atMs).where(sql`not ${t.attached}`),
  ],
);

export const suppressionProposals = pgTable(
  'suppression_proposals',
  {
    proposalId: text('proposal_id').primaryKey(),
    address: text('address').notNull(),
    inboxId: text('inbox_id').notNull(),
    messageId: text('message_id').notNull(),
    threadId: text('thread_id'),
    language: text('language').notNull(),
    foundIn: text('found_in').$type<SuppressionProposal['foundIn']>().notNull(),
    status: text('status').$type<ProposalStatus>().notNull().default('open'),
    createdAtMs: millis('created_at_ms').notNull(),
    decidedBy: text('decided_by'),
    decidedAtMs: millis('decided_at_ms'),
  },
  (t) => [
    index('suppression_proposals_created').on(t.createdAtMs, t.proposalId),
    index('suppression_proposals_open').on(t.address).where(sql`${t.status} = 'open'`),
  ],
);
