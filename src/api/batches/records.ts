const NEWLINE = 0x0a;
const RETURN = 0x0d;
const QUOTE = 0x22;
/** What spreadsheets write between cells. */
export const DELIMITERS = [',', ';', '\t'] as const;

/** Complete records of a piece of a file, without their line ends, and the bytes of the one that is not complete. */
export interface Split {
  records: Uint8Array[];
  rest: Uint8Array;
  /** Whether the rest lies inside a quoted field. */
  open: boolean;
}

/**
 * Cuts at the line ends of JSON lines. In UTF-8 no other character holds this byte, so a piece may begin and end in the
 * middle of a character.
 */
export function splitLines(bytes: Uint8Array): Split {
  const records: Uint8Array[] = [];
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
    records.push(trimmedReturn(bytes.subarray(start, end)));
    start = end + 1;
  }
  return { records, rest: bytes.subarray(start), open: false };
}

/**
 * Cuts a CSV at the line ends outside quoted fields; as with lines, at bytes. A quote opens a field only where one
 * begins, so a stray quote spoils its own record alone. Without `delimiter` (for a header) any of them counts.
 * `limit` stops after so many records.
 */
export function splitCsv(bytes: Uint8Array, delimiter: string | null, limit = Number.POSITIVE_INFINITY): Split {
  const delimiters = new Set((delimiter === null ? [...DELIMITERS] : [delimiter]).map((char) => char.charCodeAt(0)));
  const records: Uint8Array[] = [];
  let start = 0;
  let state: 'begin' | 'plain' | 'quoted' = 'begin';
  let at = hasBom(bytes) ? 3 : 0;
  for (; at < bytes.length && records.length < limit; at += 1) {
    const byte = bytes[at] ?? 0;
    if (state === 'quoted') {
      if (byte !== QUOTE) continue;
      // A doubled quote is one quote of the text.
      if (bytes[at + 1] === QUOTE) at += 1;
      else state = 'plain';
    } else if (byte === NEWLINE) {
      records.push(trimmedReturn(bytes.subarray(start, at)));
      start = at + 1;
      state = 'begin';
    } else if (state === 'begin' && byte === QUOTE) {
      state = 'quoted';
    } else {
      state = delimiters.has(byte) ? 'begin' : 'plain';
    }
  }
  return { records, rest: bytes.subarray(start), open: state === 'quoted' };
}

const trimmedReturn = (line: Uint8Array) => (line.at(-1) === RETURN ? line.subarray(0, -1) : line);

/** UTF-8's byte order mark, which spreadsheets write first. */
export const hasBom = (bytes: Uint8Array) => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;

/** The mark of UTF-16, which other programs call "Unicode text". */
export const isUtf16 = (bytes: Uint8Array) =>
  (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);

/** The text of a record; null when it is not UTF-8. */
export function decoded(record: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(record);
  } catch {
    return null;
  }
}

/** The delimiter a header uses: the one that is there most often outside quotes. */
export function delimiterOf(header: string): string {
  const bare = header.replace(/"(?:[^"]|"")*"/g, '');
  const counted = DELIMITERS.map((delimiter) => ({ delimiter, count: bare.split(delimiter).length - 1 }));
  return counted.reduce((best, one) => (one.count > best.count ? one : best)).delimiter;
}
