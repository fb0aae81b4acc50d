import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentMailClient } from 'agentmail';
import { Webhook } from 'standardwebhooks';
import { type Control, connectControl } from '../../emulator/control-client.ts';
import type { InvitedUser } from '../../src/api/schemas/index.ts';
import { createReviewTokens, type ReviewTokens } from '../../src/channels/token.ts';
import { Countersign } from '../../src/client/index.ts';
import { loadConfig } from '../../src/config.ts';
import { type EmbeddedSystem, startEmbedded } from '../../src/embedded/system.ts';
import { createLogger } from '../../src/log.ts';
import { type Receiver, startReceiver } from '../notify/receiver.ts';
import { createInbox } from '../support/machine.ts';
import { SIGNING, type SlackStandIn, startSlack } from '../support/slack.ts';
import { temporalCliPath } from '../support/temporal.ts';

export const SUPPORT = 'support@acme.test';
export const REVIEWS = 'reviews@acme.test';
export const CONVERSATION = 'C9';
const webhookSecret = () => `whsec_${randomBytes(24).toString('base64')}`;

/** A reviewer with an account, a mailbox of their own, and a client that acts as them. */
export interface Colleague {
  id: string;
  email: string;
  desk: Countersign;
}

/** The whole system with every way of telling open, a stand-in for Slack, and a receiver of webhooks. */
export interface Office {
  url: string;
  system: EmbeddedSystem;
  slack: SlackStandIn;
  receiver: Receiver;
  mail: AgentMailClient;
  emulator: Control;
  tokens: ReviewTokens;
  agent: Countersign;
  admin: Countersign;
  /** Signs decisions as `ana` and as `ben`; nothing else knows these. */
  secrets: { ana: string; ben: string; out: string };
  hire(name: string, roles?: ('reviewer' | 'operator' | 'auditor')[]): Promise<Colleague>;
  stop(): Promise<void>;
}

export async function openOffice(): Promise<Office> {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-office-'));
  const [slack, receiver] = await Promise.all([startSlack(), startReceiver()]);
  const secrets = { ana: webhookSecret(), ben: webhookSecret(), out: webhookSecret() };
  const secret = randomBytes(32).toString('base64url');
  const config = loadConfig({
    ...{ PATH: process.env.PATH, HOME: process.env.HOME, TEMPORAL_CLI_PATH: temporalCliPath() },
    ...{ COUNTERSIGN_DATA_DIR: join(dir, 'state'), COUNTERSIGN_LOG_LEVEL: 'fatal', COUNTERSIGN_SECRET: secret },
    ...{ COUNTERSIGN_PORT: '0', COUNTERSIGN_EMULATOR_PORT: '0' },
    ...{ COUNTERSIGN_TEMPORAL_PORT: '0', COUNTERSIGN_TEMPORAL_UI_PORT: '0' },
    ...{ COUNTERSIGN_REVIEW_INBOX: REVIEWS, COUNTERSIGN_REPLY_APPROVAL: 'true' },
    ...{ COUNTERSIGN_SLACK_BOT_TOKEN: 'xoxb-1', COUNTERSIGN_SLACK_SIGNING_SECRET: SIGNING },
    ...{ COUNTERSIGN_SLACK_API_URL: slack.url, COUNTERSIGN_SLACK_CHANNEL: CONVERSATION },
    ...{ COUNTERSIGN_REVIEW_WEBHOOK_URL: receiver.url, COUNTERSIGN_REVIEW_WEBHOOK_SECRET: secrets.out },
    COUNTERSIGN_DECISION_KEYS: JSON.stringify(
      (['ana', 'ben'] as const).map((id) => ({ id, secret: secrets[id], person: `${id}@acme.test` })),
    ),
  });
  const system = await startEmbedded({
    config,
    log: createLogger({ level: 'fatal', part: 'office' }),
    report: () => undefined,
  });
  const { api: url, agentmail = '' } = system.urls;
  const client = (apiKey: string) => new Countersign({ baseUrl: url, apiKey });
  const admin = client(system.credentials.keys.operator);
  // No key makes anybody a reviewer.
  const desk = browserOf(url);
  await desk('/auth/local-session', {}, { authorization: `Bearer ${system.credentials.keys.reviewer}` });
  await Promise.all([SUPPORT, REVIEWS].map((address) => createInbox(agentmail, address, system.agentmailKey)));
  return {
    ...{ url, system, slack, receiver, admin, secrets },
    mail: new AgentMailClient({ apiKey: system.agentmailKey, baseUrl: agentmail }),
    emulator: connectControl(agentmail),
    tokens: createReviewTokens([secret]),
    agent: client(system.credentials.keys.agent),
    async hire(name, roles = ['reviewer']) {
      const email = `${name.toLowerCase()}@acme.test`;
      await createInbox(agentmail, email, system.agentmailKey);
      const { user, link }: InvitedUser = await desk('/v1/users', { email, name, roles, groups: [] });
      return { id: user.id, email, desk: client(await keyOf(url, link?.url ?? '', roles)) };
    },
    async stop() {
      await system.stop();
      await Promise.all([slack.close(), receiver.close()]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Requests of a page of this server, with the cookies it was given. */
function browserOf(url: string) {
  let cookie = '';
  return async (path: string, body: object, headers: Record<string, string> = {}) => {
    const own = { 'content-type': 'application/json', origin: url, ...(cookie && { cookie }) };
    const request = { method: 'POST', headers: { ...own, ...headers }, body: JSON.stringify(body) };
    const response = await fetch(`${url}${path}`, request);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    const set = response.headers.getSetCookie().map((line) => line.split(';')[0]);
    if (set.length > 0) cookie = set.join('; ');
    return response.json();
  };
}

/** Chooses a password by the link of an invitation, and makes a key for oneself, as a browser would. */
async function keyOf(url: string, link: string, roles: string[]): Promise<string> {
  const post = browserOf(url);
  const [, token = ''] = /#\w+=([\w-]+)/.exec(link) ?? [];
  await post('/auth/link/redeem', { token, password: 'correct horse battery staple' });
  const made: { key: string } = await post('/v1/keys', { name: 'my shell', roles, expiresInDays: 1 });
  return made.key;
}

/** A decision as another program signs it. */
export function signedDecision(
  decision: object,
  secret: string,
  { id = `msg_${randomBytes(8).toString('hex')}` } = {},
) {
  const body = JSON.stringify(decision);
  const at = new Date();
  const headers = {
    ...{ 'content-type': 'application/json', 'webhook-id': id },
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
  return { method: 'POST', body, headers };
}
