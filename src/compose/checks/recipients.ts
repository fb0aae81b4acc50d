import { domainToASCII } from 'node:url';
import { allRecipients, bareAddress, MAX_RECIPIENTS } from '../../domain/content.ts';
import { type Check, error, some, warning } from './context.ts';

/** RFC 5321's limits, and a domain that can exist: dots between labels, the last one not a number. */
function deliverable(address: string): boolean {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  const domain = domainToASCII(address.slice(at + 1));
  if (local.length === 0 || local.length > 64 || domain.length > 253) return false;
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return false;
  const labels = domain.split('.');
  const wellFormed = labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(label));
  return labels.length > 1 && wellFormed && !/^\d+$/.test(labels.at(-1) ?? '');
}

export const checkRecipients: Check = ({ content }) => {
  const recipients = allRecipients(content);
  const all = [...recipients, ...content.replyTo];
  const broken = all.filter((recipient) => !deliverable(bareAddress(recipient) ?? ''));
  const addresses = recipients.map(bareAddress).filter((address) => address !== null);
  const twice = [...new Set(addresses.filter((address, index) => addresses.indexOf(address) !== index))];
  const derived = content.reply !== null;
  return [
    // AgentMail derives a reply's recipients; they are checked once the draft has been read back.
    ...(recipients.length === 0 && !derived
      ? [error('no_recipients', 'Nobody would get this email: add a recipient.')]
      : []),
    ...(broken.length > 0
      ? [
          error(
            'broken_address',
            `Not an address mail can be delivered to: ${some(broken)}. Correct or remove it.`,
            broken,
          ),
        ]
      : []),
    ...(recipients.length > MAX_RECIPIENTS
      ? [
          error(
            'too_many_recipients',
            `${recipients.length} recipients; at most ${MAX_RECIPIENTS} over to, cc and bcc.`,
          ),
        ]
      : []),
    ...(twice.length > 0 ? [warning('duplicate_recipient', `Named more than once: ${some(twice)}.`, twice)] : []),
  ];
};
