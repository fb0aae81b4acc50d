import { isBlank } from './kept.ts';

/** A mail around its letter, as written: `before + letter + after` is the mail. */
export interface Shell {
  before: string;
  letter: string;
  after: string;
  /** The mail as it was given. */
  source: string;
  /** The element of the parsed mail that holds the letter. */
  container: Element;
}

const HOLDERS: ReadonlySet<string> = new Set(['body', 'div', 'td', 'section', 'article', 'main', 'center']);
const WAY: ReadonlySet<string> = new Set([...HOLDERS, 'table', 'tbody', 'tr']);
const MARK = 'the-letter-stands-here';
/** So many places where the letter may end are tried. */
const MOST_TRIES = 60;

export const parse = (html: string): Document => new DOMParser().parseFromString(html, 'text/html');

/**
 * Finds the letter inside of what lays it out: the innermost element around all that is read. That nothing but the letter
 * is cut out is proven by parsing what is left. Null when no cut can be proven.
 */
export function takeApart(html: string): Shell | null {
  const mail = parse(html);
  const container = holderOf(mail);
  const tag = container.localName;
  const rest = emptied(mail, container);
  const proves = (before: string, after: string) => rest === emptiedAt(before, after);
  for (const [start, end] of cuts(html, mail, container)) {
    const [before, after] = [html.slice(0, start), html.slice(end)];
    if (proves(before, after)) return { before, letter: html.slice(start, end), after, source: html, container };
  }
  // Written anew by the browser: it says the same, in other letters.
  const copy = parse(html);
  const twin = holderOf(copy);
  if (twin.localName !== tag) return null;
  twin.textContent = MARK;
  const doctype = copy.doctype ? '<!doctype html>\n' : '';
  const [before = '', after] = (doctype + copy.documentElement.outerHTML).split(MARK);
  if (after === undefined || !proves(before, after)) return null;
  return { before, letter: container.innerHTML, after, source: html, container };
}

function holderOf(mail: Document): Element {
  let [at, holder]: [Element, Element] = [mail.body, mail.body];
  for (;;) {
    const loose = [...at.childNodes].some((node) => node instanceof Text && !isBlank(node.data));
    const read = [...at.children].filter((child) => !isHidden(child) && !isBlank(child.textContent ?? ''));
    const [only, ...others] = read;
    if (loose || only === undefined || others.length > 0 || !WAY.has(only.localName)) return holder;
    at = only;
    if (HOLDERS.has(at.localName)) holder = at;
  }
}

/** Mails carry a line for the preview of the list, which the letter does not show. */
const isHidden = (element: Element) => /display\s*:\s*none/i.test(element.getAttribute('style') ?? '');

/** Where the letter may begin and end, the likeliest first. */
function* cuts(html: string, mail: Document, container: Element): Generator<[number, number]> {
  const tag = container.localName;
  const place = [...mail.getElementsByTagName(tag)].indexOf(container);
  const opened = [...html.matchAll(new RegExp(`<${tag}(?:\\s(?:"[^"]*"|'[^']*'|[^>"'])*)?>`, 'gi'))][place];
  if (opened === undefined) {
    if (tag === 'body') yield [0, html.length];
    return;
  }
  const start = opened.index + opened[0].length;
  const closed = [...html.matchAll(new RegExp(`</${tag}\\s*>`, 'gi'))].filter(({ index }) => index >= start);
  for (const { index } of closed.toReversed().slice(0, MOST_TRIES)) yield [start, index];
  yield [start, html.length];
}

/** The mail with its letter taken out, and nothing else. */
function emptied(mail: Document, container: Element): string {
  const copy = mail.cloneNode(true);
  const index = [...mail.getElementsByTagName('*')].indexOf(container);
  if (!(copy instanceof Document)) return '';
  const twin = copy.getElementsByTagName('*')[index];
  if (twin === undefined) return '';
  twin.textContent = MARK;
  return copy.documentElement.outerHTML;
}

/** The same of a cut: whitespace behind `</body>` is the body's, says the parser. */
function emptiedAt(before: string, after: string): string {
  const cut = parse(before + MARK + after);
  const holder = [...cut.getElementsByTagName('*')].findLast((element) => element.textContent?.includes(MARK));
  if (holder?.childElementCount === 0 && holder.textContent?.trim() === MARK) holder.textContent = MARK;
  return cut.documentElement.outerHTML;
}
