/** Attributes the editor does not understand are kept as written, as JSON; '' for none. Nothing of it is ever rendered here. */
export function keptOf(element: Element, ...known: string[]): string {
  const kept = [...element.attributes]
    .filter(({ name }) => !known.includes(name))
    .map(({ name, value }) => [name, value]);
  return kept.length === 0 ? '' : JSON.stringify(Object.fromEntries(kept));
}

export function attributesOf(kept: unknown): Record<string, string> {
  if (typeof kept !== 'string' || kept === '') return {};
  const attributes: Record<string, string> = JSON.parse(kept);
  return attributes;
}

/** Elements that stand in a line of text. Anything else is a block. */
export const INLINE_TAGS: ReadonlySet<string> = new Set([
  ...['a', 'strong', 'b', 'em', 'i', 'u', 's', 'strike', 'del', 'ins', 'mark', 'span', 'font', 'small', 'big', 'tt'],
  ...['sub', 'sup', 'code', 'kbd', 'samp', 'var', 'abbr', 'cite', 'q', 'time', 'br', 'img', 'wbr'],
]);
/** Inline elements that are kept as they are around their text, without a button of their own. */
export const WRAPPING_TAGS = [...INLINE_TAGS].filter(
  (tag) => !['a', 'strong', 'b', 'em', 'i', 'br', 'img', 'wbr'].includes(tag),
);
/** Blocks that hold blocks. */
export const SECTION_TAGS = ['div', 'section', 'article', 'main', 'center', 'header', 'footer', 'address'];
/** Blocks that are kept whole, as one piece nobody can write into. */
export const ISLAND_TAGS = ['table', 'pre', 'dl', 'figure', 'details'];

export const isInline = (node: Node): boolean =>
  node.nodeType === Node.TEXT_NODE || (node instanceof Element && INLINE_TAGS.has(node.localName));

/** Whitespace as a browser collapses it: a no-break space is none. */
export const WHITESPACE = /[ \t\r\n\f]+/g;
export const isBlank = (text: string): boolean => text.replace(WHITESPACE, '') === '';
