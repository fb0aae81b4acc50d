import { type SQL, sql } from 'drizzle-orm';
import { drafts } from './schema.ts';

const asks = (part: 'groups' | 'notBy' | 'byCreator') => sql`${drafts.projection} -> 'asks' -> ${sql.raw(`'${part}'`)}`;
const IN_REVIEW = sql`${drafts.status} = 'in_review'`;

/**
 * In review, and an approval of this person, who may review, would count: they have not given it, are of a group that is
 * missing where one is, and neither wrote nor asked for it, unless policy lets them. What an earlier version told of does
 * not say whom it asks: it asks everybody.
 */
export function asksPerson({ personId, groups }: { personId: string; groups: readonly string[] }): SQL {
  const mine = sql.param([...groups]);
  return sql`(${IN_REVIEW}
    and not coalesce(${asks('notBy')} ? ${personId}::text, false)
    and coalesce(${asks('groups')} @> 'null'::jsonb or ${asks('groups')} ?| ${mine}::text[], true)
    and (coalesce(${asks('byCreator')} = 'true'::jsonb, false)
      or (${drafts.creatorId} <> ${personId}::text and coalesce(${drafts.creator} ->> 'ownerId', '') <> ${personId}::text)))`;
}

/** In review, and given to this group, escalated to it, or in want of its approval. */
export function asksGroup(group: string): SQL {
  const { projection } = drafts;
  const given = sql`${group}::text in (${projection} -> 'route' ->> 'group', ${projection} -> 'route' ->> 'inTurn',
    ${projection} ->> 'escalatedTo')`;
  return sql`(${IN_REVIEW} and (coalesce(${given}, false) or coalesce(${asks('groups')} ? ${group}::text, false)))`;
}
