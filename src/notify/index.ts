import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { AlertChannel } from './channel.ts';
import { emailChannel, type OperatorMail } from './email.ts';
import { logChannel } from './log.ts';
import { slackChannel } from './slack.ts';
import { webhookChannel } from './webhook.ts';

export { type AlertChannel, type AlertNotice, ChannelError } from './channel.ts';
export type { OperatorMail } from './email.ts';

/** The channels that the configuration names, the log first. */
export function createChannels(
  { slackUrl, email, webhook }: Config['alerts'],
  parts: { log: Logger; operatorMail: (inboxId: string) => OperatorMail },
): AlertChannel[] {
  return [
    logChannel(parts.log),
    ...(slackUrl ? [slackChannel({ url: slackUrl })] : []),
    ...(email ? [emailChannel({ to: email.to, mail: parts.operatorMail(email.inboxId) })] : []),
    ...(webhook ? [webhookChannel(webhook)] : []),
  ];
}
