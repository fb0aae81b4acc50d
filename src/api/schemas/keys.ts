import { z } from '@hono/zod-openapi';
import { ROLES } from '../../domain/actor.ts';
import { instant, orNull } from './common.ts';

export const apiKeyViewSchema = z
  .object({
    id: z.string().openapi({ description: "An agent's id in drafts and records." }),
    name: z.string(),
    roles: z.array(z.enum(ROLES)),
    owner: orNull(z.object({ id: z.string(), name: z.string() })),
    inboxes: orNull(z.array(z.string())).openapi({ description: 'The only inboxes it may touch; null: all.' }),
    hint: z.string().openapi({ description: 'How the key begins.' }),
    state: z.enum(['active', 'expired', 'revoked']),
    createdBy: z.object({ id: z.string(), name: z.string() }),
    createdAt: instant,
    expiresAt: orNull(instant),
    lastUsedAt: orNull(instant),
    rotatedAt: orNull(instant),
    previousUntil: orNull(instant).openapi({ description: 'Until when the key before the last rotation still works.' }),
    revokedAt: orNull(instant),
  })
  .openapi('ApiKey');
export type ApiKeyView = z.infer<typeof apiKeyViewSchema>;
export const apiKeyListSchema = z.object({ items: z.array(apiKeyViewSchema) }).openapi('ApiKeyList');
export type ApiKeyList = z.infer<typeof apiKeyListSchema>;

const YEAR_DAYS = 366;
const expiresInDays = z
  .int()
  .min(1)
  .max(5 * YEAR_DAYS);
export const createKeySchema = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    roles: z
      .array(z.enum(ROLES))
      .min(1)
      .max(ROLES.length)
      .refine((roles) => !roles.includes('agent') || roles.every((role) => role === 'agent'), {
        error: 'an agent can hold no other role: it could approve its own drafts',
      }),
    ownerId: z
      .string()
      .min(1)
      .max(200)
      .nullable()
      .optional()
      .openapi({
        description:
          "For an agent's key: the person it belongs to, who then cannot approve what it makes. When absent: whoever " +
          'makes it. Null: nobody, so whoever makes it may also approve.',
      }),
    inboxes: z.array(z.string().min(1).max(320)).min(1).max(200).optional(),
    expiresInDays: expiresInDays.optional().openapi({ description: 'It never expires when this is absent.' }),
  })
  .openapi('CreateApiKey', {
    description: "With the role `agent`: an agent's key, made by an admin. Else: a key that acts as yourself.",
  });
export type CreateApiKey = z.input<typeof createKeySchema>;
export const rotateKeySchema = z
  .strictObject({
    graceHours: z.number().min(0).max(720).default(24).openapi({ description: 'How long the old key still works.' }),
    expiresInDays: expiresInDays.optional().openapi({
      description:
        'Counted from now. When absent, the end stays; of a key that is over, the new one lives as long as it did.',
    }),
  })
  .openapi('RotateApiKey');
export type RotateApiKey = z.input<typeof rotateKeySchema>;
export const freshKeySchema = z
  .object({
    apiKey: apiKeyViewSchema,
    key: z.string().openapi({ description: 'Shown this once. Keep it where secrets are kept.' }),
  })
  .openapi('FreshApiKey');
export type FreshApiKey = z.infer<typeof freshKeySchema>;
export const keyParams = z.object({ id: z.string().min(1).max(100) });
