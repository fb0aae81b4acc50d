import { type SQL, sql } from 'drizzle-orm';
import { SEND_GRACE_MS } from '../domain/due.ts';
import type { DraftStatus } from '../domain/state.ts';
import { drafts } from './schema.ts';

const UNDECIDED = sql.raw(
  `('${(['composing', 'in_review', 'changes_requested'] satisfies DraftStatus[]).join("', '")}')`,
);
const kind = sql`${drafts.projection} -> 'schedule' ->> 'kind'`;
/** Told apart from null: a draft nobody told of yet is of no kind. */
const isOfKind = (wanted: 'at' | 'window') => sql`coalesce(${kind} = ${sql.raw(`'${wanted}'`)}, false)`;

/** Drafts with a time to keep before `beforeMs`: one that has passed, too. Office hours count until they open. */
export function hasDeadline({ beforeMs, nowMs }: { beforeMs: number; nowMs: number }): SQL {
  const opens = sql`${drafts.dueOrderMs} >= ${nowMs}::bigint and ${drafts.dueOrderMs} < ${beforeMs}::bigint`;
  return sql`(${drafts.deadlineMs} < ${beforeMs}::bigint
    or (${drafts.status} in ${UNDECIDED} and ${opens} and ${isOfKind('window')}))`;
}

/** Approved and past its time, or asked to go at a time that passed while people had it. */
export function isOverdue(nowMs: number): SQL {
  return sql`((${drafts.status} = 'scheduled' and ${drafts.deadlineMs} <= ${nowMs - SEND_GRACE_MS}::bigint)
    or (${drafts.status} in ${UNDECIDED} and ${drafts.dueOrderMs} <= ${nowMs}::bigint and ${isOfKind('at')}))`;
}
