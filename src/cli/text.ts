/**
 * Mail content is written by strangers, and a terminal obeys what it is sent: escape sequences could move the cursor,
 * retitle the window or show other recipients than there are. They are made visible instead.
 */
export function safeText(text: string): string {
  return (
    text
      .replace(/\r\n?/g, '\n')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
      .replace(/[\x00-\x08\x0b-\x1f]/g, (char) => String.fromCharCode(0x2400 + char.charCodeAt(0)))
      // DEL, the C1 controls, and the marks that reorder or hide text.
      .replace(/[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, '\ufffd')
  );
}

/** The same value with every string in it made safe to show. */
export function safe<T>(value: T): T;
export function safe(value: unknown): unknown {
  if (typeof value === 'string') return safeText(value);
  if (Array.isArray(value)) return value.map((item) => safe(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [safeText(key), safe(item)]));
}

/** JSON that is safe on a terminal: what JSON leaves unescaped there is escaped too, so that it stays the same value. */
export function safeJson(value: unknown, indent?: number): string {
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, null, indent).replace(
    /[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    escaped,
  );
}

export const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

/** An instant in the reader's zone, without the noise of seconds. */
export function when(instant: string | null): string {
  if (instant === null) return '';
  const date = new Date(instant);
  const part = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${part(date.getMonth() + 1)}-${part(date.getDate())}`;
  return `${day} ${part(date.getHours())}:${part(date.getMinutes())}`;
}

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** `90s`, `10m`, `2h` or `7d` in ms; null for anything else. */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,9})([smhd])$/.exec(text);
  const unit = match?.[2];
  if (!match || (unit !== 's' && unit !== 'm' && unit !== 'h' && unit !== 'd')) return null;
  return Number(match[1]) * UNITS[unit];
}
