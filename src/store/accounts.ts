import { asc, eq, type SQL, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { groupMembers, groups, sessions, users } from './schema-accounts.ts';
import type { AccountStore, UserRow } from './types-accounts.ts';

const groupNames = sql<string[]>`array(select ${groupMembers.groupName} from ${groupMembers}
  where ${groupMembers.memberId} = ${users.id} order by 1)`;
// PostgreSQL's bigint arrives as text from one driver and as a number from the other.
const lastSignIn = sql<number | string | null>`(select max(at_ms) from account_log
  where subject = ${users.id} and event = 'signed_in')`;

const userColumns = {
  userId: users.id,
  name: users.name,
  email: users.email,
  roles: users.roles,
  groups: groupNames,
  disabledAtMs: users.disabledAtMs,
  createdAt: users.createdAt,
  lastSignIn,
};

/** Enabled admins other than the person at hand. */
const otherAdmin = (userId: string) => sql`exists (select from users other where other.user_id <> ${userId}
  and other.disabled_at_ms is null and other.roles ? 'admin')`;

type People = Pick<
  AccountStore,
  | 'createUser'
  | 'getUser'
  | 'findUser'
  | 'listUsers'
  | 'countUsers'
  | 'changeUser'
  | 'endSessions'
  | 'listGroups'
  | 'groupsOf'
  | 'putGroup'
  | 'deleteGroup'
>;

/** People and their groups; what better-auth writes of them it writes itself. */
export function createAccounts({ orm }: Database): People {
  const read = async (where?: SQL): Promise<UserRow[]> => {
    const rows = await orm.select(userColumns).from(users).where(where).orderBy(asc(users.name), asc(users.id));
    return rows.map(({ createdAt, lastSignIn: last, ...row }) => ({
      ...row,
      createdAtMs: createdAt.getTime(),
      lastSignInAtMs: last === null ? null : Number(last),
    }));
  };
  const one = async (where: SQL) => (await read(where))[0] ?? null;
  const ensureGroups = async (names: string[], createdAtMs: number) => {
    if (names.length === 0) return;
    const rows = names.map((name) => ({ name, createdAtMs }));
    await orm.insert(groups).values(rows).onConflictDoNothing();
  };
  return {
    async createUser({ userId, createdAtMs, ...user }) {
      const at = new Date(createdAtMs);
      const made = await orm
        .insert(users)
        // Whoever invites vouches for the address.
        .values({ ...user, id: userId, emailVerified: true, createdAt: at, updatedAt: at })
        .onConflictDoNothing()
        .returning({ id: users.id });
      return made.length > 0;
    },
    getUser: (userId) => one(eq(users.id, userId)),
    findUser: (email) => one(eq(users.email, email)),
    listUsers: () => read(),
    async countUsers() {
      const [row] = await orm.select({ count: sql<number | string>`count(*)` }).from(users);
      return Number(row?.count ?? 0);
    },

    async changeUser(userId, { name, roles, groups: names, disabled }, nowMs) {
      const before = await one(eq(users.id, userId));
      if (before === null) return null;
      const wasAdmin = before.disabledAtMs === null && before.roles.includes('admin');
      const staysAdmin = disabled !== true && (roles ?? before.roles).includes('admin');
      const disabledAtMs = disabled === undefined ? undefined : disabled ? (before.disabledAtMs ?? nowMs) : null;
      const changed = await orm
        .update(users)
        .set({ name, roles, disabledAtMs, updatedAt: new Date(nowMs) })
        .where(wasAdmin && !staysAdmin ? sql`${users.id} = ${userId} and ${otherAdmin(userId)}` : eq(users.id, userId))
        .returning({ id: users.id });
      if (changed.length === 0) return 'last_admin';
      if (names !== undefined) {
        await ensureGroups(names, nowMs);
        await orm.delete(groupMembers).where(eq(groupMembers.memberId, userId));
        const rows = names.map((groupName) => ({ groupName, memberId: userId }));
        if (rows.length > 0) await orm.insert(groupMembers).values(rows).onConflictDoNothing();
      }
      return one(eq(users.id, userId));
    },

    async endSessions(userId) {
      const ended = await orm.delete(sessions).where(eq(sessions.userId, userId)).returning({ id: sessions.id });
      return ended.length;
    },

    async listGroups() {
      return orm
        .select({
          name: groups.name,
          members: sql<string[]>`array(select ${groupMembers.memberId} from ${groupMembers}
            where ${groupMembers.groupName} = ${groups.name} order by 1)`,
        })
        .from(groups)
        .orderBy(asc(groups.name));
    },
    async groupsOf(memberId) {
      const rows = await orm
        .select({ name: groupMembers.groupName })
        .from(groupMembers)
        .where(eq(groupMembers.memberId, memberId))
        .orderBy(asc(groupMembers.groupName));
      return rows.map(({ name }) => name);
    },
    async putGroup(name, members, nowMs) {
      const wanted = [...new Set(members)].sort();
      await ensureGroups([name], nowMs);
      await orm.delete(groupMembers).where(eq(groupMembers.groupName, name));
      const rows = wanted.map((memberId) => ({ groupName: name, memberId }));
      if (rows.length > 0) await orm.insert(groupMembers).values(rows).onConflictDoNothing();
      return { name, members: wanted };
    },
    async deleteGroup(name) {
      const gone = await orm.delete(groups).where(eq(groups.name, name)).returning({ name: groups.name });
      return gone.length > 0;
    },
  };
}
