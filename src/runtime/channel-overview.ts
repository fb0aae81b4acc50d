import { createReviewMail } from '../agentmail/operator-mail.ts';
import {
  type ChannelOverview,
  type ChannelTesters,
  emailTester,
  slackTester,
  webhookTester,
} from '../channels/overview.ts';
import { createSlackPort } from '../channels/slack-port.ts';
import { webhookSender } from '../channels/webhook.ts';
import type { Config } from '../config.ts';

type MailAccount = { apiKey: string; baseUrl?: string };

/** Mail needs an inbox of our own, a secret that links prove themselves with, and an address that people reach. */
export const mailsReviews = ({ channels, secrets, http }: Config) =>
  channels.inboxId !== undefined && secrets.length > 0 && http.publicUrl !== undefined;

const missingOf = (needed: Record<string, unknown>) =>
  Object.entries(needed).flatMap(([name, value]) => (value === undefined || value === '' ? [name] : []));

/** What is set up, for the people who run it. Of secrets only whether they are there. */
export function channelOverviewOf(config: Config): ChannelOverview[] {
  const { channels, secrets, http } = config;
  const { inboxId, slack, webhook, decisionKeys, replies } = channels;
  const at = (path: string) => ({ name: 'address', value: `${http.publicUrl ?? '(this server)'}${path}` });
  const fact = (name: string, value: string | undefined) => (value === undefined ? [] : [{ name, value }]);
  const needed = {
    COUNTERSIGN_REVIEW_INBOX: inboxId,
    COUNTERSIGN_SECRET: secrets[0],
    COUNTERSIGN_PUBLIC_URL: http.publicUrl,
  };
  return [
    {
      id: 'email',
      open: mailsReviews(config),
      facts: [
        ...fact('inbox', inboxId),
        ...fact('links lead to', http.publicUrl),
        ...fact('answers decide', replies ? 'where policy lets them' : 'never'),
      ],
      missing: missingOf(needed),
    },
    {
      id: 'slack',
      open: slack !== undefined,
      facts: [
        ...(slack ? fact('conversation', slack.channel ?? 'none, only people') : []),
        { ...at('/v1/slack/interactions'), name: 'interactivity' },
      ],
      missing: slack ? [] : ['COUNTERSIGN_SLACK_BOT_TOKEN', 'COUNTERSIGN_SLACK_SIGNING_SECRET'],
    },
    {
      id: 'webhook_out',
      open: webhook !== undefined,
      // The path may be a secret of its receiver.
      facts: webhook ? fact('host', new URL(webhook.url).host) : [],
      missing: webhook ? [] : ['COUNTERSIGN_REVIEW_WEBHOOK_URL', 'COUNTERSIGN_REVIEW_WEBHOOK_SECRET'],
    },
    {
      id: 'webhook_in',
      open: decisionKeys.length > 0,
      facts: [
        at('/v1/webhooks/decisions'),
        ...decisionKeys.map(({ id, person }) => ({ name: `key ${id}`, value: person })),
      ],
      missing: decisionKeys.length > 0 ? [] : ['COUNTERSIGN_DECISION_KEYS'],
    },
  ];
}

/** Tries each way that is open, as the worker would go it. */
export function channelTestersOf(config: Config, account: MailAccount): ChannelTesters {
  const { inboxId, slack, webhook } = config.channels;
  return {
    ...(mailsReviews(config) && inboxId && { email: emailTester(createReviewMail(account, inboxId)) }),
    ...(slack && { slack: slackTester(createSlackPort(slack), slack.channel) }),
    ...(webhook && {
      webhook_out: webhookTester(webhookSender({ ...webhook, now: Date.now }), webhook.url, Date.now),
    }),
  };
}
