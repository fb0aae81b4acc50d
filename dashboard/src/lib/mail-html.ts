import DOMPurify from 'dompurify';
import { quietCss } from './mail-css.ts';
import { linkOf, type MailLink } from './mail-links.ts';
import { quietMarkup } from './mail-markup.ts';

export interface CleanMail {
  /** A whole document for a frame's srcdoc, with its own policy. */
  document: string;
  links: MailLink[];
  /** Images that would be fetched from elsewhere. */
  remoteImages: number;
}

const FORBIDDEN = [
  ...[
    'script',
    'iframe',
    'frame',
    'frameset',
    'object',
    'embed',
    'applet',
    'base',
    'meta',
    'link',
    'template',
    'portal',
  ],
  ...['form', 'input', 'button', 'select', 'textarea', 'audio', 'video', 'source', 'track', 'svg', 'math', 'dialog'],
];
const FORBIDDEN_ATTRIBUTES = [
  'srcset',
  'ping',
  'action',
  'formaction',
  'poster',
  'background',
  'target',
  'autofocus',
  'popover',
];
const INLINE_IMAGE = /^data:image\/(?:png|jpe?g|gif|webp);/i;

const BASE_STYLE = `
html { color-scheme: light; background: #fff; }
body { margin: 0; padding: 20px; color: #1c1c1a; background: #fff; font: 15px/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
img { max-width: 100%; height: auto; }
a { color: #2a44b8; text-decoration: underline; }
pre { white-space: pre-wrap; }
blockquote { margin: 0 0 0 8px; padding-left: 12px; border-left: 2px solid #d5d5d0; color: #5f5e58; }
`;

const policy = (withRemote: boolean) =>
  `default-src 'none'; style-src 'unsafe-inline'; img-src data:${withRemote ? ' https:' : ''}; form-action 'none'; base-uri 'none'`;

/**
 * Cleans a mail's HTML for a frame without scripts. Links lose their target (it is listed instead), remote images stay
 * away until asked for, `cid:` images come from `inlineImages` (by content id, as data URLs).
 */
export function cleanMail(
  html: string,
  options: { remoteImages: boolean; inlineImages: ReadonlyMap<string, string> },
): CleanMail {
  const safe = DOMPurify.sanitize(quietMarkup(html), {
    WHOLE_DOCUMENT: true,
    FORBID_TAGS: FORBIDDEN,
    FORBID_ATTR: FORBIDDEN_ATTRIBUTES,
    // Every attribute's value is held against this, so what is no address at all must pass. Images may be data: besides.
    ALLOWED_URI_REGEXP: /^(?:(?:https?|mailto|tel|cid):|[^a-z]|[a-z+.-]+(?:[^a-z+.:-]|$))/i,
    ALLOW_DATA_ATTR: false,
    SANITIZE_NAMED_PROPS: true,
  });
  const doc = new DOMParser().parseFromString(safe, 'text/html');
  for (const style of doc.querySelectorAll('style')) style.textContent = quietCss(style.textContent ?? '');
  for (const element of doc.querySelectorAll('[style]')) {
    element.setAttribute('style', quietCss(element.getAttribute('style') ?? ''));
  }
  const links = [...doc.querySelectorAll('a, area')].flatMap(takeLink);
  const remoteImages = [...doc.querySelectorAll('img')].filter((image) => settleImage(image, options)).length;
  const styles = [...doc.querySelectorAll('style')].map((style) => style.outerHTML).join('');
  for (const style of doc.querySelectorAll('style')) style.remove();
  return { document: frame(doc.body.outerHTML, styles, options.remoteImages), links, remoteImages };
}

function frame(body: string, styles: string, withRemote: boolean): string {
  return `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy(withRemote)}"><meta name="referrer" content="no-referrer"><style>${BASE_STYLE}</style>${styles}</head>${body}</html>`;
}

function takeLink(element: Element): MailLink[] {
  const target = element.getAttribute('href');
  element.removeAttribute('href');
  if (target === null) return [];
  const text = element.textContent?.trim() || element.querySelector('img')?.alt || 'Image';
  const link = linkOf(text, target);
  if (link === null) return [];
  element.setAttribute('title', link.target);
  element.setAttribute('style', `color:#2a44b8;text-decoration:underline;${element.getAttribute('style') ?? ''}`);
  return [link];
}

/** Gives an image its source or takes it away; true when it is one from elsewhere. */
function settleImage(
  image: HTMLImageElement,
  options: { remoteImages: boolean; inlineImages: ReadonlyMap<string, string> },
): boolean {
  const source = image.getAttribute('src') ?? '';
  const contentId = /^cid:(.+)$/i.exec(source)?.[1];
  const inline = contentId === undefined ? undefined : options.inlineImages.get(decoded(contentId));
  if (inline !== undefined) image.setAttribute('src', inline);
  else if (/^https?:/i.test(source)) {
    if (options.remoteImages) image.setAttribute('src', source.replace(/^http:/i, 'https:'));
    else image.removeAttribute('src');
    return true;
  } else if (!INLINE_IMAGE.test(source)) image.removeAttribute('src');
  return false;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What is no text of a mail. */
const UNSEEN = 'script, style, template, head, title, textarea, iframe, noembed, noframes, object, svg, math';

/**
 * What the HTML says, as text: for comparing revisions that have no plain text. Nothing of it is shown but as text, so
 * it is only parsed, in a document without scripts; cleaning megabytes would hold the page up.
 */
export function textOf(html: string): string {
  const doc = new DOMParser().parseFromString(quietMarkup(html), 'text/html');
  for (const element of doc.querySelectorAll(UNSEEN)) element.remove();
  for (const block of doc.querySelectorAll('p, div, br, li, tr, h1, h2, h3, h4, blockquote')) block.append('\n');
  return (doc.body.textContent ?? '')
    .replace(/[ \t]+/g, ' ')
    .replace(/\s*\n\s*\n\s*/g, '\n\n')
    .trim();
}
