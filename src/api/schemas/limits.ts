import { z } from '@hono/zod-openapi';
import { EACH, LIMIT_KINDS, PAUSE_KINDS } from '../../domain/limits.ts';
import { cursorParam, instant, pageLimit, personSchema } from './common.ts';

const DAY_MS = 86_400_000;

export const limitKindSchema = z.enum(LIMIT_KINDS).openapi('LimitKind', {
  description: "Whose mail is counted: everybody's, an inbox's, or that to the addresses of a domain.",
});
const windowsSchema = z
  .array(
    z.strictObject({
      count: z.int().min(1).max(100_000),
      perMs: z
        .int()
        .min(100)
        .max(31 * DAY_MS),
    }),
  )
  .min(1)
  .max(5)
  .refine((windows) => new Set(windows.map(({ perMs }) => perMs)).size === windows.length, 'give each perMs once')
  .openapi({ description: 'At most `count` send requests in any `perMs`; all windows hold at once.' });

export const limitParams = z.object({
  kind: limitKindSchema.openapi({ param: { name: 'kind', in: 'path' } }),
  target: z
    .string()
    .min(1)
    .max(320)
    .openapi({
      param: { name: 'target', in: 'path' },
      example: '*',
      description: 'An inbox id, a domain, or `*`: each that has no limits of its own. `organization` has only `*`.',
    }),
});
/** What is wrong with a target of this kind; null when nothing is. */
export function targetFault({ kind, target }: z.infer<typeof limitParams>): string | null {
  if (target === EACH) return null;
  if (kind === 'organization') return 'the organization has one target only: `*`';
  const domain = /^[a-z0-9\u0080-\uffff-]+(\.[a-z0-9\u0080-\uffff-]+)+$/;
  return kind === 'recipient_domain' && !domain.test(target) ? 'must be a domain in lower case, or `*`' : null;
}
export const putLimitSchema = z.strictObject({ windows: windowsSchema }).openapi('PutLimit');
export type PutLimit = z.input<typeof putLimitSchema>;
export const limitSchema = z
  .object({ kind: limitKindSchema, target: z.string(), windows: windowsSchema })
  .openapi('Limit');
export type LimitView = z.infer<typeof limitSchema>;
export const limitListSchema = z
  .object({
    items: z.array(limitSchema),
    keyBlockedMs: z.int().openapi({ description: 'What is left of the rest AgentMail asked of the whole key, in ms.' }),
  })
  .openapi('LimitList');
export type LimitList = z.infer<typeof limitListSchema>;

const quotaShape = {
  monthlyQuota: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .nullable()
    .openapi({ description: 'Messages a calendar month, UTC.' }),
  warningPercent: z.int().min(1).max(100),
  criticalPercent: z.int().min(1).max(100),
};
export const quotaSchema = z
  .object({
    ...quotaShape,
    used: z.int().openapi({ description: 'Messages sent this month.' }),
    level: z.enum(['ok', 'warning', 'critical', 'exhausted']),
    resetsAt: instant,
  })
  .openapi('Quota');
export type Quota = z.infer<typeof quotaSchema>;
export const quotaChangesSchema = z
  .strictObject(quotaShape)
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, 'must change something')
  .openapi('QuotaChanges');
export type QuotaChanges = z.input<typeof quotaChangesSchema>;

export const pauseKindSchema = z.enum(PAUSE_KINDS).openapi('PauseKind');
export const addPauseSchema = z
  .strictObject({
    kind: pauseKindSchema,
    id: z.string().min(1).max(320).optional().openapi({
      description: 'Inbox id, name of a recipe, id of an agent’s key, or id of a batch. None for `all`.',
    }),
    reason: z.string().trim().max(500).default(''),
  })
  .superRefine(({ kind, id }, context) => {
    if ((kind === 'all') === (id === undefined)) return;
    const message = kind === 'all' ? 'a pause of all has no id' : `say which ${kind} to pause`;
    context.addIssue({ code: 'custom', message, path: ['id'] });
  })
  .openapi('AddPause');
export type AddPause = z.input<typeof addPauseSchema>;
export const pauseParams = z.object({
  kind: pauseKindSchema.exclude(['all']).openapi({ param: { name: 'kind', in: 'path' } }),
  id: z
    .string()
    .min(1)
    .max(320)
    .openapi({ param: { name: 'id', in: 'path' } }),
});
export const pauseSchema = z
  .object({ kind: pauseKindSchema, id: z.string().nullable(), reason: z.string(), by: personSchema, at: instant })
  .openapi('Pause');
export type PauseView = z.infer<typeof pauseSchema>;
export const pauseListSchema = z
  .object({
    items: z.array(pauseSchema),
    drafts: z.int().openapi({ description: 'Drafts that are paused one by one, besides.' }),
  })
  .openapi('PauseList');
export type PauseList = z.infer<typeof pauseListSchema>;
export const resumedSchema = z
  .object({
    told: z.int().openapi({ description: 'Held drafts that look again at once.' }),
    remaining: z.int().openapi({ description: 'Held drafts that are told within minutes.' }),
  })
  .openapi('Resumed');
export type Resumed = z.infer<typeof resumedSchema>;

export const settingsLogQuery = z.strictObject({
  what: z.string().max(400).optional().openapi({ description: 'Only changes of this, such as `inbox:a@b.c`.' }),
  limit: pageLimit,
  cursor: cursorParam,
});
export const settingsLogSchema = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        at: instant,
        actor: personSchema,
        what: z.string(),
        before: z.unknown(),
        after: z.unknown(),
      }),
    ),
    nextCursor: z.string().nullable(),
  })
  .openapi('SettingsLog');
export type SettingsLog = z.infer<typeof settingsLogSchema>;
