import { z } from '@hono/zod-openapi';
import { INBOX_MODES } from '../../domain/commands.ts';
import { categorySchema, DEFAULT_PRIORITY } from '../../domain/content.ts';
import { CHECKS } from '../../domain/preflight.ts';
import { DRAFT_ORDERS, DRAFT_STATUSES } from '../../domain/state.ts';
import { assignmentSchema, routingSchema } from './assignments.ts';
import {
  callerId,
  cursorParam,
  digestSchema,
  instant,
  orNull,
  pageLimit,
  personSchema,
  reasonSchema,
  refusalCodeSchema,
  rejectionReasonSchema,
  schedule,
} from './common.ts';
import { contentInputSchema, contentViewSchema } from './content.ts';

export const statusSchema = z.enum(DRAFT_STATUSES).openapi('DraftStatus');
export const sourceSchema = z.enum(['recipe', 'content', 'adopted']);
export const inboxModeSchema = z.enum(INBOX_MODES).openapi('InboxMode');

const DAY_MS = 86_400_000;

/** An id of AgentMail's. It becomes a part of a path, where dots alone would name another one. */
const providerId = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((id) => !/^\.{1,2}$/.test(id), 'is no id');

export const createDraftSchema = z
  .strictObject({
    inbox: providerId(320).openapi({ description: 'AgentMail inbox id the email leaves from.' }),
    content: contentInputSchema.optional(),
    recipe: z.strictObject({ name: z.string().min(1).max(100), input: z.unknown() }).optional(),
    adopt: z.strictObject({ draftId: providerId(500) }).optional(),
    schedule: schedule.default({ kind: 'now' }),
    holdMs: z
      .int()
      .min(0)
      .max(30 * DAY_MS)
      .default(0)
      .openapi({ description: 'Pause in ms between approval and send: the room for undo.' }),
    reviewTimeoutMs: z
      .int()
      .min(1_000)
      .max(365 * DAY_MS)
      .default(7 * DAY_MS)
      .openapi({ description: 'The draft expires, unsent, when nobody decides within this many ms.' }),
    category: categorySchema
      .optional()
      .openapi({ description: 'What kind of mail it is, such as `receipt`: recipients opt out of categories.' }),
    priority: z
      .int()
      .min(1)
      .max(5)
      .default(DEFAULT_PRIORITY)
      .openapi({ description: 'Who goes first within the limits: 1 first, 5 last.' }),
    requestId: callerId.optional().openapi({ description: 'The same as the Idempotency-Key header.' }),
  })
  .superRefine((body, context) => {
    const given = (['content', 'recipe', 'adopt'] as const).filter((key) => body[key] !== undefined);
    if (given.length === 1) return;
    const message = `give exactly one of content, recipe and adopt (${given.length === 0 ? 'none' : given.join(', ')} given)`;
    context.addIssue({ code: 'custom', message, path: [] });
  })
  .openapi('CreateDraft');
export type CreateDraft = z.input<typeof createDraftSchema>;
export type ParsedCreateDraft = z.infer<typeof createDraftSchema>;

export const heldSchema = z
  .object({ by: personSchema, at: instant, reason: z.string(), operationId: z.string().nullable() })
  .openapi('DraftPause', { description: 'This draft alone is kept from leaving, until it is resumed.' });
export type Held = z.infer<typeof heldSchema>;
export const draftPauseSchema = z.object({ draftId: z.string(), paused: orNull(heldSchema) }).openapi('DraftPaused');
export type DraftPaused = z.infer<typeof draftPauseSchema>;

const summaryShape = {
  id: z.string(),
  status: statusSchema,
  source: sourceSchema,
  recipe: z.string().nullable(),
  category: z.string().nullable(),
  batchId: z.string().nullable(),
  priority: z.int().openapi({ description: 'As it was asked for: who goes first within the limits.' }),
  urgency: z
    .int()
    .openapi({ description: 'Whose review comes first, 1 first and 5 last: what policy says, else `priority`.' }),
  inboxId: z.string(),
  inboxMode: orNull(inboxModeSchema),
  subject: z.string(),
  recipients: z.array(z.string()),
  revision: z.int().openapi({ description: '0 until the first revision is written.' }),
  digest: digestSchema.nullable(),
  blocked: z.boolean().openapi({ description: 'Checks found errors: it cannot be approved as it is.' }),
  warningCount: z.int(),
  reason: orNull(reasonSchema),
  schedule,
  dueAt: instant.nullable(),
  holdUntil: instant.nullable(),
  reviewDeadline: instant.nullable(),
  waitingSince: instant.nullable().openapi({ description: 'Since when it waits for people; null: it does not.' }),
  escalated: z.boolean().openapi({ description: 'Nobody decided in time, and others were asked as well.' }),
  assignee: orNull(assignmentSchema),
  paused: orNull(heldSchema),
  approvedBy: orNull(personSchema),
  messageId: z.string().nullable(),
  threadId: z.string().nullable(),
  createdBy: personSchema,
  createdAt: instant,
  updatedAt: instant,
};
/** One line of a list: never a body. */
export const draftSummarySchema = z.object(summaryShape).openapi('DraftSummary');
export type DraftSummary = z.infer<typeof draftSummarySchema>;

