import type { KnownBlock } from '@slack/web-api';
import type { SlackMessage } from './slack-port.ts';
import { oneLine } from './text.ts';

export const CONNECT = 'connect';
export const NOT_ME = 'not_me';

const plain = (text: string): KnownBlock => ({ type: 'section', text: { type: 'plain_text', text, emoji: false } });

/** Asks a Slack member whether an account is theirs. Only who reads their messages can press its buttons. */
export function connectMessage(
  { name, email }: { name: string; email: string },
  token: string,
  deskUrl?: string,
): SlackMessage {
  const account = `${oneLine(name, 100)} (${oneLine(email, 254)})`;
  const where = deskUrl === undefined ? 'Countersign' : `Countersign at ${deskUrl}`;
  const text = `Connect Slack with the account of ${account} in ${where}?`;
  const button = (action_id: string, word: string, style?: 'primary') =>
    ({
      type: 'button',
      ...{ action_id, value: token },
      text: { type: 'plain_text', text: word },
      ...(style && { style }),
    }) as const;
  return {
    text: 'Connect Slack with your account in Countersign?',
    blocks: [
      plain(text),
      plain('Drafts to review then come here, and buttons you press decide as you. If you did not ask for it: not me.'),
      { type: 'actions', elements: [button(CONNECT, 'Connect', 'primary'), button(NOT_ME, 'Not me')] },
    ],
  };
}

/** What stands in its place once it was answered. */
export const answeredMessage = (text: string): SlackMessage => ({ text, blocks: [plain(text)] });
