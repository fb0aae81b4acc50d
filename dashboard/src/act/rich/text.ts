import type { Node as Piece } from 'prosemirror-model';

/** The letter as the plain text of a mail: blocks apart, links as `text <address>`, lists with their marks. */
export function letterText(doc: Piece): string {
  return `${blocksText(doc, '\n\n')}\n`;
}

function blocksText(parent: Piece, between: string): string {
  const texts: string[] = [];
  parent.forEach((block) => {
    texts.push(blockText(block));
  });
  return texts.filter((text) => text !== '').join(between);
}

function blockText(block: Piece): string {
  switch (block.type.name) {
    case 'blockquote':
      return prefixed(blocksText(block, '\n\n'), '> ', '> ');
    case 'bullet_list':
      return itemsText(block, () => '- ');
    case 'ordered_list':
      return itemsText(block, (index) => `${index + 1}. `);
    case 'horizontal_rule':
      return '-'.repeat(40);
    case 'island':
      return islandText(String(block.attrs.html));
    case 'section':
      return blocksText(block, '\n\n');
    default:
      return lineText(block);
  }
}

function itemsText(list: Piece, mark: (index: number) => string): string {
  const items: string[] = [];
  list.forEach((item, _, index) => {
    const first = mark(index);
    items.push(prefixed(blocksText(item, '\n'), first, ' '.repeat(first.length)));
  });
  return items.join('\n');
}

const prefixed = (text: string, first: string, others: string) =>
  text
    .split('\n')
    .map((line, index) => `${index === 0 ? first : others}${line}`.trimEnd())
    .join('\n');

function lineText(block: Piece): string {
  let text = '';
  let link: { href: string; text: string } | null = null;
  const endLink = () => {
    if (link && link.text.trim() !== link.href.replace(/^mailto:/, ''))
      text += ` <${link.href.replace(/^mailto:/, '')}>`;
    link = null;
  };
  block.forEach((piece) => {
    const href: unknown = piece.marks.find(({ type }) => type.name === 'link')?.attrs.href;
    const current = link;
    if (current !== null && href !== current.href) endLink();
    const says = piece.isText
      ? (piece.text ?? '').replaceAll('\u00a0', ' ')
      : piece.type.name === 'hard_break'
        ? '\n'
        : '';
    text += says;
    if (typeof href === 'string') link = { href, text: (link?.text ?? '') + says };
  });
  endLink();
  return text.replace(/ *\n */g, '\n').trim();
}

/** A table's rows as lines, anything else as its words. */
function islandText(html: string): string {
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  if (body.querySelector('pre')) return (body.textContent ?? '').trimEnd();
  const rows = [...body.querySelectorAll('tr')].map((row) =>
    [...row.children]
      .map((cell) => words(cell))
      .filter(Boolean)
      .join('   '),
  );
  return rows.length > 0 ? rows.filter(Boolean).join('\n') : words(body);
}
const words = (element: Element) => (element.textContent ?? '').replace(/\s+/g, ' ').trim();

/** Whether two texts have the same words in the same order, whatever the marks and line breaks between them. */
export function sameWords(a: string, b: string): boolean {
  return bare(a) === bare(b);
}
const bare = (text: string) =>
  text
    .replace(/<?\b(?:https?:|mailto:)[^\s<>]+>?/g, ' ')
    .replace(/^\s*\d+\. /gm, ' ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .toLowerCase();
