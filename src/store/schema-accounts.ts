import { sql } from 'drizzle-orm';
import { bigserial, boolean, index, integer, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import type { AccountEvent } from '../domain/account-event.ts';
import type { PersonRole, Role } from '../domain/actor.ts';
import { date, jsonb, millis } from './columns.ts';
import type { AccountFacts } from './types-accounts.ts';

/**
 * People. `users`, `sessions`, `sign_ins`, `verifications` and `sign_in_limits` are better-auth's (its names for them:
 * user, session, account, verification, rateLimit), so the names of their columns in code are its own; it neither reads
 * nor writes `roles` and `disabled_at_ms`.
 */
export const users = pgTable('users', {
  id: text('user_id').primaryKey(),
  name: text('name').notNull(),
  email: text('email').notNull().unique(),
  emailVerified: boolean('email_verified').notNull().default(false),
  image: text('image'),
  createdAt: date('created_at_ms').notNull(),
  updatedAt: date('updated_at_ms').notNull(),
  roles: jsonb('roles').$type<PersonRole[]>().notNull().default([]),
  disabledAtMs: millis('disabled_at_ms'),
});

export const sessions = pgTable(
  'sessions',
  {
    id: text('session_id').primaryKey(),
    token: text('token').notNull().unique(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    expiresAt: date('expires_at_ms').notNull(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    createdAt: date('created_at_ms').notNull(),
    updatedAt: date('updated_at_ms').notNull(),
  },
  (t) => [index('sessions_user').on(t.userId)],
);

/** A way for a person to sign in: a password, or an account at the identity provider. */
export const signIns = pgTable(
  'sign_ins',
  {
    id: text('sign_in_id').primaryKey(),
    accountId: text('account_id').notNull(),
    providerId: text('provider_id').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    accessToken: text('access_token'),
    refreshToken: text('refresh_token'),
    idToken: text('id_token'),
    accessTokenExpiresAt: date('access_token_expires_at_ms'),
    refreshTokenExpiresAt: date('refresh_token_expires_at_ms'),
    scope: text('scope'),
    password: text('password'),
    createdAt: date('created_at_ms').notNull(),
    updatedAt: date('updated_at_ms').notNull(),
  },
  (t) => [index('sign_ins_user').on(t.userId), unique('sign_ins_once').on(t.providerId, t.accountId)],
);

export const verifications = pgTable(
  'verifications',
  {
    id: text('verification_id').primaryKey(),
    identifier: text('identifier').notNull(),
    value: text('value').notNull(),
    expiresAt: date('expires_at_ms').notNull(),
    createdAt: date('created_at_ms').notNull(),
    updatedAt: date('updated_at_ms').notNull(),
  },
  (t) => [index('verifications_identifier').on(t.identifier)],
);

export const signInLimits = pgTable('sign_in_limits', {
  id: text('limit_id').primaryKey(),
  key: text('key').notNull().unique(),
  count: integer('count').notNull(),
  lastRequest: millis('last_request_ms').notNull(),
});

/** Approver groups: names with members. A member is a person, or a configured key by its id. */
export const groups = pgTable('groups', {
  name: text('name').primaryKey(),
  createdAtMs: millis('created_at_ms').notNull(),
});
export const groupMembers = pgTable(
  'group_members',
  {
    groupName: text('group_name')
      .notNull()
      .references(() => groups.name, { onDelete: 'cascade' }),
    memberId: text('member_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.groupName, t.memberId] }), index('group_members_member').on(t.memberId)],
);

/** Rows stay after expiry and revocation: drafts and audit records name them. */
export const apiKeys = pgTable(
  'api_keys',
  {
    keyId: text('key_id').primaryKey(),
    name: text('name').notNull(),
    roles: jsonb('roles').$type<Role[]>().notNull(),
    ownerId: text('owner_id'),
    inboxes: jsonb('inboxes').$type<string[]>(),
    /** Its first characters, to tell keys apart by. */
    hint: text('hint').notNull(),
    sha256: text('sha256').notNull().unique(),
    previousSha256: text('previous_sha256').unique(),
    previousUntilMs: millis('previous_until_ms'),
    createdBy: text('created_by').notNull(),
    createdAtMs: millis('created_at_ms').notNull(),
    expiresAtMs: millis('expires_at_ms'),
    rotatedAtMs: millis('rotated_at_ms'),
    lastUsedAtMs: millis('last_used_at_ms'),
    revokedAtMs: millis('revoked_at_ms'),
    revokedBy: text('revoked_by'),
  },
  (t) => [index('api_keys_owner').on(t.ownerId).where(sql`${t.ownerId} is not null`)],
);

/** Who signed in, who was refused, and who changed what anybody may do. */
export const accountLog = pgTable(
  'account_log',
  {
    entryId: bigserial('entry_id', { mode: 'number' }).primaryKey(),
    atMs: millis('at_ms').notNull(),
    event: text('event').$type<AccountEvent>().notNull(),
    /** Null when nobody was recognized. */
    actorId: text('actor_id'),
    /** Whom or what it is about: a person, a key, a group, or the address that was tried. */
    subject: text('subject'),
    ip: text('ip'),
    facts: jsonb('facts').$type<AccountFacts>().notNull(),
  },
  (t) => [index('account_log_subject').on(t.subject, t.event, t.atMs)],
);

/** What all API processes of this database share, such as the secret that signs cookies. */
export const accountSecrets = pgTable('account_secrets', {
  name: text('name').primaryKey(),
  value: text('value').notNull(),
});
