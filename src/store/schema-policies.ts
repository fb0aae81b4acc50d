import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { json, millis } from './columns.ts';
import type { PolicyVersion } from './types-policies.ts';

/** Every set of rules there ever was; never changed, never deleted. */
export const policies = pgTable(
  'policies',
  {
    version: integer('version').primaryKey(),
    digest: text('digest').notNull(),
    document: json('document').notNull(),
    ruleCount: integer('rule_count').notNull(),
    comment: text('comment'),
    by: text('by').notNull(),
    source: text('source').$type<PolicyVersion['source']>().notNull(),
    atMs: millis('at_ms').notNull(),
  },
  (t) => [index('policies_digest').on(t.digest)],
);

/** At most one row: the version that decides. Without it no rules do. */
export const activePolicy = pgTable(
  'active_policy',
  {
    only: boolean('only').primaryKey().default(true),
    version: integer('version')
      .notNull()
      .references(() => policies.version),
    by: text('by').notNull(),
    atMs: millis('at_ms').notNull(),
  },
  (t) => [check('active_policy_one_row', sql`${t.only}`)],
);
