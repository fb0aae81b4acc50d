import { INLINE_TAGS, ISLAND_TAGS, WHITESPACE } from './kept.ts';

interface Run {
  marks: readonly string[];
  /** Text, or a piece such as `<br>` that counts as none. */
  text: string;
  piece: boolean;
}

/** What each formatting element sets by itself. */
const SETS: Record<string, readonly string[]> = {
  strong: ['font-weight'],
  b: ['font-weight'],
  em: ['font-style'],
  i: ['font-style'],
  u: ['text-decoration'],
  a: ['color', 'text-decoration'],
};

/**
 * What an element contains, as a list of tokens that is the same exactly when two mails look and read the same: blocks with
 * their attributes, and between them lines of text with the formatting they stand in. Whitespace that nobody sees is left
 * out; so is which of two formats is outside the other, where that makes no difference. What is in `whole` is compared as it
 * is written.
 */
export function canonical(container: Element, whole: readonly string[] = ISLAND_TAGS): string[] {
  const tokens: string[] = [];
  let line: Run[] = [];
  const flush = () => {
    tokens.push(...lineTokens(line));
    line = [];
  };
  const visit = (node: Node, marks: readonly string[]) => {
    if (node instanceof Text) line.push({ marks, text: node.data, piece: false });
    else if (!(node instanceof Element)) tokens.push(`<!${node.nodeName}>`);
    else if (node.localName === 'br' || node.localName === 'img')
      line.push({ marks, text: opening(node), piece: true });
    else if (INLINE_TAGS.has(node.localName)) inline(node, marks);
    else block(node);
  };
  const inline = (element: Element, marks: readonly string[]) => {
    const before = line.length;
    // Beside one that looks the same: put together, its edges would be gone.
    const twin = element.previousSibling;
    if (twin instanceof Element && element.attributes.length > 0 && opening(twin) === opening(element))
      line.push({ marks, text: '<edge>', piece: true });
    for (const child of element.childNodes) visit(child, [...marks, opening(element)]);
    if (line.length === before) line.push({ marks, text: `<empty ${opening(element)}>`, piece: true });
  };
  const block = (element: Element) => {
    flush();
    if (whole.includes(element.localName)) {
      tokens.push(element.outerHTML);
      return;
    }
    tokens.push(opening(element));
    for (const child of element.childNodes) visit(child, []);
    flush();
    tokens.push(`</${element.localName}>`);
  };
  for (const child of container.childNodes) visit(child, []);
  flush();
  return tokens;
}

function lineTokens(line: readonly Run[]): string[] {
  const tokens: string[] = [];
  let open: { marks: string; text: string } | null = null;
  let atSpace = true;
  const close = () => {
    if (open && open.text !== '') tokens.push(`${open.marks}“${open.text}`);
    open = null;
  };
  const lastText = () => open;
  for (const { marks, text, piece } of line) {
    const key = settled(marks).join('');
    if (piece) {
      const before = lastText();
      if (before && text.startsWith('<br')) before.text = before.text.replace(/ $/, '');
      close();
      tokens.push(key + text);
      atSpace = text.startsWith('<br');
      continue;
    }
    let seen = text.replace(WHITESPACE, ' ');
    if (atSpace) seen = seen.replace(/^ /, '');
    if (seen === '') continue;
    atSpace = seen.endsWith(' ');
    const before = lastText();
    if (before?.marks === key) before.text += seen;
    else {
      close();
      open = { marks: key, text: seen };
    }
  }
  const last = lastText();
  if (last) last.text = last.text.replace(/ $/, '');
  close();
  return tokens;
}

/** In one order, unless an outer and an inner one could set the same thing. */
function settled(marks: readonly string[]): readonly string[] {
  const sets = marks.map(setBy);
  const independent = sets.every((one, i) => sets.every((other, j) => i === j || !meet(one, other)));
  return independent ? [...marks].sort() : marks;
}

const meet = (one: readonly string[], other: readonly string[]) =>
  one.some((name) => name === '*' || other.includes('*') || other.includes(name));

/** The properties an opening tag sets; `*` when nobody can tell. */
function setBy(tag: string): readonly string[] {
  const name = /^<([a-z0-9]+)/.exec(tag)?.[1] ?? '';
  const own = SETS[name] ?? ['*'];
  const attributes = [...tag.matchAll(/ ([^\s=]+)="([^"]*)"/g)];
  const styles = attributes.flatMap(([, attribute = '', value = '']) => {
    if (attribute === 'href' || attribute === 'title' || attribute === 'target' || attribute === 'rel') return [];
    return attribute === 'style' ? propertiesOf(value) : ['*'];
  });
  return name === 'span' ? styles : [...own, ...styles];
}

const propertiesOf = (style: string) =>
  style.split(';').flatMap((rule) => {
    const property = rule.split(':')[0]?.trim().toLowerCase() ?? '';
    // Shorthands and sizes reach further than their name.
    if (/^(?:font|all|font-size|text-decoration-.+)$/.test(property)) return ['*'];
    return property === '' ? [] : [property];
  });

function opening(element: Element): string {
  const attributes = [...element.attributes].map(({ name, value }) => ` ${name}="${value.replaceAll('"', '&quot;')}"`);
  return `<${element.localName}${attributes.sort().join('')}>`;
}
