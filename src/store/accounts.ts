import { asc, eq, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
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

/**
 * One statement, hence one transaction: rights and memberships change together or not at all. Whoever lets an admin go
 * takes hold of every admin first. Another who does the same waits, and then finds who is left: two of them who let each
 * other go cannot leave nobody.
 */
const CHANGE_USER = `
with admins as materialized (
  select user_id from users where disabled_at_ms is null and roles ? 'admin' order by user_id for update
), changed as (
  update users set name = coalesce($2::text, name), roles = coalesce($3::jsonb, roles), updated_at_ms = $5::bigint,
    disabled_at_ms = case when $4::boolean is null then disabled_at_ms when $4 then coalesce(disabled_at_ms, $5::bigint) end
  where user_id = $1 and case
    when disabled_at_ms is not null or not roles ? 'admin' then true
    when $4 is not true and coalesce($3::jsonb, roles) ? 'admin' then true
    else exists (select from admins where admins.user_id <> $1) end
  returning user_id
), made as (
  insert into groups (name, created_at_ms) select name, $5::bigint from changed, unnest($6::text[]) name
  on conflict do nothing
), gone as (
  delete from group_members where member_id in (select user_id from changed) and group_name <> all ($6::text[])
), put as (
  insert into group_members (group_name, member_id) select name, user_id from changed, unnest($6::text[]) name
  on conflict do nothing
)
select exists (select from changed)`;

/** One statement: nobody ever finds the group without members while it is given others. */
const PUT_GROUP = `
with made as (
  insert into groups (name, created_at_ms) values ($1, $3) on conflict do nothing
), gone as (
  delete from group_members where group_name = $1 and member_id <> all ($2::text[])
)
insert into group_members (group_name, member_id) select $1, unnest($2::text[]) on conflict do nothing`;

const DELETE_GROUP = `
with gone as (
  delete from groups where name = $1 returning name
)
select array(select member_id from group_members where group_name = $1 order by 1) from gone`;

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
export function createAccounts({ engine, orm }: Database): People {
  const read = async (where?: SQL): Promise<UserRow[]> => {
    const rows = await orm.select(userColumns).from(users).where(where).orderBy(asc(users.name), asc(users.id));
    return rows.map(({ createdAt, lastSignIn: last, ...row }) => ({
      ...row,
      createdAtMs: createdAt.getTime(),
      lastSignInAtMs: last === null ? null : Number(last),
    }));
  };
  const one = async (where: SQL) => (await read(where))[0] ?? null;
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
      const given = [name ?? null, roles ? JSON.stringify(roles) : null, disabled ?? null];
      const rows = await engine.rows(CHANGE_USER, [userId, ...given, nowMs, names ?? null], 'change_user');
      const row = await one(eq(users.id, userId));
      return row !== null && rows[0]?.[0] !== true ? 'last_admin' : row;
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
      await engine.rows(PUT_GROUP, [name, wanted, nowMs], 'put_group');
      return { name, members: wanted };
    },
    async deleteGroup(name) {
      const [row] = await engine.rows(DELETE_GROUP, [name], 'delete_group');
      return row === undefined ? null : z.array(z.string()).parse(row[0]);
    },
  };
}
