import { OPT_OUT_PATH } from '../../domain/opt-out.ts';
import { urlOf } from '../../domain/url.ts';
import { type Check, warning } from './context.ts';

const WORDS =
  /unsubscrib|opt[- ]?out|abmelde|abbestell|austrag|darse de baja|cancelar la suscripci|désabonn|désinscri|disiscri|afmeld|uitschrijv/i;
const PLAIN_LINK = /\bhttps?:\/\/[^\s<>"'()[\]{}]+/giu;

/** A mail to many needs a link that ends it: ours, or one whose text or address says that it does. */
export const checkOptOut: Check = ({ content, options, html }) => {
  if (!options.bulk) return [];
  const ours = (href: string) => urlOf(href)?.pathname.includes(`${OPT_OUT_PATH}v1.`) === true;
  const linked = html.links.some(({ href, text }) => ours(href) || WORDS.test(text) || WORDS.test(href));
  // Beside a bare link, the words are on its line.
  const lines = content.text.split('\n').filter((line) => /https?:\/\/|mailto:/i.test(line));
  const written = lines.some((line) => WORDS.test(line) || (line.match(PLAIN_LINK) ?? []).some(ours));
  if (linked || written) return [];
  const help = 'In a recipe, `{{ unsubscribe_url }}` is the recipient’s own link.';
  return [warning('no_unsubscribe', `A mail to many should have a link to unsubscribe. ${help}`)];
};
