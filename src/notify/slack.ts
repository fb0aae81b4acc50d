import type { AlertChannel, AlertNotice } from './channel.ts';
import { post } from './post.ts';
import { textOf } from './text.ts';

const COLORS = { info: '#3b82f6', warning: '#d97706', critical: '#dc2626' } as const;
const RESOLVED = '#16a34a';
/** Slack's limit of fields in one section. */
const MAX_FIELDS = 10;

/** Slack reads these three as markup; everything else is left as it is. */
export const escapeSlack = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A message for an incoming webhook. */
export function slackMessage(notice: AlertNotice) {
  const { headline, title, facts, link } = textOf(notice);
  const { severity } = notice.alert;
  const fields = facts.slice(0, MAX_FIELDS).map(({ name, value }) => ({
    type: 'plain_text' as const,
    text: `${name}: ${value}`,
    emoji: false,
  }));
  const blocks = [
    { type: 'section', text: { type: 'plain_text', text: `${headline}\n${title}`, emoji: false } },
    { type: 'section', fields },
    ...(link ? [{ type: 'section', text: { type: 'mrkdwn', text: `<${escapeSlack(link)}|Open the draft>` } }] : []),
  ];
  const color = notice.transition === 'resolved' ? RESOLVED : COLORS[severity];
  // The text beside the blocks is what notifications show, and it is read as markup.
  return { text: escapeSlack(`${headline}: ${title}`), attachments: [{ color, blocks }] };
}

export function slackChannel({ url }: { url: string }): AlertChannel {
  return { name: 'slack', send: (notice) => post(url, JSON.stringify(slackMessage(notice))) };
}
