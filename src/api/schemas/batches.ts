import { z } from '@hono/zod-openapi';
import { BATCH_STATUSES } from '../../store/types-batches.ts';
import { callerId, cursorParam, instant, orNull, pageLimit, personSchema, schedule } from './common.ts';
import { createDraftSchema, statusSchema } from './drafts.ts';

const { inbox, holdMs, reviewTimeoutMs, category, priority } = createDraftSchema.shape;

export const createBatchSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(200).openapi({ description: 'What people call it.' }),
    inbox,
    recipe: z.string().min(1).max(100),
    format: z.enum(['csv', 'jsonl']).default('csv').openapi({ description: 'Of the rows that will be uploaded.' }),
    mapping: z
      .record(z.string().min(1).max(500), z.string().min(1).max(500))
      .optional()
      .openapi({
        description:
          'CSV column to dotted path of the recipe’s input; columns it does not name are left out. ' +
          'Without it the columns are named by their paths.',
      }),
    ...{ schedule: schedule.default({ kind: 'now' }), holdMs, reviewTimeoutMs, category, priority },
    requestId: callerId.optional().openapi({ description: 'The same as the Idempotency-Key header.' }),
  })
  .refine(({ format, mapping }) => format === 'csv' || mapping === undefined, {
    path: ['mapping'],
    message: 'is for CSV; JSON lines name their fields themselves',
  })
  .openapi('CreateBatch');
export type CreateBatch = z.input<typeof createBatchSchema>;
export type ParsedCreateBatch = z.infer<typeof createBatchSchema>;

export const batchStatusSchema = z.enum(BATCH_STATUSES).openapi('BatchStatus');
export const rowStateSchema = z.enum(['waiting', 'bad', 'started']).openapi('BatchRowState');

export const batchSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    status: batchStatusSchema,
    inboxId: z.string(),
    recipe: z.string(),
    category: z.string().nullable(),
    priority: z.int(),
    schedule,
    holdMs: z.int(),
    reviewTimeoutMs: z.int(),
    format: z.enum(['csv', 'jsonl']),
    uploadedBytes: z.int().openapi({ description: 'Bytes of the file that are here: the offset of the next chunk.' }),
    uploadedCrc32: z
      .int()
      .nullable()
      .openapi({ description: 'CRC-32 of those bytes: whether a file begins with them. Null: not known.' }),
    rows: z.object({
      total: z.int(),
      waiting: z.int().openapi({ description: 'Without a draft yet.' }),
      bad: z.int().openapi({ description: 'Never get one; `rows?state=bad` says why.' }),
      started: z.int(),
    }),
    drafts: z
      .partialRecord(statusSchema, z.int())
      .openapi({ description: 'Its drafts by status; statuses without drafts are left out.' }),
    createdBy: personSchema,
    createdAt: instant,
    startedAt: instant.nullable(),
    endedAt: instant.nullable(),
    temporalUrl: z.string().nullable(),
  })
  .openapi('Batch');
export type Batch = z.infer<typeof batchSchema>;

/** Without the counts, which cost a look at every row. */
export const batchSummarySchema = batchSchema
  .omit({ rows: true, drafts: true, temporalUrl: true })
  .extend({ rowCount: z.int() })
  .openapi('BatchSummary');
export type BatchSummary = z.infer<typeof batchSummarySchema>;
export const batchListSchema = z
  .object({ items: z.array(batchSummarySchema), nextCursor: z.string().nullable() })
  .openapi('BatchList');
export type BatchList = z.infer<typeof batchListSchema>;

export const batchParams = z.object({
  id: z
    .string()
    .min(1)
    .max(255)
    .openapi({ param: { name: 'id', in: 'path' }, example: 'batch-0a1b2c3d4e5f6a7b' }),
});
export const listBatchesQuery = z.strictObject({ limit: pageLimit, cursor: cursorParam });

const rowNumber = z.coerce.number().int().min(0).max(2_147_483_647);
export const uploadQuery = z.strictObject({
  offset: z.coerce
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .openapi({ description: 'Bytes of the file before this chunk.' }),
});
export const startBatchSchema = z
  .strictObject({
    bytes: z
      .int()
      .min(0)
      .optional()
      .openapi({ description: 'Size of the whole file: a start before all of it is here is refused.' }),
  })
  .openapi('StartBatch');
export type StartBatch = z.input<typeof startBatchSchema>;
export const cancelBatchSchema = z
  .strictObject({
    withdrawDrafts: z
      .boolean()
      .default(false)
      .openapi({ description: 'Also ends those of its drafts that are not approved yet.' }),
  })
  .openapi('CancelBatch');
export type CancelBatch = z.input<typeof cancelBatchSchema>;

export const listRowsQuery = z.strictObject({
  state: rowStateSchema.optional(),
  after: rowNumber.default(0).openapi({ description: 'Number of the last row of the page before.' }),
  limit: pageLimit,
});
export type ListRowsQuery = z.input<typeof listRowsQuery>;
export const batchRowsSchema = z
  .object({
    items: z.array(
      z.object({
        row: z.int().openapi({ description: 'From 1; the header and empty lines do not count.' }),
        state: rowStateSchema,
        input: z.unknown().openapi({ description: 'Null once the draft has it.' }),
        draftId: z.string().nullable(),
        error: orNull(z.object({ code: z.string(), message: z.string() })),
      }),
    ),
    nextAfter: z.int().nullable(),
  })
  .openapi('BatchRows');
export type BatchRows = z.infer<typeof batchRowsSchema>;

export const resultsQuery = z.strictObject({ format: z.enum(['csv', 'jsonl']).default('csv') });
export const RESULT_COLUMNS = [
  'row',
  'status',
  'draftId',
  'inputRef',
  'errorCode',
  'errorMessage',
  'messageId',
  'sentAt',
] as const;
export const batchResultSchema = z
  .object({
    row: z.int(),
    status: z.string().openapi({
      description: 'The draft’s status; `waiting`, `not_started` (the batch was cancelled) or `bad` without one.',
    }),
    draftId: z.string().nullable(),
    inputRef: z.string().nullable().openapi({ description: 'SHA-256 of the recipe’s input.' }),
    errorCode: z.string().nullable(),
    errorMessage: z.string().nullable(),
    messageId: z.string().nullable(),
    sentAt: instant.nullable(),
  })
  .openapi('BatchResult');
export type BatchResult = z.infer<typeof batchResultSchema>;
