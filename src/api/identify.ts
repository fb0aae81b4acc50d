import { timingSafeEqual } from 'node:crypto';
import { type ApiKey, hashApiKey } from '../config-keys.ts';
import type { ApiKeyRow, UserRow } from '../store/types.ts';
import type { ApiDeps, Caller } from './deps.ts';

/** How often the use of a key is written down. */
const LAST_USE_MS = 60_000;

type Known = { key: ApiKey; hash: Buffer };

/** Whose key or session a request carries; null: nobody's that is known here. */
export function createIdentify({ keys, store, accounts, clock }: ApiDeps) {
  const known: Known[] = keys.map((key) => ({ key, hash: Buffer.from(key.sha256, 'hex') }));
  const now = () => clock?.now() ?? Date.now();

  async function byStoredKey(sha256: string, ip: string | null): Promise<Caller | null> {
    const key = await store.findKey(sha256, now());
    if (key === null) return null;
    const caller = key.roles.includes('agent') ? await agentOf(key) : await holderOf(key);
    if (caller === null) return null;
    const idle = key.lastUsedAtMs === null || key.lastUsedAtMs <= now() - LAST_USE_MS;
    if (idle && (await store.touchKey(key.keyId, now(), LAST_USE_MS))) {
      const entry = { event: 'key_first_used', actorId: caller.id, subject: key.keyId, ip } as const;
      await store.logAccount({ ...entry, facts: {}, atMs: now() });
    }
    return caller;
  }

  /** An agent's key goes with the person who answers for it: with them locked out, nobody would. */
  async function agentOf({ keyId, name, ownerId, inboxes }: ApiKeyRow): Promise<Caller | null> {
    if (await isDisabled(ownerId)) return null;
    return {
      ...{ id: keyId, name, kind: 'agent', roles: ['agent'] },
      ...(ownerId !== null && { ownerId }),
      ...(inboxes !== null && { inboxes }),
    };
  }

  /** False for whoever has no account: a configured key of theirs is taken out of the configuration. */
  async function isDisabled(personId: string | null | undefined): Promise<boolean> {
    const person = personId ? await store.getUser(personId) : null;
    return person !== null && person.disabledAtMs !== null;
  }

  /** A person's key acts as the person, with those of its roles the person still has. */
  async function holderOf({ ownerId, roles, inboxes }: ApiKeyRow): Promise<Caller | null> {
    const owner = ownerId === null ? null : await store.getUser(ownerId);
    const person = owner && personOf(owner);
    if (!person) return null;
    return {
      ...person,
      roles: person.roles.filter((role) => roles.includes(role)),
      ...(inboxes !== null && { inboxes }),
    };
  }

  return {
    async byKey(token: string, ip: string | null): Promise<Caller | null> {
      const sha256 = hashApiKey(token);
      const configured = configuredKey(known, sha256);
      if (!configured) return byStoredKey(sha256, ip);
      const { id, name, roles, ownerId, inboxes } = configured;
      const bounds = { ...(ownerId !== undefined && { ownerId }), ...(inboxes !== undefined && { inboxes }) };
      const agent = roles.includes('agent');
      if (await isDisabled(agent ? ownerId : id)) return null;
      if (agent) return { id, name, kind: 'agent', roles: ['agent'], ...bounds };
      return { id, name, kind: 'person', roles: [...roles], ...(await groupsOf(id)), ...bounds };
    },

    async bySession(headers: Headers): Promise<Caller | null> {
      const userId = (await accounts?.sessionUser(headers)) ?? null;
      const user = userId === null ? null : await store.getUser(userId);
      const person = user && personOf(user);
      return person ? { ...person, via: 'session' } : null;
    },
  };

  async function groupsOf(memberId: string) {
    const groups = await store.groupsOf(memberId);
    return groups.length > 0 ? { groups } : {};
  }
}

function configuredKey(known: readonly Known[], sha256: string): ApiKey | undefined {
  const presented = Buffer.from(sha256, 'hex');
  // Every key is compared, and each in constant time: the time taken tells nothing of which one is near.
  const matches = known.filter(({ hash }) => hash.length === presented.length && timingSafeEqual(hash, presented));
  return matches[0]?.key;
}

function personOf({ userId, name, roles, groups, disabledAtMs }: UserRow): Caller | null {
  if (disabledAtMs !== null) return null;
  return { id: userId, name, kind: 'person', roles: [...roles], ...(groups.length > 0 && { groups }) };
}
