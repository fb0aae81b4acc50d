import type { Revision } from '../../../src/api/schemas/index.ts';
import { textOf } from '../lib/mail-html.ts';

/** Where a piece of a mail stands, with what is around it. */
export interface Place {
  part: string;
  before: string;
  quote: string;
  after: string;
}

/** So much of the line is shown on either side. */
const AROUND = 40;

/** Where each quote of a finding stands first: in the subject, the addresses, the text, or only in the HTML. */
export function placesOf(quotes: readonly string[], content: Revision['content']): Place[] {
  const { subject, to, cc, bcc, replyTo, attachments, text, html } = content;
  const parts: [string, () => string][] = [
    ['Subject', () => subject],
    ...[...to, ...cc, ...bcc, ...replyTo].map((address): [string, () => string] => ['Recipient', () => address]),
    ...attachments.map(({ filename }): [string, () => string] => ['Attachment', () => filename ?? '']),
    ['Text', () => text],
    ['HTML', () => textOf(html)],
  ];
  return quotes.flatMap((quote) => {
    for (const [part, read] of parts) {
      const place = placeIn(part, read(), quote);
      if (place) return [place];
    }
    return [];
  });
}

function placeIn(part: string, whole: string, quote: string): Place | null {
  const at = whole.indexOf(quote);
  if (at < 0) return null;
  const lineStart = whole.lastIndexOf('\n', at - 1) + 1;
  const end = at + quote.length;
  const nextBreak = whole.indexOf('\n', end);
  const lineEnd = nextBreak < 0 ? whole.length : nextBreak;
  const from = Math.max(lineStart, at - AROUND);
  const until = Math.min(lineEnd, end + AROUND);
  const line = part === 'Text' ? `, line ${whole.slice(0, at).split('\n').length}` : '';
  return {
    part: `${part}${line}`,
    before: `${from > lineStart ? '…' : ''}${whole.slice(from, at)}`,
    quote,
    after: `${whole.slice(end, until)}${until < lineEnd ? '…' : ''}`,
  };
}
