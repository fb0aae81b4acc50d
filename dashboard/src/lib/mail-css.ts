/** Functions through which a style sheet can fetch something. */
const FETCHING =
  /(?:url|src|image|image-set|-webkit-image-set|cross-fade)\s*\(\s*(?:"[^"]*"|'[^']*'|[^)]*)\s*(?:\)|$)/gi;

/** `u\72l(` is `url(`: escapes are read before anything is looked for. */
const readEscapes = (css: string) =>
  css.replace(/\\([0-9a-f]{1,6})\s?/gi, (_, hex: string) => {
    const code = Number.parseInt(hex, 16);
    // Only letters and digits can hide a name; anything else could close a string or a block.
    return /[a-z0-9-]/i.test(String.fromCodePoint(Math.min(code, 0x10ffff))) ? String.fromCodePoint(code) : '';
  });

/** A style sheet or attribute without anything it would load, except data: images. The frame's policy is the wall; this keeps it quiet. */
export function quietCss(css: string): string {
  return readEscapes(css.replace(/\/\*[\s\S]*?(?:\*\/|$)/g, ' '))
    .replace(/@(?:import|namespace)\b[^;]*;?/gi, '')
    .replace(/@font-face\s*\{[^}]*\}?/gi, '')
    .replace(FETCHING, (found) => (/^url\(\s*["']?data:image\//i.test(found) ? found : 'none'));
}
