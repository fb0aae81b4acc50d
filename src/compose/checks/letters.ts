import { domainToASCII } from 'node:url';
import { allRecipients, bareAddress } from '../../domain/content.ts';
import { type Check, some, warning } from './context.ts';

/** Embeddings, overrides and isolates: what follows may be shown in another order than it stands there. */
const TURNING = /[\u202a-\u202e\u2066-\u2069]/u;
/** Overrides turn even plain Latin letters around; in running text nobody needs them. */
const OVERRIDING = /[\u202d\u202e]/u;
const LINE_OF_OVERRIDE = /[^\n]{0,60}[\u202d\u202e][^\n]{0,60}/gu;

/** `invoice\u202Efdp.exe` reads as `invoiceexe.pdf`: a name or subject with such a mark is not what it seems. */
export const checkReadingOrder: Check = ({ content, visible }) => {
  const { subject, attachments } = content;
  const names = [...allRecipients(content), ...content.replyTo].filter((address) => TURNING.test(address));
  const files = attachments.map(({ filename }) => filename ?? '').filter((name) => TURNING.test(name));
  const where = [
    ...(TURNING.test(subject) ? ['the subject'] : []),
    ...(names.length > 0 ? ['a recipient'] : []),
    ...(files.length > 0 ? ['the name of an attachment'] : []),
    ...(OVERRIDING.test(visible.slice(subject.length)) ? ['the text'] : []),
  ];
  if (where.length === 0) return [];
  const quotes = [...(TURNING.test(subject) ? [subject] : []), ...names, ...files];
  const lines = visible.slice(subject.length).match(LINE_OF_OVERRIDE) ?? [];
  const message = `Marks that turn the reading order around: what is shown is not what stands in ${some(where, 4)}.`;
  return [warning('reading_order', message, [...quotes, ...lines])];
};

/** Letters that look like Latin ones, under a top level that is Latin. */
function looksAlike(address: string): boolean {
  const host = (bareAddress(address) ?? '').split('@').at(-1) ?? '';
  const labels = host.split('.');
  return (
    /^[a-z]+$/i.test(labels.at(-1) ?? '') &&
    labels.some((label) => /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(label))
  );
}

/** A Cyrillic а in `аcme.com`: it reaches somebody else. */
export const checkLookAlikes: Check = ({ content }) => {
  const odd = [...allRecipients(content), ...content.replyTo].filter(looksAlike);
  if (odd.length === 0) return [];
  const hosts = odd.map((address) => domainToASCII((bareAddress(address) ?? '').split('@').at(-1) ?? ''));
  return [warning('lookalike_address', `An address only looks like one in plain letters: ${some(hosts)}.`, odd)];
};
