import { isIP } from 'node:net';
import { urlOf } from '../../domain/url.ts';
import { hostAllowed, normalHost } from '../hosts.ts';
import type { Link } from '../html.ts';
import { type Check, error, some, warning } from './context.ts';

const SCHEMES = new Set(['http:', 'https:', 'mailto:', 'tel:']);
const PLAIN_LINK = /\bhttps?:\/\/[^\s<>"'()[\]{}]+/giu;
/** A text that is nothing but an address of the web. */
const LOOKS_LIKE_HOST = /^(?:https?:\/\/)?((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})(?:[:/?#].*)?$/iu;

function parse(href: string): URL | null {
  // A link within the mail itself.
  if (href.startsWith('#')) return null;
  return urlOf(href);
}

const isWeb = (url: URL) => url.protocol === 'http:' || url.protocol === 'https:';
const withoutWww = (host: string) => normalHost(host).replace(/^www\./, '');

/** The host a reader believes in, when the text shows one; in ASCII, as URLs compare. */
function shownHost(text: string): string | null {
  const host = LOOKS_LIKE_HOST.exec(text)?.[1];
  return host === undefined ? null : (urlOf(`https://${host}`)?.hostname ?? null);
}

function deceptive({ href, text }: Link): boolean {
  const target = parse(href);
  const shown = shownHost(text);
  if (target === null || shown === null || !isWeb(target)) return false;
  return withoutWww(shown) !== withoutWww(target.hostname);
}

export const checkLinks: Check = ({ content, html, options }) => {
  const links = [...html.links, ...(content.text.match(PLAIN_LINK) ?? []).map((href) => ({ href, text: '' }))];
  const relative = html.links.filter(({ href }) => !href.startsWith('#') && parse(href) === null);
  const urls = links.map(({ href }) => parse(href)).filter((url) => url !== null);
  const forbidden = urls.filter((url) => !SCHEMES.has(url.protocol)).map((url) => url.protocol);
  const hosts = [...new Set(urls.filter(isWeb).map((url) => url.hostname))];
  const lying = html.links.filter(deceptive);
  const misleading = lying.map(({ href, text }) => `“${text}” leads to ${parse(href)?.hostname}`);
  // Under what text a link to such a host stands; in plain text the address is its own.
  const leadingTo = (some: readonly string[]) =>
    links
      .filter(({ href }) => some.includes(parse(href)?.hostname ?? ''))
      .map(({ href, text }) => (text === '' ? href : text));
  const odd = hosts.filter((host) => isIP(normalHost(host)) !== 0 || /(?:^|\.)xn--/.test(host));
  const credentials = urls.filter((url) => isWeb(url) && (url.username !== '' || url.password !== ''));
  const { allowedLinkHosts } = options;
  const foreign = allowedLinkHosts === null ? [] : hosts.filter((host) => !hostAllowed(host, allowedLinkHosts));
  const unsafeImages = html.images.filter((src) => !/^(?:https?:|cid:|data:image\/)/i.test(src));
  return [
    ...(forbidden.length > 0
      ? [error('link_scheme', `Links with a scheme that is not for mail: ${some([...new Set(forbidden)])}.`)]
      : []),
    ...(relative.length > 0
      ? [
          error(
            'link_broken',
            `Links that lead nowhere: ${some(relative.map(({ href }) => `“${href.slice(0, 60)}”`))}.`,
            relative.map(({ text }) => text),
          ),
        ]
      : []),
    ...(html.active.length > 0
      ? [error('active_content', `HTML that runs or asks for input: ${some([...new Set(html.active)])}. Remove it.`)]
      : []),
    ...(unsafeImages.length > 0 ? [error('image_source', 'A picture has a source no mail client loads.')] : []),
    ...(misleading.length > 0
      ? [
          warning(
            'link_mismatch',
            `The text shows another host than the link's: ${some(misleading)}.`,
            lying.map(({ text }) => text),
          ),
        ]
      : []),
    ...(credentials.length > 0 ? [warning('link_credentials', 'A link carries a user name or password.')] : []),
    ...(odd.length > 0
      ? [
          warning(
            'link_odd_host',
            `Links to a bare IP address or a look-alike host name: ${some(odd)}.`,
            leadingTo(odd),
          ),
        ]
      : []),
    ...(foreign.length > 0
      ? [warning('link_foreign_host', `Links to hosts that were not expected: ${some(foreign)}.`, leadingTo(foreign))]
      : []),
  ];
};
