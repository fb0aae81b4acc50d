/** What may be shown of an attachment; `why` says in words why nothing is. */
export type Look =
  | { kind: 'image'; type: string; width: number; height: number }
  | { kind: 'text'; text: string; cut: boolean }
  | { kind: 'none'; why: string };

export const MOST_IMAGE_BYTES = 8_000_000;
export const MOST_TEXT_BYTES = 2_000_000;
const MOST_CHARACTERS = 100_000;
/** A small file can be an image that fills the memory. */
const MOST_PIXELS = 50_000_000;

const TEXT_ENDINGS =
  /\.(?:txt|csv|tsv|json|jsonl|ndjson|md|markdown|log|xml|html?|svg|ics|vcf|eml|ya?ml|ini|css|js|ts|sql|py)$/i;
const IMAGE_ENDINGS = /\.(?:png|jpe?g|gif|webp)$/i;
const IMAGE_TYPES = /^image\/(?:png|jpe?g|gif|webp)$/i;

export interface Named {
  filename?: string;
  contentType?: string;
  size: number;
}

/** What it says it is: what is worth fetching. Its bytes decide. Null: it is not shown, because of `why`. */
export function promises({ filename = '', contentType = '', size }: Named): 'image' | 'text' | { why: string } {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  const image = IMAGE_TYPES.test(type) || (IMAGE_ENDINGS.test(filename) && !type.startsWith('text/'));
  if (image) return size <= MOST_IMAGE_BYTES ? 'image' : { why: 'Too large to be shown here' };
  const text =
    /^(?:text\/|message\/rfc822|image\/svg)/.test(type) ||
    /[/+](?:json|xml|yaml)$/.test(type) ||
    TEXT_ENDINGS.test(filename);
  if (text) return size <= MOST_TEXT_BYTES ? 'text' : { why: 'Too large to be shown here' };
  if (type === 'application/pdf' || /\.pdf$/i.test(filename))
    return { why: 'A PDF can carry scripts: download it and open it in a viewer you trust' };
  return { why: 'Not a kind of file that is shown here' };
}

export function lookAt(bytes: Uint8Array, promised: 'image' | 'text'): Look {
  return promised === 'image' ? imageOf(bytes) : textOf(bytes);
}

function textOf(bytes: Uint8Array): Look {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { kind: 'none', why: 'It calls itself text, and is not' };
  }
  if (text.includes('\0')) return { kind: 'none', why: 'It calls itself text, and is not' };
  const told = text.slice(0, MOST_CHARACTERS).replace(UNSEEN, (char) => `[U+${codeOf(char)}]`);
  return { kind: 'text', text: told, cut: text.length > MOST_CHARACTERS };
}

/** Characters that turn the direction of what follows, or are not seen: told by number. */
const UNSEEN = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const codeOf = (char: string) => char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');

function imageOf(bytes: Uint8Array): Look {
  const found = sizeOf(bytes);
  if (found === null) return { kind: 'none', why: 'It calls itself an image, and is not' };
  if (found.width * found.height > MOST_PIXELS) return { kind: 'none', why: 'An image too large to be shown here' };
  return { kind: 'image', ...found };
}

type Size = { type: string; width: number; height: number };

/** Type and size by the first bytes; null for anything but PNG, JPEG, GIF and WebP. */
function sizeOf(bytes: Uint8Array): Size | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const says = (at: number, text: string) => [...text].every((char, i) => bytes[at + i] === char.charCodeAt(0));
  try {
    if (says(0, '\x89PNG\r\n\x1a\n') && says(12, 'IHDR'))
      return { type: 'image/png', width: view.getUint32(16), height: view.getUint32(20) };
    if (says(0, 'GIF87a') || says(0, 'GIF89a'))
      return { type: 'image/gif', width: view.getUint16(6, true), height: view.getUint16(8, true) };
    if (says(0, 'RIFF') && says(8, 'WEBP')) return webpSize(view, says);
    if (says(0, '\xff\xd8\xff')) return jpegSize(view);
  } catch {
    // Shorter than its kind must be.
  }
  return null;
}

function webpSize(view: DataView, says: (at: number, text: string) => boolean): Size | null {
  const type = 'image/webp';
  if (says(12, 'VP8 '))
    return { type, width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (says(12, 'VP8L')) {
    const packed = view.getUint32(21, true);
    return { type, width: (packed & 0x3fff) + 1, height: ((packed >> 14) & 0x3fff) + 1 };
  }
  if (!says(12, 'VP8X')) return null;
  const at = (offset: number) => (view.getUint32(offset, true) & 0xffffff) + 1;
  return { type, width: at(24), height: at(27) };
}

/** The frame header, behind as many segments as there are. */
function jpegSize(view: DataView): Size | null {
  for (let at = 2; at < view.byteLength - 8; ) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) at += 1;
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return { type: 'image/jpeg', width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    else at += 2 + view.getUint16(at + 2);
  }
  return null;
}
