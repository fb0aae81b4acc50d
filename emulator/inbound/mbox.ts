const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
/** `From sender Sat Jan  3 01:05:34 1996`: with or without seconds, a zone before or after the year. */
const FROM_LINE = new RegExp(
  `^From .*\\S {1,2}${DAY},? ${MONTH} [ 0-3]?\\d \\d\\d:\\d\\d(?::\\d\\d)?(?: [A-Z]{1,5}| [+-]\\d{4})* \\d{4}(?: [+-]\\d{4})?\\s*$`,
);
/** What a message begins with; `>From ` is an old relay's mark. */
const HEADER_LINE = /^(?:[!-9;-~]+[ \t]*:|>From )/;

/** Whether these bytes begin as an mbox file does. */
export function isMbox(bytes: Uint8Array): boolean {
  return FROM_LINE.test(linesOf(bytes.subarray(0, 1_000))[0] ?? '');
}

/**
 * The messages of an mbox file, byte for byte but for the marks of the format. A message begins at a From_ line: the
 * first line, or one after an empty line, that names a sender and a date and has a header after it. Any other line that
 * begins with "From " belongs to the text, as careless writers leave it. Lines quoted as `>From ` (or `>>From `, …) lose
 * one `>`, as in mboxrd.
 */
export function* splitMbox(bytes: Uint8Array): Generator<Uint8Array> {
  const lines = linesOf(bytes);
  let message: string[] | undefined;
  for (const [index, line] of lines.entries()) {
    const afterEmpty = index === 0 || withoutReturn(lines[index - 1] ?? '') === '';
    if (afterEmpty && FROM_LINE.test(line) && HEADER_LINE.test(lines[index + 1] ?? '')) {
      if (message) yield bytesOf(message, false);
      message = [];
    } else message?.push(line.replace(/^>(>*From )/, '$1'));
  }
  if (message) yield bytesOf(message, true);
}

/** One character a byte, so that mail in any charset comes out as it went in. */
const linesOf = (bytes: Uint8Array): string[] => Buffer.from(bytes).toString('latin1').split('\n');

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

/** The format ends each message with an empty line of its own; at the end of a file some writers leave it out. */
function bytesOf(lines: string[], atEnd: boolean): Uint8Array {
  const ending = atEnd && lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  const text = withoutReturn(ending.at(-1) ?? '') === '' ? [...ending.slice(0, -1), ''] : lines;
  return new Uint8Array(Buffer.from(text.join('\n'), 'latin1'));
}
