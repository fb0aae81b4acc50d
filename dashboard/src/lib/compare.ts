import { diffLines, diffWordsWithSpace } from 'diff';
import type { Revision } from '../../../src/api/schemas/index.ts';
import { textOf } from './mail-html.ts';

export interface Part {
  kind: 'same' | 'added' | 'removed';
  text: string;
}
export interface FieldChange {
  field: string;
  parts: Part[];
}

type Content = Revision['content'];

const listed = (values: readonly string[]) => values.join(', ');
const named = (content: Content) =>
  listed(content.attachments.map((a) => `${a.filename ?? 'attachment'} (${a.sha256.slice(0, 8)})`));
const said = ({ text, html }: Content) => text.trim() || textOf(html);

const FIELDS: readonly [string, (content: Content) => string][] = [
  ['To', (content) => listed(content.to)],
  ['Cc', (content) => listed(content.cc)],
  ['Bcc', (content) => listed(content.bcc)],
  ['Reply to', (content) => listed(content.replyTo)],
  ['Subject', (content) => content.subject],
  ['Attachments', named],
  ['Text', said],
];

/** Above this, a word diff would hold up the page; lines are compared instead. */
const WORD_DIFF_LIMIT = 60_000;

function parts(before: string, after: string, byLine = false): Part[] {
  const lines = byLine || before.length + after.length > WORD_DIFF_LIMIT;
  const changes = lines ? diffLines(before, after) : diffWordsWithSpace(before, after);
  return changes.map(({ value, added, removed }) => ({
    kind: added ? 'added' : removed ? 'removed' : 'same',
    text: value,
  }));
}

/** What differs between two revisions, field by field; empty when they say the same. */
export function compare(before: Content, after: Content): FieldChange[] {
  const changes = FIELDS.flatMap(([field, value]) => {
    const [a, b] = [value(before), value(after)];
    return a === b ? [] : [{ field, parts: parts(a, b) }];
  });
  // A change of markup alone, or of what the HTML says beside the text, must not go unseen.
  const textChanged = changes.some(({ field }) => field === 'Text');
  const htmlSays = textOf(before.html) !== textOf(after.html);
  if (before.html !== after.html && (!textChanged || (htmlSays && before.text !== ''))) {
    changes.push(
      htmlSays
        ? { field: 'HTML, as text', parts: parts(textOf(before.html), textOf(after.html)) }
        : { field: 'HTML source', parts: parts(before.html, after.html, true) },
    );
  }
  return changes;
}