export const findingSchema = z
  .object({
    level: z.enum(['error', 'warning']),
    code: z.string(),
    message: z.string(),
    quotes: z
      .array(z.string())
      .optional()
      .openapi({ description: 'Pieces of the mail it is about, as they stand there: where to look.' }),
  })
  .openapi('Finding');

export const revisionSchema = z
  .object({
    draftId: z.string(),
    revision: z.int(),
    digest: digestSchema,
    content: contentViewSchema,
    warnings: z.array(findingSchema),
    author: personSchema,
    origin: z.enum(['composed', 'edited', 'revised', 'captured', 'restored', 'dropped']),
    createdAt: instant,
  })
  .openapi('Revision');
export type Revision = z.infer<typeof revisionSchema>;
export const revisionListSchema = z
  .object({ items: z.array(revisionSchema.omit({ content: true }).extend({ subject: z.string() })) })
  .openapi('RevisionList');
export type RevisionList = z.infer<typeof revisionListSchema>;

export const ACTIONS = [
  'approve',
  'reject',
  'request_changes',
  'revoke',
  'edit',
  'revise',
  'reschedule',
  'recheck',
  'recompose',
  'pause',
  'resume',
  'withdraw',
  'cancel',
  'resolve',
] as const;
export const actionSchema = z.enum(ACTIONS).openapi('DraftAction');
export type DraftAction = z.infer<typeof actionSchema>;

export const approvalSchema = z
  .object({
    revision: z.int(),
    digest: digestSchema,
    by: personSchema,
    groups: z.array(z.string()),
    at: instant,
    decisionId: z.string(),
    withTime: z.boolean().openapi({ description: 'It was given together with the time, and ends with it.' }),
  })
  .openapi('Approval');

export const foundSchema = z
  .object({
    check: z.enum(CHECKS),
    at: instant,
    message: z.string().openapi({ description: 'What the check found, in words; no address.' }),
    details: z
      .array(z.string())
      .openapi({ description: 'For people: whom or what it is about, as the lists and pauses are now.' }),
  })
  .openapi('Found', { description: 'What holds the draft back, or sent it back, as `reason` says in general.' });
export type Found = z.infer<typeof foundSchema>;

const rejectionSchema = z
  .object({
    code: orNull(rejectionReasonSchema),
    message: z.string().nullable().openapi({ description: 'The code in words.' }),
    comment: z.string().nullable(),
  })
  .openapi('Rejection', { description: 'Why a person rejected the draft, as far as they said.' });
export type Rejection = z.infer<typeof rejectionSchema>;

/** One draft with its current revision. */
export const draftSchema = z
  .object({
    ...summaryShape,
    details: z.string().nullable().openapi({ description: 'What the draft is doing, in words.' }),
    engine: z
      .enum(['live', 'recorded'])
      .openapi({ description: '`live`: asked of the workflow just now. `recorded`: the last state it wrote down.' }),
    current: orNull(revisionSchema),
    approval: orNull(approvalSchema),
    approvals: z
      .array(approvalSchema)
      .openapi({ description: 'Given to this revision so far; `approval` is the latest of them.' }),
    routing: orNull(routingSchema),
    approvalsMissing: z
      .array(z.object({ group: z.string().nullable(), count: z.int() }))
      .openapi({ description: 'Approvals this revision still needs; `group` null is anybody who may approve.' }),
    cannotApprove: orNull(z.object({ code: refusalCodeSchema, message: z.string() })).openapi({
      description: 'Why the caller, who may approve drafts, may not approve this revision.',
    }),
    found: orNull(foundSchema),
    rejection: orNull(rejectionSchema),
    notBefore: instant.nullable().openapi({ description: 'Held back: it is tried again then. `reason` says why.' }),
    actions: z
      .array(actionSchema)
      .openapi({ description: 'What this key may do with the draft in its present state.' }),
    holdMs: z.int(),
    reviewTimeoutMs: z.int(),
    providerDraftId: z.string().nullable(),
    temporalUrl: z.string().nullable(),
  })
  .openapi('Draft');
