import { hashToken, newToken } from '../../accounts/index.ts';
import { codeOf } from '../../channels/overview.ts';
import { answeredMessage, CONNECT, connectMessage } from '../../channels/slack-link.ts';
import type { SlackPort } from '../../channels/slack-port.ts';
import type { SlackClaim, SlackMember, UserRow } from '../../store/types.ts';
import type { Api } from '../context.ts';
import { ApiProblem } from '../problems.ts';

const CLAIM_MS = 15 * 60_000;
/** Nobody's messages in Slack are flooded by pressing a button in the desk. */
const AGAIN_AFTER_MS = 30_000;

type SlackDoor = NonNullable<NonNullable<Api['channels']>['slack']>;

/** @throws ApiProblem `not_found` where Slack is not set up */
export function slackDoor({ channels }: Pick<Api, 'channels'>): SlackDoor {
  if (channels?.slack) return channels.slack;
  throw new ApiProblem('not_found', 'Slack is not set up here.');
}

/**
 * Begins to connect a person with the Slack member who has the person's address. Nobody names a member: Slack says who it
 * is, and that member has to press a button in a message to them alone.
 */
export async function askSlack(api: Api, door: SlackDoor, user: UserRow): Promise<SlackClaim> {
  const { userId: personId, email } = user;
  const nowMs = api.now();
  const before = await api.store.findSlackClaim(personId, nowMs);
  if (before !== null && nowMs - before.askedAtMs < AGAIN_AFTER_MS) return before;
  if ((await api.store.getNotifications(personId)).slackUserId !== null) {
    throw new ApiProblem('already_exists', 'Slack is connected already. Disconnect it first to change it.');
  }
  const member = await asked(() => door.slack.memberOf(email.toLowerCase()));
  if (member === null || member.email !== email.toLowerCase()) {
    const message = `Slack knows no member with your address ${email}. Ask an admin of Slack, or of accounts here.`;
    throw new ApiProblem('not_found', message);
  }
  const token = newToken();
  const { slackUserId, teamId } = member;
  const claim = { personId, slackUserId, teamId, askedAtMs: nowMs, expiresAtMs: nowMs + CLAIM_MS };
  const tokenHash = hashToken(token);
  await api.store.claimSlack({ ...claim, tokenHash });
  await asked(() => door.slack.post(slackUserId, connectMessage(user, token, door.deskUrl))).catch(async (error) => {
    // So that it can be asked anew at once.
    await api.store.refuseSlack({ slackUserId, teamId, tokenHash });
    throw error;
  });
  return claim;
}

async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const message = `Slack did not do it (${codeOf(cause)}). An operator can see under notification channels what is missing.`;
    throw new ApiProblem('provider_unavailable', message, { cause });
  }
}

export interface LinkPress {
  action: string;
  token: string;
  member: SlackMember;
  place: { channel: string; ts: string };
}

/** A button of the message that asks. Slack signed who pressed it. */
export async function takeLinkPress(
  api: Api,
  slack: SlackPort,
  { action, token, member, place }: LinkPress,
): Promise<void> {
  const press = { ...member, tokenHash: hashToken(token) };
  const say = (text: string) =>
    slack.update(place.channel, place.ts, answeredMessage(text)).catch((err: unknown) => {
      api.log?.error({ err }, 'Slack could not be told what became of a button');
    });
  const { slackUserId } = member;
  if (action !== CONNECT) {
    const personId = await api.store.refuseSlack(press);
    if (personId !== null) await note(api, 'slack_refused', personId, slackUserId);
    return say(personId === null ? GONE : 'Nothing was connected.');
  }
  const done = await api.store.confirmSlack(press, api.now());
  if (done === null) return say(GONE);
  if (done.taken) return say('Nothing was connected: this Slack member, or this account, is connected already.');
  await note(api, 'slack_linked', done.personId, slackUserId);
  const name = (await api.store.getUser(done.personId))?.name ?? 'the account';
  return say(`Connected with ${name}. Drafts to review come here. Disconnect in the settings of the desk.`);
}
const GONE = 'Nothing was connected: this question is over. Ask again in the settings of the desk.';

export function note(
  api: Api,
  event: 'slack_linked' | 'slack_refused' | 'slack_unlinked',
  personId: string,
  slackUserId: string,
  ip: string | null = null,
): Promise<void> {
  const by = event === 'slack_refused' ? null : personId;
  return api.store.logAccount({
    ...{ event, actorId: by, subject: personId, ip },
    facts: { slackUserId },
    atMs: api.now(),
  });
}
