import { normalBody } from './mail-text.ts';

/** Whether `actual` is `wanted`, with nothing added but `footer` at its end. */
export function sameText(wanted: string, actual: string, footer: string | null): boolean {
  const [want, got] = [normalBody(wanted), normalBody(actual)];
  if (want === got) return true;
  if (isBlank(footer) || !got.startsWith(want)) return false;
  return normalBody(got.slice(want.length)).trim() === normalBody(footer).trim();
}

/** Whether `actual` is `wanted`, with nothing added but `footer` right before `</body>`, or at the end. */
export function sameHtml(wanted: string, actual: string, footer: string | null): boolean {
  const [want, got] = [normalBody(wanted), normalBody(actual)];
  if (want === got) return true;
  if (isBlank(footer)) return false;
  const bodyEnd = want.toLowerCase().lastIndexOf('</body');
  const places = bodyEnd < 0 ? [want.length] : [bodyEnd, want.length];
  return places.some((place) => {
    const [before, after] = [want.slice(0, place), want.slice(place)];
    if (got.length < want.length || !got.startsWith(before) || !got.endsWith(after)) return false;
    return isFooterHtml(got.slice(before.length, got.length - after.length), footer);
  });
}

/** The footer itself, or its text in harmless mark-up: a tag that loads or runs something is never part of it. */
function isFooterHtml(added: string, footer: string): boolean {
  if (added.trim() === normalBody(footer).trim()) return true;
  if (/\son[a-z]+\s*=|url\s*\(|javascript:/i.test(added)) return false;
  const text = added.replace(HARMLESS_TAG, ' ');
  return !text.includes('<') && words(decoded(text)) === words(footer);
}

const HARMLESS_TAG = /<\/?(?:p|div|span|br|hr|small|em|i|b|strong|font|center|table|tbody|tr|td|a)(?:\s[^<>]*)?\/?>/gi;

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function decoded(html: string): string {
  return html
    .replace(/&#(\d{1,7});/g, (all, digits: string) => fromCodePoint(Number(digits)) ?? all)
    .replace(/&#x([0-9a-f]{1,6});/gi, (all, digits: string) => fromCodePoint(Number.parseInt(digits, 16)) ?? all)
    .replace(/&([a-z]+);/g, (all, name: string) => (Object.hasOwn(ENTITIES, name) ? (ENTITIES[name] ?? all) : all));
}

const fromCodePoint = (code: number) => (code <= 0x10ffff ? String.fromCodePoint(code) : undefined);
const words = (text: string) => text.replace(/\s+/g, ' ').trim();
const isBlank = (footer: string | null): footer is null => footer === null || footer.trim() === '';
