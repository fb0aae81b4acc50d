import { and, desc, eq, gt, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { apiKeys } from './schema-accounts.ts';
import type { AccountStore } from './types-accounts.ts';

const columns = {
  keyId: apiKeys.keyId,
  name: apiKeys.name,
  roles: apiKeys.roles,
  ownerId: apiKeys.ownerId,
  inboxes: apiKeys.inboxes,
  hint: apiKeys.hint,
  previousUntilMs: apiKeys.previousUntilMs,
  createdBy: apiKeys.createdBy,
  createdAtMs: apiKeys.createdAtMs,
  expiresAtMs: apiKeys.expiresAtMs,
  rotatedAtMs: apiKeys.rotatedAtMs,
  lastUsedAtMs: apiKeys.lastUsedAtMs,
  revokedAtMs: apiKeys.revokedAtMs,
  revokedBy: apiKeys.revokedBy,
};

type Keys = Pick<
  AccountStore,
  'createKey' | 'findKey' | 'getKey' | 'listKeys' | 'rotateKey' | 'revokeKey' | 'touchKey'
>;

export function createAccountKeys({ orm }: Database): Keys {
  const one = async (where: SQL | undefined) => (await orm.select(columns).from(apiKeys).where(where))[0] ?? null;
  const sha256 = sql.placeholder('sha256');
  const nowMs = sql.placeholder('nowMs');
  // Every request with a stored key asks this.
  const usable = orm
    .select(columns)
    .from(apiKeys)
    .where(
      and(
        or(eq(apiKeys.sha256, sha256), and(eq(apiKeys.previousSha256, sha256), gt(apiKeys.previousUntilMs, nowMs))),
        isNull(apiKeys.revokedAtMs),
        or(isNull(apiKeys.expiresAtMs), gt(apiKeys.expiresAtMs, nowMs)),
      ),
    )
    .prepare('find_key');
  return {
    async createKey(key) {
      const [made] = await orm.insert(apiKeys).values(key).returning(columns);
      if (!made) throw new Error(`the key ${key.keyId} was not stored`);
      return made;
    },
    async findKey(hash, at) {
      return (await usable.execute({ sha256: hash, nowMs: at }))[0] ?? null;
    },
    getKey: (keyId) => one(eq(apiKeys.keyId, keyId)),
    listKeys: ({ ownerId }) =>
      orm
        .select(columns)
        .from(apiKeys)
        .where(ownerId === undefined ? undefined : eq(apiKeys.ownerId, ownerId))
        .orderBy(desc(apiKeys.createdAtMs), desc(apiKeys.keyId)),
    async rotateKey(keyId, { graceUntilMs, atMs, ...next }) {
      const [rotated] = await orm
        .update(apiKeys)
        // The key from before the one that is replaced now stops at once: only one old key is ever good.
        .set({ ...next, previousSha256: sql`${apiKeys.sha256}`, previousUntilMs: graceUntilMs, rotatedAtMs: atMs })
        .where(and(eq(apiKeys.keyId, keyId), isNull(apiKeys.revokedAtMs)))
        .returning(columns);
      return rotated ?? null;
    },
    async revokeKey(keyId, revokedBy, revokedAtMs) {
      const [revoked] = await orm
        .update(apiKeys)
        .set({ revokedBy, revokedAtMs })
        .where(and(eq(apiKeys.keyId, keyId), isNull(apiKeys.revokedAtMs)))
        .returning(columns);
      return revoked ?? one(eq(apiKeys.keyId, keyId));
    },
    async touchKey(keyId, atMs, everyMs) {
      const first = and(eq(apiKeys.keyId, keyId), isNull(apiKeys.lastUsedAtMs));
      const [used] = await orm
        .update(apiKeys)
        .set({ lastUsedAtMs: atMs })
        .where(first)
        .returning({ keyId: apiKeys.keyId });
      if (used) return true;
      const old = sql`${apiKeys.keyId} = ${keyId} and ${apiKeys.lastUsedAtMs} <= ${atMs - everyMs}`;
      await orm.update(apiKeys).set({ lastUsedAtMs: atMs }).where(old);
      return false;
    },
  };
}