export type Draft = z.infer<typeof draftSchema>;

/** What lists are narrowed by. */
export const draftFilters = {
  inbox: z.string().max(320).optional(),
  recipe: z.string().max(100).optional(),
  createdBy: z.string().max(64).optional(),
  category: z.string().max(100).optional(),
  batch: z.string().max(255).optional(),
  operation: z
    .string()
    .max(255)
    .optional()
    .openapi({ description: 'Only drafts that this fleet operation was carried out on.' }),
  assignee: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .openapi({ description: '`me`, `none` (nobody has it), or the id of a person.' }),
  group: z
    .string()
    .max(100)
    .optional()
    .openapi({ description: 'In review, and given to this group, escalated to it, or in want of its approval.' }),
  q: z.string().max(500).optional().openapi({ description: 'Words looked for in subject and recipients.' }),
};
export const statusesQuery = z
  .string()
  .transform((list) => list.split(',').filter(Boolean))
  .pipe(z.array(statusSchema))
  .optional()
  .openapi({ type: 'string', example: 'in_review,needs_attention', description: 'Statuses, separated by commas.' });
/** What filters that are on or off are about; in a query they are written `true` and `false`. */
export const flagWords = {
  paused: 'Only drafts paused one by one, or only the others.',
  overdue:
    'Only drafts approved and past their time, or whose appointed time passed while people had them; or the others.',
  escalated: 'Only drafts that others were asked about as well, because nobody decided in time; or the others.',
};
const flag = (description: string) =>
  z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .openapi({ type: 'boolean', description });
const needsMe = z
  .enum(['true'])
  .transform(() => true as const)
  .optional()
  .openapi({ type: 'boolean', description: 'Only drafts in review that an approval of the caller would count for.' });
const flags = {
  needsMe,
  paused: flag(flagWords.paused),
  overdue: flag(flagWords.overdue),
  escalated: flag(flagWords.escalated),
};
export const timeFilters = {
  dueBefore: instant
    .optional()
    .openapi({ description: 'By due time alone: what goes as soon as it is approved is due since it was asked for.' }),
  dueAfter: instant.optional(),
  deadlineBefore: instant.optional().openapi({
    description:
      'With a time to keep before this one: the time it was asked to go at, the end of its review, or, approved, when it may leave.',
  }),
};
export const listDraftsQuery = z.strictObject({
  ...draftFilters,
  ...flags,
  status: statusesQuery,
  ...timeFilters,
  order: z
    .enum(DRAFT_ORDERS)
    .default('newest')
    .openapi({ description: '`urgent`: by priority, then the nearest time to keep, then the oldest first.' }),
  limit: pageLimit,
  cursor: cursorParam,
});
export type ListDraftsQuery = z.input<typeof listDraftsQuery>;
export const countDraftsQuery = z.strictObject({ ...draftFilters, ...flags, ...timeFilters });

export const draftListSchema = z
  .object({ items: z.array(draftSummarySchema), nextCursor: z.string().nullable() })
  .openapi('DraftList');
export type DraftList = z.infer<typeof draftListSchema>;

export const draftCountsSchema = z
  .object({ counts: z.partialRecord(statusSchema, z.int()), total: z.int() })
  .openapi('DraftCounts');
export type DraftCounts = z.infer<typeof draftCountsSchema>;

export const outcomeQuery = z.strictObject({
  waitMs: z.coerce
    .number()
    .int()
    .min(0)
    .max(60_000)
    .default(0)
    .openapi({ description: 'Waits this long for the end before it answers `ended: false`.' }),
});
export const outcomeSchema = z
  .object({
    draftId: z.string(),
    ended: z.boolean(),
    status: statusSchema,
    reason: orNull(reasonSchema),
    revision: z.int(),
    digest: digestSchema.nullable(),
    rejection: orNull(rejectionSchema),
    messageId: z.string().nullable(),
    threadId: z.string().nullable(),
  })
  .openapi('Outcome');
export type Outcome = z.infer<typeof outcomeSchema>;

export const threadSchema = z
  .object({
    messages: z.array(
      z.object({
        messageId: z.string(),
        from: z.string(),
        to: z.array(z.string()),
        cc: z.array(z.string()),
        subject: z.string(),
        text: z.string(),
        html: z.string(),
        at: instant,
        attachments: z.array(
          z.object({ filename: z.string().nullable(), contentType: z.string().nullable(), size: z.int() }),
        ),
      }),
    ),
  })
  .openapi('Thread', { description: 'The messages a reply answers, oldest first. Their content is untrusted.' });
export type Thread = z.infer<typeof threadSchema>;
