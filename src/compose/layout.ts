const LINE = 'font-size: 15px; line-height: 1.5;';

/**
 * Mail clients drop style sheets, so every element carries its own style. Set while sanitizing, which visits each element
 * anyway; a library that inlines a style sheet afterwards parses the HTML twice more and slows every start. A letter, not
 * a newsletter: the reader's own fonts and no pictures.
 */
export const STYLES: Readonly<Record<string, string>> = {
  p: 'margin: 0 0 14px 0;',
  h1: 'margin: 20px 0 10px 0; font-size: 21px; line-height: 1.3;',
  h2: 'margin: 20px 0 10px 0; font-size: 18px; line-height: 1.3;',
  h3: 'margin: 18px 0 8px 0; font-size: 15px; line-height: 1.3;',
  h4: 'margin: 18px 0 8px 0; font-size: 15px; line-height: 1.3;',
  h5: 'margin: 18px 0 8px 0; font-size: 15px; line-height: 1.3;',
  h6: 'margin: 18px 0 8px 0; font-size: 15px; line-height: 1.3;',
  ul: 'margin: 0 0 14px 0; padding: 0 0 0 24px;',
  ol: 'margin: 0 0 14px 0; padding: 0 0 0 24px;',
  li: 'margin: 0 0 4px 0;',
  a: 'color: #0b57d0; text-decoration: underline;',
  blockquote: 'margin: 0 0 14px 0; padding: 0 0 0 12px; border-left: 3px solid #d0d7de; color: #57606a;',
  code: 'font-family: Consolas, Menlo, monospace; font-size: 14px; background-color: #f3f4f6;',
  pre: 'margin: 0 0 14px 0; padding: 10px; background-color: #f3f4f6; white-space: pre-wrap;',
  hr: 'margin: 20px 0; border: 0; border-top: 1px solid #d0d7de;',
  table: 'margin: 0 0 14px 0; border-collapse: collapse;',
  // Outlook does not inherit fonts into tables.
  th: `padding: 4px 16px 4px 0; vertical-align: top; ${LINE}`,
  td: `padding: 4px 16px 4px 0; vertical-align: top; ${LINE}`,
  img: 'max-width: 100%; border: 0;',
};

const LETTER = `max-width: 640px; padding: 16px; font-family: -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; ${LINE} color: #1f2328;`;
const HIDDEN = 'display: none; max-height: 0; overflow: hidden; mso-hide: all;';

/** Wraps a sanitized, styled body in a whole HTML document; a table carries it because Outlook renders with Word. */
export function layOut(body: string, options: { lang: string; preheader: string }): string {
  const preheader = options.preheader ? `<div style="${HIDDEN}">${escapeHtml(options.preheader)}</div>\n` : '';
  return `<!doctype html>
<html lang="${escapeHtml(options.lang)}">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
</head>
<body style="margin: 0; padding: 0; background-color: #ffffff;">
${preheader}<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td align="left">
<div style="${LETTER}">
${body}
</div>
</td></tr></table>
</body>
</html>
`;
}

export function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
