import { DOMSerializer, type Mark, type Node as Piece } from 'prosemirror-model';
import { attributesOf, isInline } from './kept.ts';
import { schema } from './schema.ts';

/** Attributes a new element may take over from its like: looks, and nothing that names one element. */
const SHARED: ReadonlySet<string> = new Set(['style', 'class', 'dir', 'align', 'target', 'rel']);

/** By tag, what all elements of the letter carry alike: a new paragraph looks like those around it. */
export type HouseStyle = ReadonlyMap<string, string>;

const tagOf = ({ type, attrs }: Piece | Mark): string | null => {
  switch (type.name) {
    case 'heading':
      return `h${attrs.level}`;
    case 'paragraph':
      return attrs.tag === 'p' ? 'p' : null;
    case 'strong':
    case 'em':
      return type.name;
    default:
      return TAGS[type.name] ?? null;
  }
};
const TAGS: Record<string, string> = {
  blockquote: 'blockquote',
  bullet_list: 'ul',
  ordered_list: 'ol',
  list_item: 'li',
  horizontal_rule: 'hr',
  link: 'a',
};

export function houseStyle(doc: Piece): HouseStyle {
  const found = new Map<string, Set<string>>();
  const note = (piece: Piece | Mark) => {
    const tag = tagOf(piece);
    if (tag !== null) found.set(tag, (found.get(tag) ?? new Set()).add(String(piece.attrs.kept ?? '')));
  };
  doc.descendants((node) => {
    note(node);
    node.marks.forEach(note);
  });
  const shared = (kept: string) => kept !== '' && Object.keys(attributesOf(kept)).every((name) => SHARED.has(name));
  return new Map(
    [...found].flatMap(([tag, all]) => {
      const [only, ...others] = all;
      return only !== undefined && others.length === 0 && shared(only) ? [[tag, only] as const] : [];
    }),
  );
}

/** The document as HTML of a mail. */
export function write(doc: Piece, house: HouseStyle): string {
  // Made in a document nobody looks at: what a mail carries would be loaded in this one.
  const inert = document.implementation.createHTMLDocument('');
  const made = (tag: string, attributes: Record<string, string> = {}) => {
    const dom = inert.createElement(tag);
    // Letter for letter: a style set as a style would lose what only mail programs understand.
    for (const [name, value] of Object.entries(attributes)) dom.setAttribute(name, value);
    return dom;
  };
  const attrs = (piece: Piece | Mark) => attributesOf(piece.attrs.kept || house.get(tagOf(piece) ?? '') || '');
  const holding = (tag: string, attributes?: Record<string, string>) => {
    const dom = made(tag, attributes);
    return { dom, contentDOM: dom };
  };
  const named = (piece: Piece | Mark) => holding(String(piece.attrs.tag), attrs(piece));
  const serializer = new DOMSerializer(
    {
      ...DOMSerializer.nodesFromSchema(schema),
      paragraph: named,
      loose: () => holding('x-loose'),
      heading: (node) => holding(`h${node.attrs.level}`, attrs(node)),
      blockquote: (node) => holding('blockquote', attrs(node)),
      section: named,
      bullet_list: (node) => holding('ul', attrs(node)),
      ordered_list: (node) => holding('ol', attrs(node)),
      list_item: (node) => holding('li', attrs(node)),
      horizontal_rule: (node) => made('hr', attrs(node)),
      hard_break: (node) => made('br', attrs(node)),
      image: (node) => made('img', attrs(node)),
      island: (node) => islandOf(String(node.attrs.html)),
    },
    {
      link: (mark) => holding('a', { href: String(mark.attrs.href), ...attrs(mark) }),
      wrapped: named,
      strong: named,
      em: named,
    },
  );
  const box = made('div');
  box.append(serializer.serializeFragment(doc.content, { document: inert }));
  for (const loose of box.querySelectorAll('x-loose')) loose.replaceWith(...loose.childNodes);
  return [...box.childNodes].map(sourceOf).join('').trim();
}

const islandOf = (html: string): Element => {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content.firstElementChild ?? document.createElement('span');
};

/** One block on a line of its own. */
const sourceOf = (node: Node): string => {
  if (node instanceof Element) return isInline(node) ? node.outerHTML : `${node.outerHTML}\n`;
  const { innerHTML } = Object.assign(document.createElement('p'), { textContent: node.textContent ?? '' });
  return innerHTML;
};
