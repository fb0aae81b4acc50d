import type { Logger } from 'pino';
import { LOG_CHANNEL } from '../domain/alert.ts';
import type { AlertChannel } from './channel.ts';

/** The program's own log: always there, and what other channels' failures cannot hide. */
export function logChannel(log: Pick<Logger, 'info' | 'warn' | 'error'>): AlertChannel {
  const levels = { info: 'info', warning: 'warn', critical: 'error' } as const;
  return {
    name: LOG_CHANNEL,
    async send({ alert, transition }) {
      const { alertId, kind, severity, facts, draftId, title } = alert;
      const level = transition === 'resolved' ? 'info' : levels[severity];
      log[level]({ alertId, alert: kind, severity, transition, facts, draftId }, title);
    },
  };
}
