import { Parser } from 'htmlparser2';

export interface Link {
  /** As written, trimmed. */
  href: string;
  /** What the reader sees, with single spaces. */
  text: string;
}

/** What checks need to know of an HTML mail, from one pass of a real parser. */
export interface HtmlFacts {
  links: Link[];
  /** `src` of pictures. */
  images: string[];
  /** Active content that mail clients drop or block: script, event handlers, forms, frames. */
  active: string[];
  /** Everything a reader sees, blocks on lines of their own. */
  text: string;
}

const INLINE_TAGS = new Set([
  'a',
  'b',
  'strong',
  'i',
  'em',
  'u',
  'span',
  'font',
  'small',
  'sub',
  'sup',
  'code',
  'del',
  'img',
]);
const UNSEEN_TAGS = new Set(['script', 'style', 'head', 'title', 'template']);
const ACTIVE_TAGS = new Set(['script', 'iframe', 'object', 'embed', 'form', 'input', 'base', 'svg', 'math']);

export function htmlFacts(html: string): HtmlFacts {
  const facts: HtmlFacts = { links: [], images: [], active: [], text: '' };
  let open: Link | null = null;
  let unseen = 0;
  const seen: string[] = [];
  const parser = new Parser({
    onopentag(name, attributes) {
      if (UNSEEN_TAGS.has(name)) unseen += 1;
      if (!INLINE_TAGS.has(name)) seen.push('\n');
      if (ACTIVE_TAGS.has(name)) facts.active.push(`<${name}>`);
      const handler = Object.keys(attributes).find((attribute) => attribute.startsWith('on'));
      if (handler) facts.active.push(handler);
      if (name === 'img' && attributes.src) facts.images.push(attributes.src.trim());
      if ((name === 'a' || name === 'area') && attributes.href !== undefined) {
        open = { href: attributes.href.trim(), text: '' };
        facts.links.push(open);
      }
    },
    ontext(text) {
      if (unseen > 0) return;
      seen.push(text);
      if (open) open.text += text;
    },
    onclosetag(name) {
      if (UNSEEN_TAGS.has(name)) unseen -= 1;
      if (!INLINE_TAGS.has(name)) seen.push('\n');
      if (name === 'a' || name === 'area') open = null;
    },
  });
  parser.write(html);
  parser.end();
  for (const link of facts.links) link.text = link.text.replace(/\s+/g, ' ').trim();
  return { ...facts, text: seen.join('') };
}
