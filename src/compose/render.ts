import { compile } from 'html-to-text';
import { Marked } from 'marked';
import sanitizeHtml from 'sanitize-html';
import { cleanText } from './escape.ts';
import { layOut, STYLES } from './layout.ts';
import { type RenderOptions, renderOptionsSchema } from './plan.ts';

/** An own instance: the module's default one can be reconfigured by anybody. */
const markdownParser = new Marked({ gfm: true, breaks: false, async: false });

/** What an outgoing mail may hold. No class or id, and no style but the layout's own. */
const ALLOWED: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'blockquote', 'pre', 'code'],
    ...['strong', 'em', 'del', 'sub', 'sup', 'a', 'img', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ],
  allowedAttributes: {
    '*': ['style'],
    a: ['href', 'title'],
    img: ['src', 'alt', 'title', 'width', 'height'],
    ol: ['start'],
    th: ['align'],
    td: ['align'],
  },
  allowedSchemes: ['https', 'http', 'mailto', 'tel'],
  // No remote http picture (mixed content) and no data: one, which Gmail does not show; cid: names an inline attachment.
  allowedSchemesByTag: { img: ['https', 'cid'] },
  allowProtocolRelative: false,
  transformTags: { '*': styled },
  // Every style is ours by now; parsing it again would cost more than the rest.
  parseStyleAttributes: false,
  nonBooleanAttributes: [...(sanitizeHtml.defaults.nonBooleanAttributes ?? []), 'style'],
  // A relative picture has nothing to be relative to in a mail.
  exclusiveFilter: ({ tag, attribs }) => tag === 'img' && !/^(?:https:|cid:)/i.test(attribs.src ?? ''),
  disallowedTagsMode: 'discard',
  enforceHtmlBoundary: false,
};

/** The layout's style in place of whatever the Markdown's HTML had; heads of columns are centred unless told otherwise. */
function styled(tagName: string, attribs: sanitizeHtml.Attributes): sanitizeHtml.Tag {
  const own = { ...attribs, style: STYLES[tagName] ?? '' };
  return { tagName, attribs: tagName === 'th' ? { align: 'left', ...own } : own };
}

/**
 * Markdown to an email: HTML that is safe to show and survives mail clients, and the same as plain text. Deterministic.
 * HTML inside the Markdown passes only as far as the allow list goes.
 */
export function render(markdown: string, options: Partial<RenderOptions> = {}): { html: string; text: string } {
  const { lang, preheader } = renderOptionsSchema.parse(options);
  const parsed = markdownParser.parse(cleanText(markdown), { async: false });
  const body = sanitizeHtml(parsed, ALLOWED).trim();
  return { html: layOut(body, { lang, preheader: cleanText(preheader) }), text: plainText(body) };
}

const toText = compile({
  wordwrap: false,
  limits: { maxDepth: 200, maxInputLength: 10_000_000 },
  selectors: [
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, linkBrackets: ['<', '>'], noAnchorUrl: true } },
    { selector: 'img', format: 'skip' },
    { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
    { selector: 'ul', options: { itemPrefix: '- ' } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
});

/** HTML as the plain text of a mail: links as `text <address>`, lines left for the reader's client to wrap. */
export function plainText(html: string): string {
  return `${toText(html)
    .replace(/[ \t]+$/gm, '')
    .trim()}\n`;
}
