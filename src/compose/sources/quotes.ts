import { Parser } from 'htmlparser2';
import { escapeHtml } from '../layout.ts';
import { plainText } from '../render.ts';

/** Where mail clients begin to quote, line by line. Each must be specific: cutting a customer's own words is worse. */
const QUOTE_STARTS = [
  // “On 12 Nov 2026, at 10:04, Support <help@…> wrote:” and its kin; the sentence may wrap over lines. A year, a time
  // or an address is demanded: “On Monday your colleague wrote:” is the customer speaking.
  /^[ \t]*On\b(?=[^\n]*(?:\d{4}|\d:\d\d|@))[^\n]{5,200}(?:\n[^\n]{0,200}){0,2}?\bwrote:[ \t]*$/m,
  /^[ \t]*Am\b(?=[^\n]*(?:\d{4}|\d:\d\d|@))[^\n]{5,200}(?:\n[^\n]{0,200}){0,2}?\bschrieb\b[^\n]{0,200}(?:\n[^\n]{0,120})?:[ \t]*$/m,
  /^[ \t]*El\b(?=[^\n]*(?:\d{4}|\d:\d\d|@))[^\n]{5,200}(?:\n[^\n]{0,200}){0,2}?\bescribi[óo]:[ \t]*$/m,
  /^[ \t]*Le\b(?=[^\n]*(?:\d{4}|\d:\d\d|@))[^\n]{5,200}(?:\n[^\n]{0,200}){0,2}?\ba écrit\s?:[ \t]*$/m,
  /^[ \t]*\d{4}[年/-][^\n]{5,160}(?:\n[^\n]{0,160})?(?:<[^<>\s]+@[^<>\s]+>)[^\n]{0,20}[:：][ \t]*$/m,
  // Outlook's block of headers, with or without its line of underscores.
  /^[ \t]*_{10,}[ \t]*\n(?=[ \t]*\*?(?:From|Von|De|差出人)\*?[:：])/m,
  /^[ \t]*\*?(?:From|Von|De)\*?:[^\n]{3,}\n(?:[^\n]*\n){0,2}?[ \t]*\*?(?:Sent|Date|Gesendet|Datum|Enviado(?: el)?|Fecha|Envoyé)\*?\s?:[^\n]{4,}$/m,
  /^[ \t]*-{2,}[ \t]*(?:Original Message|Forwarded message|Ursprüngliche Nachricht|Weitergeleitete Nachricht|Mensaje original|Message d'origine)[ \t]*-{2,}[ \t]*$/im,
];

/** Deeper elements count as their text: no letter needs them, and converting them takes quadratic time. */
const MAX_DEPTH = 100;

/** HTML elements that hold the quoted mail, by the clients that write them. */
const QUOTE_CLASSES =
  /(?:^|\s)(?:gmail_quote(?:_container)?|gmail_extra|yahoo_quoted|moz-cite-prefix|protonmail_quote)(?:\s|$)/;
const QUOTE_IDS = /^(?:divRplyFwdMsg|appendonsend|mail-editor-reference-message-container|OLK_SRC_BODY_SECTION)$/;
/** Desktop Outlook marks its header block only by this line above it. */
const OUTLOOK_RULE = /border-top:\s*solid\s+#?[a-z0-9]+\s+1(?:\.0)?pt|border-top:\s*1(?:\.0)?pt\s+solid/i;

/**
 * What the sender wrote this time, without the mail it answers: from the plain text, or from the HTML when the mail has
 * no other. Where nothing is recognized, or nothing but a quote is there, the whole text comes back.
 */
export function extractLatestText(message: { text: string; html: string }): string {
  const whole = message.text.trim() === '' ? plainText(withoutQuotes(message.html)) : message.text;
  const lines = tidy(whole);
  const starts = QUOTE_STARTS.map((pattern) => lines.search(pattern)).filter((index) => index >= 0);
  const latest = withoutQuotedTail(lines.slice(0, Math.min(lines.length, ...starts))).trim();
  // A quote on top, the answer below or inside it: cutting would lose the answer.
  return latest === '' ? lines.trim() : latest;
}

/** One kind of line break, no trailing blanks, no marks of inline pictures, and never more than one empty line. */
function tidy(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\S\n]+$/gm, '')
    .replace(/^\[cid:[^\]\n]{1,200}\]$/gm, '')
    .replace(/\n{3,}/g, '\n\n');
}

/** Drops the quoted lines at the end; quotes between answers stay, since the answers refer to them. */
function withoutQuotedTail(text: string): string {
  const lines = text.split('\n');
  let end = lines.length;
  while (end > 0 && /^\s*(?:>.*)?$/.test(lines[end - 1] ?? '')) end -= 1;
  return lines.slice(0, end).join('\n');
}

/**
 * The HTML without quoted mail, as far as `plainText` needs it; what cannot be seen as a quote here is cut as text. Events
 * instead of a tree: mail nested ten thousand deep must not overflow the stack.
 */
function withoutQuotes(html: string): string {
  const kept: string[] = [];
  let ended = false;
  let quoteDepth = 0;
  let depth = 0;
  const parser = new Parser({
    onopentag(name, attribs) {
      depth += 1;
      ended ||= quoteDepth === 0 && startsOutlookQuote(attribs);
      if (ended) return;
      if (quoteDepth > 0 || isQuote(name, attribs)) quoteDepth += 1;
      else if (depth <= MAX_DEPTH)
        kept.push(`<${name}${name === 'a' && attribs.href ? ` href="${escapeHtml(attribs.href)}"` : ''}>`);
    },
    ontext(text) {
      if (!ended && quoteDepth === 0) kept.push(escapeHtml(text));
    },
    onclosetag(name) {
      depth -= 1;
      if (ended) return;
      if (quoteDepth > 0) quoteDepth -= 1;
      else if (name !== 'br' && depth < MAX_DEPTH) kept.push(`</${name}>`);
    },
  });
  parser.write(html);
  parser.end();
  const latest = kept.join('');
  return plainText(latest).trim() === '' ? html : latest;
}

/** Outlook puts the header block beside the quoted mail, not around it: everything after it is quote as well. */
function startsOutlookQuote(attribs: Record<string, string>): boolean {
  return QUOTE_IDS.test(attribs.id ?? '') || OUTLOOK_RULE.test(attribs.style ?? '');
}

function isQuote(name: string, attribs: Record<string, string>): boolean {
  if (name === 'script' || name === 'style' || name === 'head') return true;
  if (QUOTE_CLASSES.test(attribs.class ?? '')) return true;
  return name === 'blockquote' && attribs.type === 'cite';
}
