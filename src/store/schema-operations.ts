import { boolean, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { Actor } from '../domain/actor.ts';
import type { ItemCode, ItemState, OperationAction } from '../domain/operations.ts';
import { json, jsonb, millis } from './columns.ts';
import { drafts } from './schema.ts';
import type { OperationRecord } from './types-operations.ts';

/** Drafts that are kept from leaving one by one, beside the pauses of whole kinds. */
export const draftPauses = pgTable('draft_pauses', {
  draftId: text('draft_id')
    .primaryKey()
    .references(() => drafts.draftId),
  reason: text('reason').notNull(),
  by: text('by').notNull(),
  atMs: millis('at_ms').notNull(),
  operationId: text('operation_id'),
});

export const operations = pgTable(
  'operations',
  {
    operationId: text('operation_id').primaryKey(),
    action: text('action').$type<OperationAction>().notNull(),
    filter: json('filter').$type<Record<string, unknown>>().notNull(),
    personId: text('person_id'),
    comment: text('comment'),
    actor: jsonb('actor').$type<Actor & { name: string }>().notNull(),
    createdAtMs: millis('created_at_ms').notNull(),
    status: text('status').$type<OperationRecord['status']>().notNull().default('freezing'),
    total: integer('total').notNull().default(0),
    inboxIds: text('inbox_ids').array().notNull().default([]),
    startedAtMs: millis('started_at_ms'),
    endedAtMs: millis('ended_at_ms'),
    cancelledBy: text('cancelled_by'),
  },
  (t) => [index('operations_created').on(t.createdAtMs, t.operationId)],
);

/** The drafts of an operation as they were previewed, and what came of each. */
export const operationItems = pgTable(
  'operation_items',
  {
    operationId: text('operation_id')
      .notNull()
      .references(() => operations.operationId, { onDelete: 'cascade' }),
    position: integer('position').notNull(),
    draftId: text('draft_id').notNull(),
    revision: integer('revision').notNull(),
    assigneeId: text('assignee_id'),
    state: text('state').$type<ItemState>().notNull(),
    code: text('code').$type<ItemCode>(),
    changed: boolean('changed'),
    attempts: integer('attempts').notNull().default(0),
    settledAtMs: millis('settled_at_ms'),
  },
  (t) => [
    primaryKey({ columns: [t.operationId, t.draftId] }),
    index('operation_items_position').on(t.operationId, t.position),
    index('operation_items_state').on(t.operationId, t.state, t.attempts, t.position),
  ],
);
