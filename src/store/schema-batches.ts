import { sql } from 'drizzle-orm';
import { boolean, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { Actor } from '../domain/actor.ts';
import type { Schedule } from '../domain/schedule.ts';
import { bytea, json, jsonb, millis } from './columns.ts';
import type { BatchCreation, BatchHeader, BatchRowState, BatchStatus } from './types-batches.ts';

/** Batches: what was asked for, how far the upload is, and where the workflow said it was. */
export const batches = pgTable(
  'batches',
  {
    batchId: text('batch_id').primaryKey(),
    requestDigest: text('request_digest').notNull(),
    name: text('name').notNull(),
    creatorId: text('creator_id').notNull(),
    creator: jsonb('creator').$type<Actor>().notNull(),
    inboxId: text('inbox_id').notNull(),
    recipe: text('recipe').notNull(),
    category: text('category'),
    priority: integer('priority').notNull(),
    schedule: jsonb('schedule').$type<Schedule>().notNull(),
    holdMs: millis('hold_ms').notNull(),
    reviewTimeoutMs: millis('review_timeout_ms').notNull(),
    format: text('format').$type<BatchCreation['format']>().notNull(),
    mapping: json('mapping').$type<Record<string, string>>(),
    createdAtMs: millis('created_at_ms').notNull(),

    status: text('status').$type<BatchStatus>().notNull().default('uploading'),
    uploadedBytes: millis('uploaded_bytes').notNull().default(0),
    /** CRC-32 of those bytes; null where an upload began before it was kept. */
    uploadedCrc: millis('uploaded_crc'),
    header: json('header').$type<BatchHeader>(),
    carry: bytea('carry').notNull().default(sql`''::bytea`),
    rowCount: integer('row_count').notNull().default(0),
    cancelledBy: jsonb('cancelled_by').$type<Actor & { name: string }>(),
    withdrawDrafts: boolean('withdraw_drafts').notNull().default(false),
    startedAtMs: millis('started_at_ms'),
    endedAtMs: millis('ended_at_ms'),
  },
  (t) => [
    index('batches_created').on(t.createdAtMs, t.batchId),
    index('batches_creator_created').on(t.creatorId, t.createdAtMs, t.batchId),
  ],
);

/** `input` is emptied when the draft has it. */
export const batchRows = pgTable(
  'batch_rows',
  {
    batchId: text('batch_id').notNull(),
    row: integer('row_no').notNull(),
    state: text('state').$type<BatchRowState>().notNull(),
    input: json('input'),
    draftId: text('draft_id'),
    errorCode: text('error_code'),
    error: text('error'),
  },
  (t) => [primaryKey({ columns: [t.batchId, t.row] }), index('batch_rows_state').on(t.batchId, t.state, t.row)],
);
