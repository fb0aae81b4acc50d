import { sql } from 'drizzle-orm';
import { index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { AlertFacts, AlertKind, AlertSeverity, AlertTransition } from '../domain/alert.ts';
import { jsonb, millis } from './columns.ts';
import type { DeliveryState } from './types-watch.ts';

export const alerts = pgTable(
  'alerts',
  {
    alertId: text('alert_id').primaryKey(),
    key: text('key').notNull(),
    kind: text('kind').$type<AlertKind>().notNull(),
    severity: text('severity').$type<AlertSeverity>().notNull(),
    title: text('title').notNull(),
    facts: jsonb('facts').$type<AlertFacts>().notNull(),
    draftId: text('draft_id'),
    inboxId: text('inbox_id'),
    openedAtMs: millis('opened_at_ms').notNull(),
    lastSeenAtMs: millis('last_seen_at_ms').notNull(),
    count: integer('count').notNull().default(1),
    resolvedAtMs: millis('resolved_at_ms'),
    acknowledgedBy: text('acknowledged_by'),
    acknowledgedAtMs: millis('acknowledged_at_ms'),
    remindedAtMs: millis('reminded_at_ms'),
    reminders: integer('reminders').notNull().default(0),
  },
  (t) => [
    uniqueIndex('alerts_open_key').on(t.key).where(sql`${t.resolvedAtMs} is null`),
    index('alerts_opened').on(t.openedAtMs, t.alertId),
  ],
);

export const alertDeliveries = pgTable(
  'alert_deliveries',
  {
    alertId: text('alert_id')
      .notNull()
      .references(() => alerts.alertId),
    transition: text('transition').$type<AlertTransition>().notNull(),
    channel: text('channel').notNull(),
    state: text('state').$type<DeliveryState>().notNull(),
    attempts: integer('attempts').notNull().default(0),
    lastError: text('last_error'),
    updatedAtMs: millis('updated_at_ms').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.alertId, t.transition, t.channel] }),
    index('alert_deliveries_waiting').on(t.updatedAtMs).where(sql`${t.state} = 'pending'`),
  ],
);

/** How far a watcher came: a place to go on from, by its name. */
export const watchMarks = pgTable('watch_marks', {
  name: text('name').primaryKey(),
  value: jsonb('value').notNull(),
});

/** What a look at the drafts found, and since when: an alert is for what two looks found. */
export const watchFindings = pgTable(
  'watch_findings',
  {
    check: text('check').notNull(),
    draftId: text('draft_id').notNull(),
    firstSeenAtMs: millis('first_seen_at_ms').notNull(),
    lastSeenAtMs: millis('last_seen_at_ms').notNull(),
  },
  (t) => [primaryKey({ columns: [t.check, t.draftId] })],
);

/** Drafts of others in AgentMail that wait for somebody to take them over. */
export const foreignDrafts = pgTable('foreign_drafts', {
  providerDraftId: text('provider_draft_id').primaryKey(),
  inboxId: text('inbox_id').notNull(),
  sendAt: text('send_at'),
  firstSeenAtMs: millis('first_seen_at_ms').notNull(),
  lastSeenAtMs: millis('last_seen_at_ms').notNull(),
});

/** When a full pass over AgentMail's drafts last saw ours. */
export const draftSightings = pgTable('draft_sightings', {
  draftId: text('draft_id').primaryKey(),
  seenAtMs: millis('seen_at_ms').notNull(),
});
