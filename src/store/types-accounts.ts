import type { AccountEvent } from '../domain/account-event.ts';
import type { PersonRole, Role } from '../domain/actor.ts';
import type { AuthTables } from './auth-database.ts';

/** A person. */
export interface UserRow {
  userId: string;
  name: string;
  email: string;
  roles: PersonRole[];
  groups: string[];
  disabledAtMs: number | null;
  createdAtMs: number;
  /** When the person last signed in; null: never yet. */
  lastSignInAtMs: number | null;
}

export interface NewUser {
  userId: string;
  name: string;
  /** Lower case. */
  email: string;
  roles: PersonRole[];
  createdAtMs: number;
}

export interface UserChanges {
  name?: string;
  roles?: PersonRole[];
  /** Replaces all memberships; unknown names are made. */
  groups?: string[];
  disabled?: boolean;
}

export interface GroupRow {
  name: string;
  members: string[];
}

/** A key as it is kept: the key itself is known to its holder alone. */
export interface ApiKeyRow {
  keyId: string;
  name: string;
  /** `agent` alone, or what of its owner's roles it may use. */
  roles: Role[];
  /** The person it acts as, or for an agent's key the person it belongs to. */
  ownerId: string | null;
  /** The only inboxes it may touch; null: all. */
  inboxes: string[] | null;
  hint: string;
  /** Until when the key before the last rotation still works. */
  previousUntilMs: number | null;
  createdBy: string;
  createdAtMs: number;
  expiresAtMs: number | null;
  rotatedAtMs: number | null;
  lastUsedAtMs: number | null;
  revokedAtMs: number | null;
  revokedBy: string | null;
}
export type NewApiKey = Pick<
  ApiKeyRow,
  'keyId' | 'name' | 'roles' | 'ownerId' | 'inboxes' | 'hint' | 'createdBy' | 'createdAtMs' | 'expiresAtMs'
> & { sha256: string };

/** What changed, as JSON; never a secret. */
export type AccountFacts = Record<string, unknown>;

export interface AccountEntry {
  event: AccountEvent;
  actorId: string | null;
  subject: string | null;
  ip: string | null;
  atMs: number;
  facts: AccountFacts;
}
export type AccountLogRow = AccountEntry & { entryId: number };

export interface AccountLogQuery {
  event?: AccountEvent;
  subject?: string;
  limit: number;
  cursor?: string;
}

/** People, groups and keys, and the record of what was done to them. */
export interface AccountStore {
  authTables: AuthTables;

  /** False when the address is taken. */
  createUser(user: NewUser): Promise<boolean>;
  getUser(userId: string): Promise<UserRow | null>;
  findUser(email: string): Promise<UserRow | null>;
  /** By name. */
  listUsers(): Promise<UserRow[]>;
  countUsers(): Promise<number>;
  /** Null when there is no such person; `last_admin` when nobody could look after accounts any more: nothing changed. */
  changeUser(userId: string, changes: UserChanges, nowMs: number): Promise<UserRow | null | 'last_admin'>;
  endSessions(userId: string): Promise<number>;

  listGroups(): Promise<GroupRow[]>;
  groupsOf(memberId: string): Promise<string[]>;
  /** Makes the group or replaces its members. */
  putGroup(name: string, members: string[], nowMs: number): Promise<GroupRow>;
  /** Who was in it; null when there is no such group. */
  deleteGroup(name: string): Promise<string[] | null>;

  createKey(key: NewApiKey): Promise<ApiKeyRow>;
  /** The key of this hash that may be used now: neither revoked nor expired; an old one within its grace. */
  findKey(sha256: string, nowMs: number): Promise<ApiKeyRow | null>;
  getKey(keyId: string): Promise<ApiKeyRow | null>;
  /** Newest first. */
  listKeys(query: { ownerId?: string }): Promise<ApiKeyRow[]>;
  /** Null when there is no such key, or it was revoked. */
  rotateKey(
    keyId: string,
    next: { sha256: string; hint: string; graceUntilMs: number; expiresAtMs: number | null; atMs: number },
  ): Promise<ApiKeyRow | null>;
  revokeKey(keyId: string, by: string, atMs: number): Promise<ApiKeyRow | null>;
  /** Notes the use, at most once in `everyMs`. True for the very first. */
  touchKey(keyId: string, atMs: number, everyMs: number): Promise<boolean>;

  logAccount(entry: AccountEntry): Promise<void>;
  /** Newest first. */
  listAccountLog(query: AccountLogQuery): Promise<{ items: AccountLogRow[]; nextCursor: string | null }>;
  countAccountLog(query: { event: AccountEvent; subject: string; sinceMs: number }): Promise<number>;

  /** Names of people and keys by id. */
  accountNames(): Promise<Map<string, string>>;
  /** The secret of this name; kept from then on when there was none. */
  sharedSecret(name: string, fresh: string): Promise<string>;
}
