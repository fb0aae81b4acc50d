/**
 * C0 and C1 controls and the marks that reverse the reading order: with them a name can display as another one. Joiners
 * that emoji and Indic scripts need stay.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose
const INVISIBLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Text without characters that deceive or break; line breaks become `\n`. */
export function cleanText(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(INVISIBLE, '');
}

/** Text for a header: one line, single spaces. */
export function oneLine(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ').trim();
}

/**
 * Text that Markdown shows as it is: every character that could open markup, a link or HTML gets a backslash, and white
 * space shrinks to single spaces, since a line break could start a list, a heading or a code block.
 */
export function escapeMarkdown(text: string): string {
  return cleanText(text)
    .replace(/[\t\n ]+/g, ' ')
    .replace(/[!"#&'()*+\-.:<=>@[\\\]^_`{|}~]/g, '\\$&');
}

/** As `escapeMarkdown`, but keeps the author's lines: a blank line parts paragraphs, a single break stays a break. */
export function escapeParagraphs(text: string): string {
  return cleanText(text)
    .split(/\n[\t ]*\n\s*/)
    .map((paragraph) =>
      paragraph
        .split('\n')
        .map((line) => escapeMarkdown(line.trim()))
        .filter((line) => line !== '')
        .join('\\\n'),
    )
    .filter((paragraph) => paragraph !== '')
    .join('\n\n');
}
