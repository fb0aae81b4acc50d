import { z } from '@hono/zod-openapi';
import { INBOX_MODES } from '../../domain/commands.ts';
import { type PolicyInput, routeSchema, policySchema as rulesSchema } from '../../domain/policy/schema.ts';
import { cursorParam, instant, orNull, pageLimit, personSchema } from './common.ts';
import { inboxModeSchema } from './drafts.ts';

/** Cloned: a schema made before the OpenAPI extension was loaded lacks its methods. */
export const policyDocumentSchema = rulesSchema.clone().openapi('Policy', {
  description: 'Rules in their order: the first that fits decides, and where none does, the mode of the inbox.',
});
export type PolicyDocument = PolicyInput;

const version = z.int().min(1);
const versionShape = {
  version,
  digest: z.string(),
  comment: z.string().nullable(),
  by: personSchema,
  source: z.enum(['api', 'file']),
  at: instant,
  active: z.boolean(),
};
export const policyVersionSchema = z
  .object({ ...versionShape, policy: policyDocumentSchema })
  .openapi('PolicyVersion', { description: 'A set of rules as it is kept; a change makes a new version.' });
export type PolicyVersionView = z.infer<typeof policyVersionSchema>;
export const activePolicySchema = z
  .object({ active: orNull(policyVersionSchema) })
  .openapi('ActivePolicy', { description: 'The rules that decide; null: only the modes of the inboxes do.' });
export type ActivePolicy = z.infer<typeof activePolicySchema>;
export const policyVersionListSchema = z
  .object({
    items: z.array(z.object({ ...versionShape, ruleCount: z.int() })),
    nextCursor: z.string().nullable(),
  })
  .openapi('PolicyVersionList');
export type PolicyVersionList = z.infer<typeof policyVersionListSchema>;
export const listPoliciesQuery = z.strictObject({ limit: pageLimit, cursor: cursorParam });
export const policyVersionParams = z.object({
  version: z.coerce
    .number()
    .int()
    .min(1)
    .max(2_000_000_000)
    .openapi({ param: { name: 'version', in: 'path', required: true } }),
});

export const putPolicySchema = z
  .strictObject({
    policy: policyDocumentSchema,
    comment: z.string().min(1).max(500).optional(),
    baseVersion: version.nullable().optional().openapi({
      description: 'The version it was made from; null: there was none. Another active version is then a conflict.',
    }),
  })
  .openapi('PutPolicy');
export type PutPolicy = z.input<typeof putPolicySchema>;
export const policyPutSchema = z
  .object({
    changed: z.boolean().openapi({ description: 'False: these rules decide already.' }),
    active: policyVersionSchema,
    notes: z.array(z.string()).openapi({ description: 'What is likely not meant, such as a group without members.' }),
  })
  .openapi('PolicyPut');
export type PolicyPut = z.infer<typeof policyPutSchema>;

export const dryRunRequestSchema = z
  .strictObject({
    policy: policyDocumentSchema,
    mode: z.enum(INBOX_MODES).optional().openapi({ description: 'As if every inbox were in this mode.' }),
    inbox: z.string().min(1).max(320).optional(),
    from: instant.optional().openapi({ description: 'Only drafts made at this instant or later.' }),
    to: instant.optional().openapi({ description: 'Only drafts made before this instant.' }),
    limit: z.int().min(1).max(500).default(200).openapi({ description: 'Drafts of one page; counts of pages add up.' }),
    cursor: cursorParam,
  })
  .openapi('DryRunRequest');
export type DryRunRequest = z.input<typeof dryRunRequestSchema>;

const counts = z.object({ review: z.int(), auto: z.int(), monitor: z.int(), refuse: z.int() }).openapi('OutcomeCounts');
export const dryRunSchema = z
  .object({
    total: z.int().nullable().openapi({ description: 'Drafts the filter names, on the first page; null on others.' }),
    drafts: z.int(),
    counts,
    byRule: z.array(z.object({ rule: z.string().nullable(), counts })),
    unattended: z
      .object({
        drafts: z.int(),
        edited: z.int(),
        rejected: z.int(),
        changesRequested: z.int(),
        revoked: z.int(),
        touched: z.int(),
        examples: z.array(z.string()),
      })
      .openapi({
        description: 'Of those that would go without an approval: what people did with them. Mind `touched`.',
      }),
    nextCursor: z.string().nullable(),
  })
  .openapi('DryRun');
export type DryRun = z.infer<typeof dryRunSchema>;

/** One condition of a rule, with what it saw. */
export interface ConditionView {
  kind: string;
  met: boolean;
  asked: string;
  saw: string;
  parts: ConditionView[];
}
const conditionViewSchema: z.ZodType<ConditionView> = z
  .object({
    kind: z.string(),
    met: z.boolean(),
    asked: z.string(),
    saw: z.string(),
    parts: z.lazy(() => z.array(conditionViewSchema)),
  })
  .meta({ id: 'PolicyConditionSeen' });

export const explanationSchema = z
  .object({
    at: instant,
    mode: inboxModeSchema,
    version: z.int().nullable(),
    outcome: z.enum(['review', 'auto', 'monitor', 'refuse']),
    rule: z.string().nullable(),
    why: z.string(),
    needs: z.array(z.object({ group: z.string().nullable(), count: z.int() })),
    holdMs: z.int(),
    undoMs: z.int().openapi({ description: 'The least time between an approval and the send, in ms.' }),
    editorMayApprove: z.boolean(),
    creatorMayApprove: z.boolean(),
    replyApproval: z.boolean(),
    route: orNull(routeSchema),
    priority: z.int().nullable(),
    times: z
      .object({
        remindAfterMs: z.int().nullable(),
        escalateAfterMs: z.int().nullable(),
        escalateTo: z.string().nullable(),
      })
      .openapi('ReviewTimes', { description: 'Counted from when a revision is there to be read; null: never.' }),
    rules: z
      .array(z.object({ rule: z.string(), fits: z.boolean(), seen: orNull(conditionViewSchema) }))
      .openapi({ description: 'Rules as they were asked, up to the first that fits. Never content.' }),
  })
  .openapi('PolicyExplanation');
export type PolicyExplanation = z.infer<typeof explanationSchema>;
export const draftPolicySchema = z
  .object({
    draftId: z.string(),
    revision: z.int(),
    recorded: orNull(explanationSchema).openapi({
      description: 'What policy said when it was last asked; null: there were no rules then.',
    }),
    now: orNull(explanationSchema).openapi({
      description: 'What it would say now; null: the draft has ended, or was not written yet.',
    }),
  })
  .openapi('DraftPolicy');
export type DraftPolicy = z.infer<typeof draftPolicySchema>;
