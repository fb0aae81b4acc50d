const HANDLERS = /("[^"]*"|'[^']*')|\bon[a-z]+(?=\s*=)/gi;

/** Elements that do something while they are only parsed: a track of a film is asked for even in a document nobody sees. */
const HASTY = /^(?:base|track|video|audio|source)\b/i;

/**
 * HTML without event handlers, base addresses and films, before any parser sees it. DOMPurify takes them away anyway, but
 * a browser already complains on the console while it parses them. Cut at each `<`, so the work grows with the length
 * only.
 */
export function quietMarkup(html: string): string {
  const [start = '', ...rest] = html.split('<');
  return [start, ...rest.map(quietTag)].join('<');
}

function quietTag(piece: string): string {
  if (!/^[a-z]/i.test(piece)) return piece;
  const end = piece.indexOf('>');
  const tag = end < 0 ? piece : piece.slice(0, end);
  const quiet = tag
    .replace(HANDLERS, (_, quoted?: string) => quoted ?? 'data-off')
    .replace(HASTY, (name) => `x-${name}`);
  return quiet + piece.slice(tag.length);
}
