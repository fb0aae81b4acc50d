import { convert } from 'html-to-text';
import { Marked } from 'marked';
import sanitizeHtml from 'sanitize-html';
import { cleanText } from './escape.ts';
import { layOut } from './layout.ts';
import { type RenderOptions, renderOptionsSchema } from './plan.ts';

/** An own instance: the module's default one can be reconfigured by anybody. */
const markdownParser = new Marked({ gfm: true, breaks: false, async: false });

/** What an outgoing mail may hold. No style, class or id: looks come from the layout alone. */
const ALLOWED: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'blockquote', 'pre', 'code'],
    ...['strong', 'em', 'del', 'sub', 'sup', 'a', 'img', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ],
  allowedAttributes: {
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
  // A relative picture has nothing to be relative to in a mail.
  exclusiveFilter: ({ tag, attribs }) => tag === 'img' && !/^(?:https:|cid:)/i.test(attribs.src ?? ''),
  disallowedTagsMode: 'discard',
  enforceHtmlBoundary: false,
};

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

/** HTML as the plain text of a mail: links as `text <address>`, lines left for the reader's client to wrap. */
export function plainText(html: string): string {
  const text = convert(html, {
    wordwrap: false,
    selectors: [
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, linkBrackets: ['<', '>'], noAnchorUrl: true } },
      { selector: 'img', format: 'skip' },
      { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
      { selector: 'ul', options: { itemPrefix: '- ' } },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
    ],
  });
  return `${text.replace(/[ \t]+$/gm, '').trim()}\n`;
}
