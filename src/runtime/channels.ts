import type { Client } from '@temporalio/client';
import type { ActivityDeps } from '../activities/index.ts';
import { createReviewMail } from '../agentmail/operator-mail.ts';
import type { ApiDeps } from '../api/index.ts';
import { emailChannel } from '../channels/email.ts';
import { createNotifier, type Notifier } from '../channels/notifier.ts';
import type { OpenChannels } from '../channels/plan.ts';
import { slackReviews } from '../channels/slack.ts';
import { createSlackPort } from '../channels/slack-port.ts';
import { createReviewTokens } from '../channels/token.ts';
import { webhookReviews } from '../channels/webhook.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../log.ts';
import type { Store } from '../store/index.ts';
import { createNoticeStarter } from '../temporal/review-notices.ts';
import { channelOverviewOf, channelTestersOf, mailsReviews } from './channel-overview.ts';

type MailAccount = { apiKey: string; baseUrl?: string };

/** Which ways of telling the configuration opens. */
export function openChannelsOf(config: Config): OpenChannels {
  return {
    email: mailsReviews(config),
    slack: config.channels.slack !== undefined,
    slackChannel: config.channels.slack?.channel !== undefined,
    webhook: config.channels.webhook !== undefined,
  };
}

/** How the worker tells reviewers. */
export function reviewChannelsOf(
  config: Config,
  { store, account }: { store: Store; account: MailAccount },
): ActivityDeps['reviewChannels'] {
  const { channels, secrets, http } = config;
  const { inboxId } = channels;
  const deskUrl = http.deskUrl ?? http.publicUrl;
  const inboxOf = async (draftId: string) => (await store.getDraft(draftId))?.inboxId ?? null;
  const webhook = channels.webhook && {
    webhook: webhookReviews({ ...channels.webhook, deskUrl, inboxOf, now: Date.now }),
  };
  const { slack } = channels;
  const others = {
    ...webhook,
    ...(slack && {
      slack: slackReviews({ store, slack: createSlackPort(slack), channel: slack.channel, deskUrl }),
    }),
  };
  if (inboxId === undefined || http.publicUrl === undefined || !mailsReviews(config)) return others;
  const email = emailChannel({
    store,
    mail: createReviewMail(account, inboxId),
    tokens: createReviewTokens(secrets),
    publicUrl: http.publicUrl,
    deskUrl: deskUrl ?? http.publicUrl,
    replies: channels.replies,
  });
  return { email, ...others };
}

/** How the API lets people decide outside the desk. */
export function reviewDoorsOf(config: Config, account: MailAccount): NonNullable<ApiDeps['channels']> {
  const { channels, secrets, http } = config;
  const { email, slack } = openChannelsOf(config);
  const deskUrl = http.deskUrl ?? http.publicUrl;
  return {
    open: { email, slack },
    overview: channelOverviewOf(config),
    testers: channelTestersOf(config, account),
    ...(secrets.length > 0 && { tokens: createReviewTokens(secrets) }),
    ...(email && channels.replies && channels.inboxId && { replies: createReviewMail(account, channels.inboxId) }),
    decisionKeys: channels.decisionKeys,
    ...(channels.slack && {
      slack: { slack: createSlackPort(channels.slack), signingSecret: channels.slack.signingSecret, deskUrl },
    }),
  };
}

/** Follows the audit log for people to be told. Runs beside every worker; together they tell each thing once. */
export function startNotifier(
  config: Config,
  { store, temporal, log }: { store: Store; temporal: Client; log: Logger },
): Notifier {
  const { taskQueue } = config.temporal;
  const start = createNoticeStarter({ temporal, taskQueue, log });
  return createNotifier({ store, open: openChannelsOf(config), start, clock: Date.now, log });
}
