const HANDLERS = /("[^"]*"|'[^']*')|\bon[a-z]+(?=\s*=)/gi;

/**
 * HTML without event handlers and base addresses, before any parser sees it. DOMPurify takes both away anyway, but a
 * browser already complains on the console while it parses them. Cut at each `<`, so the work grows with the length only.
 */
export function quietMarkup(html: string): string {
  const [start = '', ...rest] = html.split('<');
  return [start, ...rest.map(quietTag)].join('<');
}

function quietTag(piece: string): string {
  if (!/^[a-z]/i.test(piece)) return piece;
  const end = piece.indexOf('>');
  const tag = end < 0 ? piece : piece.slice(0, end);
  const quiet = tag.replace(HANDLERS, (_, quoted?: string) => quoted ?? 'data-off').replace(/^base\b/i, 'x-base');
  return quiet + piece.slice(tag.length);
}
