import type { AlertChannel, AlertNotice } from './channel.ts';
import { ChannelError } from './channel.ts';
import { textOf } from './text.ts';

/** Sends a message of our own to operators. The same key twice is one message. */
export interface OperatorMail {
  send(mail: { to: string[]; subject: string; text: string }, idempotencyKey: string): Promise<void>;
}

export function emailText(notice: AlertNotice): { subject: string; text: string } {
  const { headline, title, facts, link } = textOf(notice);
  const lines = [title, '', ...facts.map(({ name, value }) => `${name}: ${value}`), ...(link ? ['', link] : [])];
  const footer = 'Countersign tells its operators. No mail content is in this message.';
  return { subject: `[Countersign] ${headline}`, text: `${[...lines, '', footer].join('\n')}\n` };
}

export function emailChannel({ to, mail }: { to: string[]; mail: OperatorMail }): AlertChannel {
  return {
    name: 'email',
    async send(notice) {
      try {
        await mail.send({ to, ...emailText(notice) }, notice.noticeId);
      } catch (error) {
        const type = error instanceof Error && 'type' in error && typeof error.type === 'string' ? error.type : 'email';
        throw new ChannelError(type, { cause: error });
      }
    },
  };
}
