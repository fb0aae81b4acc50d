import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm';
import { mailboxesOf, ORGANIZATION } from '../domain/suppression.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Database } from './database.ts';
import { assertLimit } from './draft-list.ts';
import { tellingOf } from './recipient-notices.ts';
import { suppressionProposals as proposals } from './schema-recipients.ts';
import type { RecipientStore } from './types-recipients.ts';

type Proposals = Pick<
  RecipientStore,
  'addProposal' | 'stopsAskedAmong' | 'getProposal' | 'listProposals' | 'decideProposal'
>;

const EVERYWHERE = `'${ORGANIZATION}'`;

const ADD = `
with added as (
  insert into suppression_proposals
    (proposal_id, address, inbox_id, message_id, thread_id, language, found_in, status, created_at_ms, decided_by, decided_at_ms)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  on conflict do nothing
  returning 1
), told as (${tellingOf('added', '$2::text', EVERYWHERE, '$9')}
)
select exists (select from added)`;

const DECIDE = `
with decided as (
  update suppression_proposals set status = $2, decided_by = $3, decided_at_ms = $4
  where proposal_id = $1 and status = 'open'
  returning address
), told as (${tellingOf('decided', '(select address from decided)', EVERYWHERE, '$4')}
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
      const { proposalId, address, inboxId, messageId, threadId, language, foundIn } = proposal;
      const { status, createdAtMs, decidedBy, decidedAtMs } = proposal;
      const what = [proposalId, address, inboxId, messageId, threadId, language, foundIn];
      const [row] = await engine.rows(ADD, [...what, status, createdAtMs, decidedBy, decidedAtMs], 'add_proposal');
      return row?.[0] === true;
    },
    async stopsAskedAmong(addresses) {
      const boxes = new Map(addresses.map((address) => [address, mailboxesOf(address)]));
      const wanted = [...new Set([...boxes.values()].flat())];
      if (wanted.length === 0) return [];
      const { proposalId, address, createdAtMs } = proposals;
      const open = await orm
        .select({ proposalId, address, createdAtMs })
        .from(proposals)
        .where(and(eq(proposals.status, 'open'), inArray(address, wanted)))
        .orderBy(asc(createdAtMs), asc(proposalId));
      return [...boxes].flatMap(([asked, names]) => {
        const found = open.find((one) => names.includes(one.address));
        return found ? [{ ...found, address: asked }] : [];
      });
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
