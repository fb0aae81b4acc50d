import { z } from '@hono/zod-openapi';
import { ROLES } from '../../domain/actor.ts';
import { MAX_UNDO_MS, routeSchema } from '../../domain/policy/schema.ts';
import { CHECK_CHOICES, type ConfigurableCheck } from '../../domain/preflight.ts';
import { orNull } from './common.ts';
import { inboxModeSchema } from './drafts.ts';

const DAY_MS = 86_400_000;

const checkShape = {
  approval_age: z.enum(CHECK_CHOICES.approval_age),
  draft_age: z.enum(CHECK_CHOICES.draft_age),
  pause: z.enum(CHECK_CHOICES.pause),
  suppression: z.enum(CHECK_CHOICES.suppression),
  preferences: z.enum(CHECK_CHOICES.preferences),
  quiet_hours: z.enum(CHECK_CHOICES.quiet_hours),
  send_lists: z.enum(CHECK_CHOICES.send_lists),
  newer_inbound: z.enum(CHECK_CHOICES.newer_inbound),
  quota: z.enum(CHECK_CHOICES.quota),
} satisfies Record<ConfigurableCheck, z.ZodType>;

/** From when a revision is there to be read. */
const reviewMs = z
  .int()
  .min(1_000)
  .max(365 * DAY_MS)
  .nullable();

const settingsShape = {
  mode: inboxModeSchema.openapi({
    description:
      '`review_all`: people approve each draft. `by_rule`: as rules say, else one approval. `monitor`: it goes after a hold in which people may stop it. `autonomous`: its time alone suffices. `paused`: nothing leaves, approvals count later. Rules hold in each; in `review_all` they only add.',
  }),
  monitorHoldMs: z
    .int()
    .min(1_000)
    .max(30 * DAY_MS)
    .openapi({ description: 'In mode `monitor`: how long people may stop a draft before it goes, in ms.' }),
  acceptUnverifiedSignals: z
    .boolean()
    .openapi({ description: 'Counts approvals by plain Temporal signal, recorded as unverified.' }),
  paused: z.boolean().openapi({ description: 'Nothing leaves while paused.' }),
  pausedReason: z.string().max(500).nullable(),
  deleteAdopted: z.boolean().openapi({ description: 'Deletes an adopted AgentMail draft that ends unsent.' }),
  declaredFooter: z
    .string()
    .max(10_000)
    .nullable()
    .openapi({ description: 'Text the provider appends to every message: not counted as a difference.' }),
  maxApprovalAgeMs: z
    .int()
    .min(1_000)
    .max(365 * DAY_MS)
    .openapi({ description: 'An approval older than this at the moment of sending is asked for again.' }),
  maxDraftAgeMs: z
    .int()
    .min(1_000)
    .max(365 * DAY_MS)
    .nullable()
    .openapi({ description: 'A draft written longer ago than this is stale at the moment of sending. Null: never.' }),
  checks: z
    .strictObject(checkShape)
    .partial()
    .openapi('Checks', { description: 'What a failed check does here. What is left out does what its default says.' }),
  maxAttempts: z
    .int()
    .min(1)
    .max(1_000)
    .openapi({
      description:
        'Send requests of one revision before a person is asked. The default is more than fit into the patience, which ' +
        'ends failing sends.',
    }),
  sendPatienceMs: z
    .int()
    .min(60_000)
    .max(30 * DAY_MS)
    .openapi({
      description:
        'How long AgentMail may be out of reach for a send, or take none, before a person is asked: whether an earlier ' +
        'request left, or, when none has, whether to try again at all.',
    }),
  editorMayApprove: z.boolean().openapi({ description: 'Whoever wrote a revision may also approve it.' }),
  creatorMayApprove: z
    .boolean()
    .openapi({ description: 'Whoever asked for a draft, or owns the agent that did, may also approve it.' }),
  assignTo: orNull(routeSchema).openapi({
    description: 'Who its drafts go to where no rule says: a group, a person, people of a group in turn. Null: nobody.',
  }),
  replyApproval: z.boolean().openapi({
    description:
      'Answers to the mail that asks for a review decide (`approve`, `reject: why`). Never where the server forbids it (COUNTERSIGN_REPLY_APPROVAL).',
  }),
  holdMs: z.int().min(0).max(MAX_UNDO_MS).openapi({
    description:
      "The least time between an approval and the send where no rule says, in ms: room for undo. A draft's own hold counts where it is longer.",
  }),
  remindAfterMs: reviewMs.openapi({
    description: 'Where no rule says: reviewers are reminded after this. Null: never.',
  }),
  escalateAfterMs: reviewMs.openapi({
    description: 'Where no rule says: the people of `escalateTo` are asked as well after this. Null: never.',
  }),
  escalateTo: z.string().min(1).max(100).nullable().openapi({ description: 'A group; goes with `escalateAfterMs`.' }),
  expireAfterMs: reviewMs.openapi({
    description: 'The longest a review may take before its draft expires, unsent. Null: as long as the draft says.',
  }),
  foreignDrafts: z
    .enum(['ignore', 'adopt', 'alert'])
    .openapi({ description: 'What happens to drafts that others make in AgentMail; `alert` where nobody said.' }),
  mirrorSuppressions: z
    .boolean()
    .openapi({ description: "Puts this inbox's suppressions on AgentMail's own send block list, too." }),
};
export const inboxSchema = z
  .object({
    id: z.string(),
    displayName: z.string().nullable(),
    /** False for settings of an inbox AgentMail did not list (or could not be asked about). */
    atProvider: z.boolean(),
    ...settingsShape,
  })
  .openapi('Inbox');
