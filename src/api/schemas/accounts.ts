import { z } from '@hono/zod-openapi';
import { ACCOUNT_EVENTS } from '../../domain/account-event.ts';
import { PERSON_ROLES } from '../../domain/actor.ts';
import { instant, orNull } from './common.ts';

export const personRoles = z.array(z.enum(PERSON_ROLES)).max(PERSON_ROLES.length);
export const groupName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'expected 1 to 64 of a-z 0-9 _ -, beginning with a letter or digit');
const memberId = z.string().min(1).max(200);

export const userSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    roles: personRoles,
    groups: z.array(z.string()),
    disabled: z.boolean(),
    createdAt: instant,
    lastSignInAt: orNull(instant),
  })
  .openapi('User');
export type User = z.infer<typeof userSchema>;
export const userListSchema = z.object({ items: z.array(userSchema) }).openapi('UserList');
export type UserList = z.infer<typeof userListSchema>;

const name = z.string().trim().min(1).max(200);
export const inviteUserSchema = z
  .strictObject({
    email: z.email().max(254).toLowerCase(),
    name,
    roles: personRoles.min(1),
    groups: z.array(groupName).max(100).default([]),
  })
  .openapi('InviteUser');
export type InviteUser = z.input<typeof inviteUserSchema>;
export const changeUserSchema = z
  .strictObject({
    name: name.optional(),
    roles: personRoles.optional(),
    groups: z.array(groupName).max(100).optional(),
    disabled: z.boolean().optional(),
  })
  .openapi('ChangeUser', { description: 'What is left out stays; lists replace what was there.' });
export type ChangeUser = z.input<typeof changeUserSchema>;

export const linkSchema = z
  .object({
    url: z.string().nullable().openapi({
      description: 'Works once. Give it to nobody but the person. Null when it was mailed: it is for their eyes.',
    }),
    expiresAt: instant,
    mailed: z.boolean().openapi({ description: 'Whether it was mailed to the person.' }),
  })
  .openapi('OneTimeLink');
export type OneTimeLink = z.infer<typeof linkSchema>;
export const invitedSchema = z
  .object({
    user: userSchema,
    link: orNull(linkSchema).openapi({ description: 'Null where people have no accounts.' }),
  })
  .openapi('InvitedUser');
export type InvitedUser = z.infer<typeof invitedSchema>;
export const userParams = z.object({ id: memberId });

export const groupSchema = z.object({ name: z.string(), members: z.array(z.string()) }).openapi('Group');
export type Group = z.infer<typeof groupSchema>;
export const groupListSchema = z.object({ items: z.array(groupSchema) }).openapi('GroupList');
export type GroupList = z.infer<typeof groupListSchema>;
export const putGroupSchema = z
  .strictObject({ members: z.array(memberId).max(1_000) })
  .openapi('PutGroup', { description: 'Ids of people, or of configured keys. They replace the members there were.' });
export const groupParams = z.object({ group: groupName });

export const signInMethodsSchema = z
  .object({
    password: z.boolean(),
    magicLink: z.boolean(),
    sso: orNull(z.object({ name: z.string() })),
    local: z.boolean().openapi({ description: 'Whether the key of the data folder opens a session.' }),
  })
  .openapi('SignInMethods');
export type SignInMethodsView = z.infer<typeof signInMethodsSchema>;

export const accountLogQuery = z.object({
  event: z.enum(ACCOUNT_EVENTS).optional(),
  subject: z
    .string()
    .min(1)
    .max(320)
    .optional()
    .openapi({ description: 'Id of a person, key or group; or an address.' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
});
export const accountLogSchema = z
  .object({
    items: z.array(
      z
        .object({
          id: z.int(),
          at: instant,
          event: z.enum(ACCOUNT_EVENTS),
          actor: orNull(z.object({ id: z.string(), name: z.string() })),
          subject: z.string().nullable(),
          ip: z.string().nullable(),
          facts: z.record(z.string(), z.unknown()),
        })
        .openapi('AccountLogEntry'),
    ),
    nextCursor: z.string().nullable(),
  })
  .openapi('AccountLog', { description: 'Newest first.' });
export type AccountLog = z.infer<typeof accountLogSchema>;
