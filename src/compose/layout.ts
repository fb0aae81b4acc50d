import juice from 'juice';

/**
 * Mail clients drop style sheets, so the rules are inlined; tables carry the layout because Outlook renders with Word.
 * A letter, not a newsletter: the reader's own font size and no pictures.
 */
const CSS = `
body { margin: 0; padding: 0; background-color: #ffffff; }
.letter { padding: 16px; font-family: -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; font-size: 15px; line-height: 1.5; color: #1f2328; }
.preheader { display: none; max-height: 0; overflow: hidden; mso-hide: all; }
p { margin: 0 0 14px 0; }
h1 { margin: 20px 0 10px 0; font-size: 21px; line-height: 1.3; }
h2 { margin: 20px 0 10px 0; font-size: 18px; line-height: 1.3; }
h3, h4, h5, h6 { margin: 18px 0 8px 0; font-size: 15px; line-height: 1.3; }
ul, ol { margin: 0 0 14px 0; padding: 0 0 0 24px; }
li { margin: 0 0 4px 0; }
a { color: #0b57d0; text-decoration: underline; }
blockquote { margin: 0 0 14px 0; padding: 0 0 0 12px; border-left: 3px solid #d0d7de; color: #57606a; }
code { font-family: Consolas, Menlo, monospace; font-size: 14px; background-color: #f3f4f6; }
pre { margin: 0 0 14px 0; padding: 10px; background-color: #f3f4f6; white-space: pre-wrap; }
hr { margin: 20px 0; border: 0; border-top: 1px solid #d0d7de; }
.letter table { margin: 0 0 14px 0; border-collapse: collapse; }
.letter th { padding: 4px 16px 4px 0; text-align: left; vertical-align: top; }
.letter td { padding: 4px 16px 4px 0; vertical-align: top; }
img { max-width: 100%; border: 0; }
`;

/** Wraps a sanitized body in a whole HTML document with every style inline. `lang` and `preheader` must be plain text. */
export function layOut(body: string, options: { lang: string; preheader: string }): string {
  const preheader = options.preheader ? `<div class="preheader">${escapeHtml(options.preheader)}</div>\n` : '';
  const document = `<!doctype html>
<html lang="${escapeHtml(options.lang)}">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
</head>
<body>
${preheader}<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td align="left">
<div class="letter" style="max-width: 640px">
${body}
</div>
</td></tr></table>
</body>
</html>
`;
  return juice.inlineContent(document, CSS, { applyWidthAttributes: false, applyAttributesTableElements: false });
}

export function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
