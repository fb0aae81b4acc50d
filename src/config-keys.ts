import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ROLES } from './domain/actor.ts';

/** An API key as it is kept: hashed, so that whoever reads the configuration cannot act with it. */
export const apiKeySchema = z
  .object({
    /** Enters audit records and workflow history as the actor: never a name or an address. */
    id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected 1 to 64 of A-Z a-z 0-9 _ -'),
    name: z.string().min(1),
    roles: z
      .array(z.enum(ROLES))
      .min(1)
      .refine((roles) => !roles.includes('agent') || roles.every((role) => role === 'agent'), {
        error: 'an agent can hold no other role: it could approve its own drafts',
      }),
    /** The only inboxes it may touch; absent: all. */
    inboxes: z.array(z.string().min(1)).min(1).optional(),
    /** The person an agent's key belongs to, by id: that person cannot approve what the agent makes. */
    ownerId: z.string().min(1).optional(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected the SHA-256 of the key in lower-case hex'),
  })
  .refine(({ roles, ownerId }) => ownerId === undefined || roles.includes('agent'), {
    // It would act under its own id, and could approve what its owner wrote.
    error: 'only an agent key belongs to somebody: people make keys that act as them at the desk',
    path: ['ownerId'],
  });
export const apiKeysSchema = z.array(apiKeySchema);
export type ApiKey = z.infer<typeof apiKeySchema>;

/** The form in which a key is stored and compared: lower-case hex of its SHA-256. Keys are random, so no salt. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
