import DOMPurify from 'dompurify';
import { DOMParser as DocumentParser, type Node as Piece } from 'prosemirror-model';
import { quietMarkup } from '../../lib/mail-markup.ts';
import { canonical } from './canonical.ts';
import { INLINE_TAGS, isBlank, isInline } from './kept.ts';
import { schema } from './schema.ts';
import { parse, type Shell, takeApart } from './shell.ts';
import { type HouseStyle, houseStyle, write } from './write.ts';

/** A mail opened for writing. */
export interface Letter {
  doc: Piece;
  shell: Shell;
  house: HouseStyle;
}
/** It would not come back as it was. */
export interface CannotHold {
  why: string;
}

/** Parsing at each key must not be felt. */
const MOST_CHARACTERS = 300_000;

/**
 * Opens a mail's HTML for the rich surface, when writing it back loses nothing: it is read, written, read again and
 * compared, and what is around the letter stays letter for letter as it was.
 */
export function openLetter(html: string): Letter | CannotHold {
  if (html.length > MOST_CHARACTERS) return { why: 'it is very long' };
  if (quietMarkup(html) !== html) return { why: 'it has scripts in its elements' };
  const shell = takeApart(html);
  if (shell === null) return { why: 'its elements are not closed where they should be' };
  try {
    return readLetter(shell);
  } catch {
    // An attribute or element that a parser makes and nobody may write.
    return { why: 'parts of it are no valid HTML' };
  }
}

function readLetter(shell: Shell): Letter | CannotHold {
  const cleaned = cleanedLetter(shell.letter);
  const doc = DocumentParser.fromSchema(schema).parse(cleaned);
  doc.check();
  const house = houseStyle(doc);
  const original = canonical(shell.container);
  const again = takeApart(around(shell, write(doc, house)));
  const back = again === null ? [] : canonical(again.container);
  if (JSON.stringify(back) !== JSON.stringify(original)) return { why: lost(shell.container, cleaned, original, back) };
  if (!hasText(doc)) return { why: 'all of its text is inside a table' };
  return { doc, shell, house };
}

/** The mail with what the document says now. Unchanged, it is the very text it was. */
export function writeLetter({ doc: start, shell, house }: Letter, doc: Piece): string {
  if (doc.eq(start)) return shell.source;
  return around(shell, write(doc, house));
}

/** The blank lines around the letter stay, too. */
function around({ before, letter, after }: Shell, written: string): string {
  const [start = '', end = ''] = [/^\s*/, /\s*$/].map((blank) => blank.exec(letter)?.[0] ?? '');
  return before + start + written + end + after;
}

/** Cleaned as every mail is before anything of it is put on this page; styles stay, since none of them is rendered. */
function cleanedLetter(letter: string): Element {
  const clean = DOMPurify.sanitize(letter, {
    FORBID_TAGS: ['script', 'style', 'iframe', 'object', 'embed', 'form', 'input', 'button', 'svg', 'math', 'template'],
    ADD_ATTR: ['target', 'bgcolor', 'background'],
    ALLOWED_URI_REGEXP: /^(?:(?:https?|mailto|tel|cid):|[^a-z]|[a-z+.-]+(?:[^a-z+.:-]|$))/i,
    KEEP_CONTENT: true,
  });
  const { body } = parse(`<body>${clean}`);
  for (const parent of [body, ...body.querySelectorAll('*')]) if (holdsBlocks(parent)) wrapLoose(parent);
  return body;
}

const HOLDS_BLOCKS = 'body, li, blockquote, div, section, article, main, center, header, footer, address';
const holdsBlocks = (element: Element) =>
  element.matches(HOLDS_BLOCKS) &&
  (element.matches('body, li, blockquote') || [...element.childNodes].some((node) => !isInline(node))) &&
  element.closest('table, pre, dl, figure, details') === null;

/** Lines that stand beside blocks get an element of their own, which is taken away again when they are written. */
function wrapLoose(parent: Element): void {
  let line: Element | null = null;
  for (const child of [...parent.childNodes]) {
    const inline = isInline(child) && !hasBlock(child);
    if (!inline) line = null;
    else if (line !== null) line.append(child);
    else if (!(child instanceof Text && isBlank(child.data))) {
      line = parent.ownerDocument.createElement('x-loose');
      child.before(line);
      line.append(child);
    }
  }
}
const hasBlock = (node: Node): boolean =>
  node instanceof Element && [...node.querySelectorAll('*')].some(({ localName }) => !INLINE_TAGS.has(localName));

const hasText = (doc: Piece): boolean => {
  let islands = false;
  doc.descendants(({ type }) => {
    islands ||= type.name === 'island';
  });
  return !islands || doc.textContent.trim() !== '';
};

const NAMES: readonly [string, string][] = [
  ['script', 'scripts'],
  ['style, link', 'style sheets inside the letter'],
  ['form, input, button, select, textarea', 'a form'],
  ['table', 'nested tables'],
  ['svg, math', 'drawings'],
];

/** What the surface would have lost, in words. */
function lost(container: Element, cleaned: Element, original: readonly string[], back: readonly string[]): string {
  for (const [selector, name] of NAMES) {
    const [had, has] = [container, cleaned].map((element) => element.querySelectorAll(selector).length);
    if ((had ?? 0) > (has ?? 0)) return `it has ${name}`;
  }
  if (original.some((token) => token.startsWith('<!'))) return 'it has comments, often meant for Outlook';
  const kept = new Set(back.flatMap(openings));
  const missing = original.flatMap(openings).find((opening) => !kept.has(opening)) ?? '';
  const tag = /^<(?:empty <)?([a-z][a-z0-9-]*)/.exec(missing)?.[1];
  return tag === undefined ? 'its elements are nested in an unusual way' : `it uses <${tag}> in an unusual way`;
}
const openings = (token: string) => token.match(/<[a-z][^>]*>/g) ?? [];