export type Inbox = z.infer<typeof inboxSchema>;
export const inboxListSchema = z
  .object({ items: z.array(inboxSchema), provider: z.enum(['ok', 'unreachable']) })
  .openapi('InboxList');
export type InboxList = z.infer<typeof inboxListSchema>;
export const inboxParams = z.object({
  inbox: z
    .string()
    .min(1)
    .max(320)
    .openapi({ param: { name: 'inbox', in: 'path' }, example: 'billing@agentmail.to' }),
});
export const inboxChangesSchema = z
  .strictObject(settingsShape)
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, 'must change something')
  .openapi('InboxChanges');
export type InboxChanges = z.input<typeof inboxChangesSchema>;

export const recipeSchema = z
  .object({
    name: z.string(),
    title: z.string(),
    description: z.string(),
    input: z.record(z.string(), z.unknown()).openapi({ description: 'JSON Schema of the input.' }),
  })
  .openapi('Recipe');
export type Recipe = z.infer<typeof recipeSchema>;
export const recipeListSchema = z.object({ items: z.array(recipeSchema) }).openapi('RecipeList');
export type RecipeList = z.infer<typeof recipeListSchema>;

export const meSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(['agent', 'person']),
    roles: z.array(z.enum(ROLES)),
    groups: z.array(z.string()),
    inboxes: orNull(z.array(z.string())),
    via: z.enum(['key', 'session']),
  })
  .openapi('Me');
export type Me = z.infer<typeof meSchema>;

export const healthSchema = z
  .object({ status: z.literal('ok'), version: z.string() })
  .openapi('Health', { description: 'The process answers; it says nothing of what stands behind it.' });
export type Health = z.infer<typeof healthSchema>;
const checkSchema = z.object({
  state: z.enum(['ok', 'unreachable', 'degraded']),
  message: z.string(),
  latencyMs: z.int(),
});
export const readySchema = z
  .object({
    status: z.enum(['ready', 'degraded', 'unavailable']),
    checks: z.object({ temporal: checkSchema, worker: checkSchema, database: checkSchema, agentmail: checkSchema }),
  })
  .openapi('Ready');
export type Ready = z.infer<typeof readySchema>;
