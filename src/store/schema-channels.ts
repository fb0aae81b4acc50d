import { sql } from 'drizzle-orm';
import { boolean, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { jsonb, millis } from './columns.ts';
import type { Digest, NoticeChannel, TellingFacts, TellingKind, TellingState } from './types-channels.ts';

/** How a person wants to be told; who has no row is told nothing. */
export const notificationSettings = pgTable('notification_settings', {
  personId: text('person_id').primaryKey(),
  email: boolean('email').notNull().default(false),
  digest: text('digest').$type<Digest>().notNull().default('none'),
  updatedAtMs: millis('updated_at_ms').notNull(),
});

/** The Slack member who proved to be a person: by the address kept in Slack, and by a press of a button there. */
export const slackMembers = pgTable('slack_members', {
  personId: text('person_id').primaryKey(),
  slackUserId: text('slack_user_id').notNull().unique(),
  teamId: text('team_id').notNull(),
  linkedAtMs: millis('linked_at_ms').notNull(),
});

/** A person asked to be connected with a Slack member, who has not pressed the button yet. */
export const slackClaims = pgTable('slack_claims', {
  personId: text('person_id').primaryKey(),
  slackUserId: text('slack_user_id').notNull(),
  teamId: text('team_id').notNull(),
  /** The button's word, as its hash. */
  tokenHash: text('token_hash').notNull().unique(),
  askedAtMs: millis('asked_at_ms').notNull(),
  expiresAtMs: millis('expires_at_ms').notNull(),
});

/** One event told to one person over one channel. Those of the same bundle leave as one message. */
export const tellings = pgTable(
  'tellings',
  {
    eventId: text('event_id').notNull(),
    /** `*`: nobody in particular, such as a shared channel. */
    personId: text('person_id').notNull(),
    channel: text('channel').$type<NoticeChannel>().notNull(),
    bundle: text('bundle').notNull(),
    draftId: text('draft_id').notNull(),
    kind: text('kind').$type<TellingKind>().notNull(),
    revision: integer('revision').notNull(),
    facts: jsonb('facts').$type<TellingFacts>().notNull(),
    madeAtMs: millis('made_at_ms').notNull(),
    dueAtMs: millis('due_at_ms').notNull(),
    state: text('state').$type<TellingState>().notNull(),
    attempts: integer('attempts').notNull().default(0),
    lastError: text('last_error'),
    updatedAtMs: millis('updated_at_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.eventId, t.personId, t.channel] }),
    index('tellings_bundle').on(t.bundle),
    index('tellings_draft').on(t.draftId),
    index('tellings_made').on(t.madeAtMs),
    index('tellings_waiting').on(t.dueAtMs).where(sql`${t.state} = 'pending'`),
  ],
);

/** How far into the audit log a reader came. */
export const logReaders = pgTable('log_readers', {
  name: text('name').primaryKey(),
  eventId: text('event_id').notNull(),
});

/** A message of ours that asks somebody to decide: replies and buttons find their draft by it. */
export const reviewMessages = pgTable(
  'review_messages',
  {
    channel: text('channel').$type<NoticeChannel>().notNull(),
    /** An inbox, or a Slack conversation. */
    place: text('place').notNull(),
    messageId: text('message_id').notNull(),
    threadId: text('thread_id'),
    personId: text('person_id').notNull(),
    draftId: text('draft_id').notNull(),
    revision: integer('revision').notNull(),
    digest: text('digest').notNull(),
    atMs: millis('at_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.channel, t.place, t.messageId] }),
    index('review_messages_draft').on(t.draftId),
    index('review_messages_thread').on(t.place, t.threadId),
  ],
);

/** Signed links that were used, and requests that may come once. */
export const linkUses = pgTable('link_uses', {
  tokenId: text('token_id').primaryKey(),
  personId: text('person_id').notNull(),
  draftId: text('draft_id').notNull(),
  decision: text('decision').notNull(),
  atMs: millis('at_ms').notNull(),
});
