import sanitizeHtml from 'sanitize-html';

/** Lines at which the mail being answered begins, in the words of common clients. */
const QUOTE_STARTS: RegExp[] = [
  /^-{2,}\s*(Original Message|Ursprüngliche Nachricht|Mensaje original|Message d'origine|Messaggio originale)\s*-{2,}$/i,
  /^-{5,}\s*Forwarded message\s*-{5,}$/i,
  /^_{10,}$/,
  /^(On|Am|Le|El|Il|Op)\b.{5,200}\b(wrote|schrieb|a écrit|escribió|ha scritto|schreef)\b.*:$/i,
];
/** An attribution may be wrapped over lines; its beginning, to be joined with the next ones. */
const ATTRIBUTION_HEAD = /^(On|Am|Le|El|Il|Op)\s.+/i;
const OUTLOOK_FROM = /^\*?(From|Von|De|Da|Van):\*?\s.+/i;
const OUTLOOK_NEXT = /^\*?(Sent|Date|To|Gesendet|Datum|An|Enviado|Envoyé|À|Inviato|Verzonden):\*?\s/i;

/** The new part of a reply: its text up to the quoted mail. */
export function withoutQuotes(text: string): string {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const kept: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (startsQuote(lines, index)) break;
    if (!line.startsWith('>')) kept.push(line);
  }
  return kept.join('\n').trim();
}

function startsQuote(lines: string[], index: number): boolean {
  const line = (lines[index] ?? '').trim();
  if (QUOTE_STARTS.some((pattern) => pattern.test(line))) return true;
  if (OUTLOOK_FROM.test(line)) return lines.slice(index + 1, index + 3).some((next) => OUTLOOK_NEXT.test(next.trim()));
  if (!ATTRIBUTION_HEAD.test(line)) return false;
  const joined = lines.slice(index, index + 3).map((part) => part.trim());
  const attribution = QUOTE_STARTS.at(-1);
  return [2, 3].some((count) => attribution?.test(joined.slice(0, count).join(' ')) === true);
}

/** Markup at which the mail being answered begins. */
const HTML_QUOTES: RegExp[] = [
  /<div[^>]+class="[^"]*gmail_quote/i,
  /<blockquote[^>]+(type="?cite|class="[^"]*(gmail_quote|protonmail_quote))/i,
  /<div[^>]+id="?(divRplyFwdMsg|appendonsend|mail-editor-reference-message-container)/i,
  /<hr[^>]+id="?stopSpelling/i,
  /<div[^>]+class="[^"]*(yahoo_quoted|moz-cite-prefix|protonmail_quote)/i,
  /<div[^>]+style="[^"]*border-top:\s*solid\s+#[A-F0-9]{6}\s+1\.0pt/i,
];

/** The HTML up to the quoted mail, with tags left open by the cut closed. */
export function htmlWithoutQuotes(html: string): string {
  const cuts = HTML_QUOTES.map((pattern) => html.search(pattern)).filter((at) => at >= 0);
  if (cuts.length === 0) return html;
  const kept = html.slice(0, Math.min(...cuts));
  return sanitizeHtml(kept, { allowedTags: false, allowedAttributes: false, allowVulnerableTags: true }).trim();
}
