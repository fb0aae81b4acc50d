import { type AttributeSpec, type DOMOutputSpec, Schema, type TagParseRule } from 'prosemirror-model';
import { ISLAND_TAGS, isInline, keptOf, SECTION_TAGS, WRAPPING_TAGS } from './kept.ts';

const kept: Record<string, AttributeSpec> = { kept: { default: '' } };
const CONTENT = '(block | loose)+';

const tag = (name: string): TagParseRule => ({ tag: name, getAttrs: (element) => ({ kept: keptOf(element) }) });
const tagged = (name: string): TagParseRule => ({
  tag: name,
  getAttrs: (element) => ({ tag: name, kept: keptOf(element) }),
});
const isLine = (element: Element) => [...element.childNodes].every(isInline);
/** A mail's `div` is a paragraph when it holds a line, and a frame when it holds blocks. */
const lineOf = (name: string): TagParseRule => ({
  tag: name,
  priority: 60,
  getAttrs: (element) => (isLine(element) ? { tag: name, kept: keptOf(element) } : false),
});
const excerpt = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, 160);

/**
 * What the surface can hold. Whatever an element carries beyond that is kept beside it and written again; `toDOM` is what
 * the editor shows, which has no style, address or picture of the mail's own: nothing in it can be loaded.
 */
export const schema = new Schema({
  nodes: {
    doc: { content: CONTENT },
    paragraph: {
      group: 'block',
      content: 'inline*',
      attrs: { tag: { default: 'p' }, ...kept },
      parseDOM: [tagged('p'), ...SECTION_TAGS.map(lineOf)],
      toDOM: ({ attrs }) => ['p', attrs.tag === 'p' ? {} : { class: 'line' }, 0],
    },
    /** Text without a block of its own, as in `<li>text</li>`. */
    loose: { content: 'inline*', parseDOM: [{ tag: 'x-loose' }], toDOM: () => ['p', { class: 'line' }, 0] },
    heading: {
      group: 'block',
      content: 'inline*',
      defining: true,
      attrs: { level: { default: 2 }, ...kept },
      parseDOM: [1, 2, 3, 4, 5, 6].map((level) => ({
        tag: `h${level}`,
        getAttrs: (element) => ({ level, kept: keptOf(element) }),
      })),
      toDOM: ({ attrs }) => [`h${attrs.level}`, 0],
    },
    blockquote: {
      group: 'block',
      content: CONTENT,
      defining: true,
      attrs: kept,
      parseDOM: [tag('blockquote')],
      toDOM: () => ['blockquote', 0],
    },
    section: {
      group: 'block',
      content: CONTENT,
      attrs: { tag: { default: 'div' }, ...kept },
      parseDOM: SECTION_TAGS.map(tagged),
      toDOM: () => ['div', 0],
    },
    bullet_list: {
      group: 'block',
      content: 'list_item+',
      attrs: kept,
      parseDOM: [tag('ul')],
      toDOM: () => ['ul', 0],
    },
    ordered_list: {
      group: 'block',
      content: 'list_item+',
      attrs: kept,
      parseDOM: [tag('ol')],
      toDOM: () => ['ol', 0],
    },
    list_item: {
      content: '(loose | block)+',
      defining: true,
      attrs: kept,
      parseDOM: [tag('li')],
      toDOM: () => ['li', 0],
    },
    horizontal_rule: { group: 'block', attrs: kept, parseDOM: [tag('hr')], toDOM: () => ['hr'] },
    island: {
      group: 'block',
      atom: true,
      attrs: { html: {}, says: { default: '' }, tag: { default: 'table' } },
      parseDOM: ISLAND_TAGS.map((name) => ({
        tag: name,
        getAttrs: (element) => ({ html: element.outerHTML, says: excerpt(element.textContent ?? ''), tag: name }),
      })),
      toDOM: ({ attrs }): DOMOutputSpec => [
        'div',
        { class: 'island' },
        ['span', attrs.tag === 'table' ? 'Table, kept as it is' : 'Kept as it is'],
        ` ${attrs.says}`,
      ],
    },
    text: { group: 'inline' },
    hard_break: {
      group: 'inline',
      inline: true,
      selectable: false,
      attrs: kept,
      parseDOM: [tag('br')],
      toDOM: () => ['br'],
    },
    image: {
      group: 'inline',
      inline: true,
      atom: true,
      attrs: { alt: { default: '' }, ...kept },
      parseDOM: [
        { tag: 'img', getAttrs: (element) => ({ alt: element.getAttribute('alt') ?? '', kept: keptOf(element) }) },
      ],
      toDOM: ({ attrs }) => ['span', { class: 'picture' }, attrs.alt ? `Image: ${attrs.alt}` : 'Image'],
    },
  },
  marks: {
    link: {
      inclusive: false,
      attrs: { href: {}, ...kept },
      parseDOM: [
        {
          tag: 'a[href]',
          getAttrs: (element) => ({ href: element.getAttribute('href') ?? '', kept: keptOf(element, 'href') }),
        },
      ],
      // No `href`: a link in the editor leads nowhere; its target is told.
      toDOM: ({ attrs }) => ['a', { title: String(attrs.href) }, 0],
    },
    wrapped: {
      excludes: '',
      attrs: { tag: {}, ...kept },
      parseDOM: WRAPPING_TAGS.map(tagged),
      toDOM: ({ attrs }) => [LOOKS.has(String(attrs.tag)) ? String(attrs.tag) : 'span', 0],
    },
    strong: {
      attrs: { tag: { default: 'strong' }, ...kept },
      parseDOM: ['strong', 'b'].map(tagged),
      toDOM: () => ['strong', 0],
    },
    em: { attrs: { tag: { default: 'em' }, ...kept }, parseDOM: ['em', 'i'].map(tagged), toDOM: () => ['em', 0] },
  },
});

/** Wrappers that look like something without any style. */
const LOOKS: ReadonlySet<string> = new Set(['u', 's', 'del', 'ins', 'mark', 'small', 'sub', 'sup', 'code']);
