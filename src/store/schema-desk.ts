import { sql } from 'drizzle-orm';
import { index, integer, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import type { RoutingOutcome } from '../domain/routing.ts';
import { jsonb, millis } from './columns.ts';
import { drafts } from './schema.ts';
import type { AssignmentCause } from './types-desk.ts';

/** Who looks after a draft: at most one person, and with a lease only until it ends. */
export const assignments = pgTable(
  'assignments',
  {
    draftId: text('draft_id')
      .primaryKey()
      .references(() => drafts.draftId),
    personId: text('person_id').notNull(),
    assignedBy: text('assigned_by').notNull(),
    atMs: millis('at_ms').notNull(),
    leaseUntilMs: millis('lease_until_ms'),
    cause: jsonb('cause').$type<AssignmentCause>(),
  },
  (t) => [index('assignments_person').on(t.personId, t.draftId)],
);

/**
 * Who was asked first about each revision. The turns of a group are numbered without a gap, so whose turn is next is read
 * from what happened; of two who take the same number at once, one finds it taken and looks again.
 */
export const routings = pgTable(
  'routings',
  {
    draftId: text('draft_id')
      .notNull()
      .references(() => drafts.draftId),
    revision: integer('revision').notNull(),
    /** 0 when the revision was written; more each time whoever had it went away. */
    round: integer('round').notNull(),
    groupName: text('group_name'),
    personId: text('person_id'),
    outcome: text('outcome').$type<RoutingOutcome>().notNull(),
    turn: millis('turn'),
    atMs: millis('at_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.draftId, t.revision, t.round] }),
    unique('routings_turn').on(t.groupName, t.turn),
    index('routings_person').on(t.groupName, t.personId, t.turn).where(sql`${t.turn} is not null`),
  ],
);

/** When a person is away, and who stands in. One time each: the next one takes its place. */
export const absences = pgTable(
  'absences',
  {
    personId: text('person_id').primaryKey(),
    fromMs: millis('from_ms').notNull(),
    /** Exclusive. */
    untilMs: millis('until_ms').notNull(),
    standInId: text('stand_in_id'),
    saidBy: text('said_by').notNull(),
    atMs: millis('at_ms').notNull(),
  },
  (t) => [index('absences_until').on(t.untilMs)],
);

/** What a person had on screen: each revision once, with the newest of everything else seen beside it. */
export const looks = pgTable(
  'looks',
  {
    personId: text('person_id').notNull(),
    draftId: text('draft_id')
      .notNull()
      .references(() => drafts.draftId),
    revision: integer('revision').notNull(),
    /** Length of that revision's text. */
    words: integer('words').notNull(),
    openedAtMs: millis('opened_at_ms').notNull(),
    seenAtMs: millis('seen_at_ms').notNull(),
    eventId: text('event_id'),
    messageId: text('message_id'),
    policy: text('policy'),
  },
  (t) => [primaryKey({ columns: [t.draftId, t.personId, t.revision] })],
);

/** Filters a person gave a name. */
export const deskViews = pgTable(
  'desk_views',
  {
    viewId: text('view_id').primaryKey(),
    personId: text('person_id').notNull(),
    name: text('name').notNull(),
    path: text('path').notNull(),
    atMs: millis('at_ms').notNull(),
  },
  (t) => [index('desk_views_person').on(t.personId, t.atMs)],
);
