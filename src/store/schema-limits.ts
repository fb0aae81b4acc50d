import { sql } from 'drizzle-orm';
import { bigserial, boolean, check, index, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import type { LimitKind, PauseKind } from '../domain/limits.ts';
import { json, millis } from './columns.ts';

export const pauses = pgTable(
  'pauses',
  {
    kind: text('kind').$type<PauseKind>().notNull(),
    id: text('id').notNull(),
    reason: text('reason').notNull(),
    by: text('by').notNull(),
    atMs: millis('at_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.id] })],
);

export const limits = pgTable(
  'limits',
  {
    kind: text('kind').$type<LimitKind>().notNull(),
    target: text('target').notNull(),
    perMs: millis('per_ms').notNull(),
    count: integer('count').notNull(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.target, t.perMs] })],
);

/** Times of this file are the database's own, so that processes with any clocks share them. */
const at = (name: string) => timestamp(name, { withTimezone: true, precision: 6, mode: 'string' });

/** One row a scope, which whoever takes a permit in it locks. Never deleted. */
export const rateScopes = pgTable('rate_scopes', {
  scope: text('scope').primaryKey(),
  /** Nobody gets a permit before this. */
  blockedUntil: at('blocked_until').notNull().default(sql`'-infinity'`),
});

/** Who waits in a scope, flow by flow: how far its turns are given away. */
export const rateLines = pgTable(
  'rate_lines',
  {
    scope: text('scope').notNull(),
    flow: text('flow').notNull(),
    /** The last turn given to a newcomer, and the last of `rate_turns`. */
    ticketAt: at('ticket_at').notNull().default(sql`'-infinity'`),
    turnAt: at('turn_at').notNull().default(sql`'-infinity'`),
    /** When one of the line came in its turn, or the first of it will. */
    cameAt: at('came_at').notNull().default(sql`'-infinity'`),
  },
  (t) => [primaryKey({ columns: [t.scope, t.flow] })],
);

/** Who came in its turn, found no room, and was told when the next is there: kept for it, in this order. */
export const rateTurns = pgTable(
  'rate_turns',
  {
    scope: text('scope').notNull(),
    holder: text('holder').notNull(),
    flow: text('flow').notNull(),
    turnAt: at('turn_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.scope, t.holder] }), index('rate_turns_at').on(t.scope, t.turnAt)],
);

/** A permit, once in each of its scopes. Purged by the next one who asks after it ceased to count. */
export const ratePermits = pgTable(
  'rate_permits',
  {
    scope: text('scope').notNull(),
    permitId: text('permit_id').notNull(),
    flow: text('flow').notNull(),
    holder: text('holder').notNull(),
    takenAt: at('taken_at').notNull(),
    /** When it was released, or else the end of its lease: it counts for the scope's `perMs` after this. */
    busyUntil: at('busy_until').notNull(),
    released: boolean('released').notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.scope, t.permitId] }),
    index('rate_permits_id').on(t.permitId),
    index('rate_permits_busy').on(t.scope, t.busyUntil),
  ],
);

/** One row for each draft that was sent. */
export const sends = pgTable(
  'sends',
  {
    draftId: text('draft_id').primaryKey(),
    inboxId: text('inbox_id').notNull(),
    messageId: text('message_id'),
    recipients: integer('recipients').notNull(),
    sentAtMs: millis('sent_at_ms').notNull(),
  },
  (t) => [index('sends_at').on(t.sentAtMs), index('sends_inbox').on(t.inboxId, t.sentAtMs)],
);

/** At most one row; without it nobody counts. */
export const quota = pgTable(
  'quota',
  {
    only: boolean('only').primaryKey().default(true),
    monthlyQuota: integer('monthly_quota'),
    warningPercent: integer('warning_percent').notNull().default(80),
    criticalPercent: integer('critical_percent').notNull().default(95),
  },
  (t) => [check('quota_one_row', sql`${t.only}`)],
);

export const settingsLog = pgTable(
  'settings_log',
  {
    id: bigserial('id', { mode: 'bigint' }).primaryKey(),
    atMs: millis('at_ms').notNull(),
    actorId: text('actor_id').notNull(),
    actorName: text('actor_name').notNull(),
    what: text('what').notNull(),
    before: json('before'),
    after: json('after'),
  },
  (t) => [index('settings_log_what').on(t.what, t.id)],
);
