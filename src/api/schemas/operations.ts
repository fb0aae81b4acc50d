import { z } from '@hono/zod-openapi';
import { ITEM_STATES, OPERATION_ACTIONS, OPERATION_STATUSES } from '../../domain/operations.ts';
import { cursorParam, instant, orNull, pageLimit, personSchema } from './common.ts';
import { draftFilters, flagWords, statusSchema, timeFilters } from './drafts.ts';

/** Drafts that can be named one by one: what a person can have chosen. */
const MAX_NAMED = 500;

export const operationActionSchema = z.enum(OPERATION_ACTIONS).openapi('OperationAction');

export const operationFilterSchema = z
  .strictObject({
    ...draftFilters,
    status: z.array(statusSchema).optional().openapi({ description: 'Of these; only drafts that wait ever match.' }),
    ...timeFilters,
    paused: z.boolean().optional().openapi({ description: flagWords.paused }),
    overdue: z.boolean().optional().openapi({ description: flagWords.overdue }),
    escalated: z.boolean().optional().openapi({ description: flagWords.escalated }),
  })
  .openapi('OperationFilter', { description: 'As the list of drafts is filtered.' });
export type OperationFilter = z.infer<typeof operationFilterSchema>;

export const previewOperationSchema = z
  .strictObject({
    action: operationActionSchema,
    filter: operationFilterSchema.optional().openapi({ description: 'Empty: every draft that waits.' }),
    drafts: z
      .array(z.string().min(1).max(255))
      .min(1)
      .max(MAX_NAMED)
      .optional()
      .openapi({ description: 'Instead of a filter: these drafts.' }),
    person: orNull(z.string().min(1).max(255))
      .optional()
      .openapi({ description: 'For reassign: id of a person who may review; null: nobody.' }),
    comment: z
      .string()
      .trim()
      .min(1)
      .max(2_000)
      .optional()
      .openapi({ description: 'Why they are paused, or what a recomposition is to heed.' }),
  })
  .superRefine((body, context) => {
    const wrong = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if ((body.filter === undefined) === (body.drafts === undefined)) wrong('filter', 'give either filter or drafts');
    if (body.action === 'reassign' && body.person === undefined) wrong('person', 'say to whom; null is nobody');
    if (body.action !== 'reassign' && body.person !== undefined) wrong('person', 'belongs to reassign only');
    if (body.comment !== undefined && body.action !== 'pause' && body.action !== 'recompose')
      wrong('comment', 'belongs to pause and recompose only');
  })
  .openapi('PreviewOperation');
export type PreviewOperation = z.input<typeof previewOperationSchema>;
export type ParsedPreview = z.infer<typeof previewOperationSchema>;

const outcome = z.object({ code: z.string(), message: z.string() });
const operationShape = {
  id: z.string(),
  action: operationActionSchema,
  status: z.enum(OPERATION_STATUSES).openapi('OperationStatus'),
  filter: z.record(z.string(), z.unknown()).openapi({ description: 'As it was asked for.' }),
  person: orNull(personSchema).openapi({ description: 'reassign: to whom.' }),
  comment: z.string().nullable(),
  total: z.int().openapi({ description: 'Drafts that matched when it was previewed. No other is touched.' }),
  by: personSchema,
  createdAt: instant,
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  cancelledBy: orNull(personSchema),
};
/** Without the counts, which cost a look at every draft. */
export const operationSummarySchema = z.object(operationShape).openapi('OperationSummary');
export type OperationSummary = z.infer<typeof operationSummarySchema>;

export const operationSchema = z
  .object({
    ...operationShape,
    counts: z.object({
      waiting: z.int().openapi({ description: 'In a preview: those that would be taken.' }),
      done: z.int(),
      skipped: z.int().openapi({ description: 'Left as they are; `left` says why.' }),
      failed: z.int().openapi({ description: 'No worker confirmed them in time.' }),
      changed: z.int().openapi({ description: 'Of those done, how many were left otherwise than found.' }),
    }),
    left: z.array(outcome.extend({ count: z.int() })).openapi({ description: 'Why drafts were left, or failed.' }),
    sample: z
      .array(
        z.object({
          draftId: z.string(),
          inboxId: z.string(),
          subject: z.string(),
          recipients: z.array(z.string()),
          status: statusSchema,
        }),
      )
      .openapi({ description: 'The first drafts that wait for it.' }),
    expiresAt: instant.nullable().openapi({ description: 'A preview has to be confirmed before then.' }),
    temporalUrl: z.string().nullable(),
  })
  .openapi('Operation');
export type Operation = z.infer<typeof operationSchema>;

export const operationListSchema = z
  .object({ items: z.array(operationSummarySchema), nextCursor: z.string().nullable() })
  .openapi('OperationList');
export type OperationList = z.infer<typeof operationListSchema>;

export const operationParams = z.object({
  id: z
    .string()
    .min(1)
    .max(255)
    .openapi({ param: { name: 'id', in: 'path' }, example: 'operation-0a1b2c3d4e5f6a7b' }),
});
export const listOperationsQuery = z.strictObject({ limit: pageLimit, cursor: cursorParam });

export const itemStateSchema = z.enum(ITEM_STATES).openapi('OperationItemState');
export const listItemsQuery = z.strictObject({
  state: itemStateSchema.optional(),
  after: z.coerce
    .number()
    .int()
    .min(0)
    .max(2_147_483_647)
    .default(0)
    .openapi({ description: 'Position of the last draft of the page before.' }),
  limit: pageLimit,
});
export const operationItemsSchema = z
  .object({
    items: z.array(
      z.object({
        position: z.int(),
        draftId: z.string(),
        inboxId: z.string(),
        subject: z.string(),
        recipients: z.array(z.string()),
        status: statusSchema.openapi({ description: 'Of the draft, now.' }),
        state: itemStateSchema,
        changed: z.boolean().nullable(),
        reason: orNull(outcome),
        at: instant.nullable(),
      }),
    ),
    nextAfter: z.int().nullable(),
  })
  .openapi('OperationItems');
export type OperationItems = z.infer<typeof operationItemsSchema>;

export const operationResultsQuery = z.strictObject({ format: z.enum(['csv', 'jsonl']).default('csv') });

export const pauseDraftSchema = z
  .strictObject({ reason: z.string().trim().max(2_000).default('') })
  .openapi('PauseDraft');
export type PauseDraft = z.input<typeof pauseDraftSchema>;
