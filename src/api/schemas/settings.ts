import { z } from '@hono/zod-openapi';
import { ROLES } from '../../domain/actor.ts';
import { inboxModeSchema } from './drafts.ts';

const settingsShape = {
  mode: inboxModeSchema.openapi({
    description: '`review_all`: a person approves each draft. `autonomous`: its time alone suffices.',
  }),
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
    .max(365 * 86_400_000)
    .openapi({ description: 'An approval older than this at the moment of sending is asked for again.' }),
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
  .object({ id: z.string(), name: z.string(), kind: z.enum(['agent', 'person']), roles: z.array(z.enum(ROLES)) })
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
