import type { KnownBlock, ModalView } from '@slack/web-api';
import { ErrorCode, LogLevel, WebClient } from '@slack/web-api';
import { ChannelError } from '../notify/index.ts';

export interface SlackMessage {
  text: string;
  blocks: KnownBlock[];
}

/** A member of the workspace, as Slack knows them. */
export interface SlackProfile {
  slackUserId: string;
  teamId: string;
  /** The address Slack keeps, in lower case; null when Slack does not tell it. */
  email: string | null;
}

/** What of Slack is used. */
export interface SlackPort {
  /** The person with this address in our own workspace; null: there is none who could press a button. */
  memberOf(email: string): Promise<SlackProfile | null>;
  /** Whether the token is good; the workspace it is for. */
  workspace(): Promise<string>;
  /** To a conversation, or by member id to a person. */
  post(to: string, message: SlackMessage): Promise<{ channel: string; ts: string }>;
  update(channel: string, ts: string, message: SlackMessage): Promise<void>;
  /** Seen by one person alone. */
  whisper(channel: string, userId: string, text: string): Promise<void>;
  openModal(triggerId: string, view: ModalView): Promise<void>;
}

const TIMEOUT_MS = 10_000;

/** Slack's own client. It repeats nothing by itself: whoever calls knows whether a repeat is safe, and when. */
export function createSlackPort({ token, apiUrl }: { token: string; apiUrl?: string }): SlackPort {
  const client = new WebClient(token, {
    ...(apiUrl !== undefined && { slackApiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/` }),
    timeout: TIMEOUT_MS,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
  });
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw channelError(error);
    }
  };
  return {
    memberOf: (email) =>
      call(async () => {
        const { user } = await client.users.lookupByEmail({ email }).catch((error: unknown) => {
          if (facts(error).data === 'users_not_found') return { user: undefined };
          throw error;
        });
        if (!user?.id || !user.team_id || user.deleted || user.is_bot) return null;
        // Whoever is of another workspace has an address that others vouch for. In a grid of them each has its own.
        const { team_id: ours, enterprise_id: grid } = await client.auth.test();
        if (grid === undefined && user.team_id !== ours) return null;
        return { slackUserId: user.id, teamId: user.team_id, email: user.profile?.email?.toLowerCase() ?? null };
      }),
    workspace: () => call(async () => (await client.auth.test()).team ?? ''),
    post: (channel, message) =>
      call(async () => {
        const sent = await client.chat.postMessage({ channel, ...message, unfurl_links: false, unfurl_media: false });
        if (!sent.channel || !sent.ts) throw new ChannelError('slack_unexpected_answer');
        return { channel: sent.channel, ts: sent.ts };
      }),
    update: (channel, ts, message) => call(async () => void (await client.chat.update({ channel, ts, ...message }))),
    whisper: (channel, user, text) => call(async () => void (await client.chat.postEphemeral({ channel, user, text }))),
    openModal: (trigger_id, view) => call(async () => void (await client.views.open({ trigger_id, view }))),
  };
}

/** Slack's code, without what was sent. */
function channelError(error: unknown): ChannelError {
  if (error instanceof ChannelError) return error;
  const { code, data, retryAfter } = facts(error);
  if (code === ErrorCode.RateLimitedError)
    return new ChannelError('slack_rate_limited', { retryAfterMs: retryAfter * 1_000 });
  return new ChannelError(data === null ? 'slack_unreachable' : `slack_${data}`);
}

function facts(error: unknown): { code: unknown; data: string | null; retryAfter: number } {
  if (typeof error !== 'object' || error === null) return { code: null, data: null, retryAfter: 1 };
  const code = 'code' in error ? error.code : null;
  const retryAfter = 'retryAfter' in error && typeof error.retryAfter === 'number' ? error.retryAfter : 1;
  const body = 'data' in error ? error.data : null;
  const said = typeof body === 'object' && body !== null && 'error' in body ? String(body.error).slice(0, 60) : null;
  return { code, data: said, retryAfter };
}
