import { and, eq, gt } from 'drizzle-orm';
import type { Database } from './database.ts';
import { slackClaims, slackMembers } from './schema-channels.ts';
import type { ChannelStore } from './types-channels.ts';

export type SlackLinkStore = Pick<
  ChannelStore,
  'personOfSlackUser' | 'claimSlack' | 'findSlackClaim' | 'confirmSlack' | 'refuseSlack' | 'unlinkSlack'
>;

/** The claim is used up and the connection made in one statement: of two presses one counts, and a crash leaves both or none. */
const CONFIRM = `
with claim as (
  delete from slack_claims
  where token_hash = $1 and slack_user_id = $2 and team_id = $3 and expires_at_ms > $4
  returning person_id, slack_user_id, team_id
), linked as (
  insert into slack_members (person_id, slack_user_id, team_id, linked_at_ms)
  select person_id, slack_user_id, team_id, $4 from claim
  on conflict do nothing
  returning person_id
)
select claim.person_id, linked.person_id is null from claim left join linked on true`;

/** Which Slack member is which person. */
export function createSlackLinks({ engine, orm }: Database): SlackLinkStore {
  return {
    async personOfSlackUser({ slackUserId, teamId }) {
      const [row] = await orm
        .select({ personId: slackMembers.personId })
        .from(slackMembers)
        .where(and(eq(slackMembers.slackUserId, slackUserId), eq(slackMembers.teamId, teamId)));
      return row?.personId ?? null;
    },
    async claimSlack(claim) {
      const { personId: _id, ...set } = claim;
      await orm.insert(slackClaims).values(claim).onConflictDoUpdate({ target: slackClaims.personId, set });
    },
    async findSlackClaim(personId, nowMs) {
      const [row] = await orm
        .select(claimColumns)
        .from(slackClaims)
        .where(and(eq(slackClaims.personId, personId), gt(slackClaims.expiresAtMs, nowMs)));
      return row ?? null;
    },
    async confirmSlack({ tokenHash, slackUserId, teamId }, atMs) {
      const [row] = await engine.rows(CONFIRM, [tokenHash, slackUserId, teamId, atMs], 'confirm_slack');
      return row === undefined ? null : { personId: String(row[0]), taken: row[1] === true };
    },
    async refuseSlack({ tokenHash, slackUserId, teamId }) {
      const [row] = await orm
        .delete(slackClaims)
        .where(
          and(
            eq(slackClaims.tokenHash, tokenHash),
            eq(slackClaims.slackUserId, slackUserId),
            eq(slackClaims.teamId, teamId),
          ),
        )
        .returning({ personId: slackClaims.personId });
      return row?.personId ?? null;
    },
    async unlinkSlack(personId) {
      await orm.delete(slackClaims).where(eq(slackClaims.personId, personId));
      const [row] = await orm
        .delete(slackMembers)
        .where(eq(slackMembers.personId, personId))
        .returning({ slackUserId: slackMembers.slackUserId, teamId: slackMembers.teamId });
      return row ?? null;
    },
  };
}

const claimColumns = {
  personId: slackClaims.personId,
  slackUserId: slackClaims.slackUserId,
  teamId: slackClaims.teamId,
  askedAtMs: slackClaims.askedAtMs,
  expiresAtMs: slackClaims.expiresAtMs,
};
