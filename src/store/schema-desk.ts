import { index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { millis } from './columns.ts';
import { drafts } from './schema.ts';

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
  },
  (t) => [index('assignments_person').on(t.personId, t.draftId)],
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
