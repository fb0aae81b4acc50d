import { structuredPatch } from 'diff';
import type { Revision } from '../client/index.ts';
import type { Output } from './output.ts';
import { mailLines } from './show-draft.ts';

/** A unified diff of two revisions: headers, attachments and text; then HTML, where it changed. */
export function diffLines(out: Output, older: Revision, newer: Revision): string[] {
  const lines = [
    ...unified(out, 'mail', older, newer, mailLines(older), mailLines(newer)),
    ...unified(out, 'html', older, newer, older.content.html.split('\n'), newer.content.html.split('\n')),
  ];
  return lines.length === 0 ? ['The revisions say the same.'] : lines;
}

function unified(out: Output, part: string, older: Revision, newer: Revision, a: string[], b: string[]): string[] {
  const name = (revision: Revision) => `${part} r${revision.revision}`;
  const patch = structuredPatch(name(older), name(newer), `${a.join('\n')}\n`, `${b.join('\n')}\n`);
  if (patch.hunks.length === 0) return [];
  return [
    out.style(`--- ${patch.oldFileName}`, 'bold'),
    out.style(`+++ ${patch.newFileName}`, 'bold'),
    ...patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
      out.style(`@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`, 'cyan'),
      ...lines.map((line) =>
        line[0] === '+' ? out.style(line, 'green') : line[0] === '-' ? out.style(line, 'red') : line,
      ),
    ]),
  ];
}
