import { and, desc, eq, sql } from 'drizzle-orm';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Database } from './database.ts';
import { assertLimit } from './draft-list.ts';
import { suppressionProposals as proposals } from './schema-recipients.ts';
import type { RecipientStore } from './types-recipients.ts';

type Proposals = Pick<RecipientStore, 'addProposal' | 'getProposal' | 'listProposals' | 'decideProposal'>;

const DECIDE = `
with decided as (
  update suppression_proposals set status = $2, decided_by = $3, decided_at_ms = $4
  where proposal_id = $1 and status = 'open'
  returning address
)
insert into recipient_events (at_ms, subject, action, by, source, data)
select $4, address, 'proposal_' || $2, $3, 'proposal:' || $1, '{}'::jsonb from decided`;

export function createProposals({ engine, orm, adhoc }: Database): Proposals {
  async function getProposal(proposalId: string) {
    const [row] = await orm.select().from(proposals).where(eq(proposals.proposalId, proposalId));
    return row ?? null;
  }
  return {
    getProposal,
    async addProposal(proposal) {
      const added = await orm.insert(proposals).values(proposal).onConflictDoNothing().returning();
      return added.length > 0;
    },
    async listProposals({ status, limit, cursor }) {
      assertLimit(limit);
      const after = cursor === undefined ? null : decodeCursor('proposals', cursor, 'number', 'string');
      const rows = await adhoc
        .select()
        .from(proposals)
        .where(
          and(
            status === undefined ? undefined : eq(proposals.status, status),
            after === null
              ? undefined
              : sql`(${proposals.createdAtMs}, ${proposals.proposalId}) < (${after[0]}::bigint, ${after[1]}::text)`,
          ),
        )
        .orderBy(desc(proposals.createdAtMs), desc(proposals.proposalId))
        .limit(limit + 1);
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      return { items, nextCursor: last ? encodeCursor('proposals', [last.createdAtMs, last.proposalId]) : null };
    },
    async decideProposal(proposalId, { status, by, atMs }) {
      await engine.rows(DECIDE, [proposalId, status, by, atMs], 'decide_proposal');
      return getProposal(proposalId);
    },
  };
}
