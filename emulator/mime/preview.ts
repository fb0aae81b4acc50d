import { convert } from 'html-to-text';

const PREVIEW_CHARS = 200;

export function htmlToText(html: string): string {
  return convert(html, { wordwrap: false, selectors: [{ selector: 'img', format: 'skip' }] }).trim();
}

export function previewOf(text: string | undefined, html: string | undefined): string | undefined {
  const source = text ?? (html === undefined ? undefined : htmlToText(html));
  const flat = source?.replaceAll(/\s+/g, ' ').trim();
  return flat ? flat.slice(0, PREVIEW_CHARS) : undefined;
}
