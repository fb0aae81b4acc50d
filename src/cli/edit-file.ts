import type { ContentChanges, Revision } from '../client/index.ts';
import { UsageError } from './exit.ts';

const LISTS = { To: 'to', Cc: 'cc', Bcc: 'bcc', 'Reply-To': 'replyTo' } as const;
const TEXT_MARK = '----- text -----';
const HTML_MARK = '----- html -----';

/** A revision as a file for an editor. */
export function toEditFile(draftId: string, { revision, content }: Revision): string {
  const recipients = Object.entries(LISTS).flatMap(([name, field]) => {
    const values = content[field];
    return values.length === 0 ? [`${name}:`] : values.map((value) => `${name}: ${value}`);
  });
  return [
    `# ${draftId}, revision ${revision}. One recipient a line. Saving an empty file changes nothing.`,
    ...(content.reply ? ['# A reply: AgentMail derives its recipients and subject, so changing them is refused.'] : []),
    ...recipients,
    `Subject: ${content.subject}`,
    TEXT_MARK,
    content.text,
    HTML_MARK,
    content.html,
  ].join('\n');
}

/**
 * What the edited file changes; null when nothing.
 * @throws UsageError when the file lost its shape
 */
export function changesOf(file: string, { content }: Revision): ContentChanges | null {
  const normal = file.replace(/\r\n/g, '\n');
  if (normal.trim() === '') return null;
  const [header, rest] = cut(normal, TEXT_MARK);
  const [text, html] = cut(rest, HTML_MARK);
  const lists = { to: [] as string[], cc: [] as string[], bcc: [] as string[], replyTo: [] as string[] };
  let subject = '';
  for (const line of header.split('\n')) {
    if (line.startsWith('#') || line.trim() === '') continue;
    const [, name, value = ''] = /^([A-Za-z-]+):(.*)$/.exec(line) ?? [];
    const field = name === undefined ? undefined : Object.entries(LISTS).find(([known]) => known === name)?.[1];
    if (name === 'Subject') subject = value.trim();
    else if (field === undefined) throw new UsageError(`The line "${line}" is no To, Cc, Bcc, Reply-To or Subject.`);
    else if (value.trim() !== '') lists[field].push(value.trim());
  }
  const changes: ContentChanges = {};
  for (const field of Object.values(LISTS))
    if (lists[field].join('\n') !== content[field].join('\n')) changes[field] = lists[field];
  if (subject !== content.subject) changes.subject = subject;
  if (text !== content.text) changes.text = text;
  // An editor ends every file with a line break of its own.
  if (html !== content.html && html !== `${content.html}\n`) changes.html = html;
  return Object.keys(changes).length === 0 ? null : changes;
}

/** Text before a mark's line, and after it. */
function cut(text: string, mark: string): [string, string] {
  const at = text.indexOf(`${mark}\n`);
  if (at < 0 && text.endsWith(mark)) return [text.slice(0, -mark.length).replace(/\n$/, ''), ''];
  if (at < 0) throw new UsageError(`The line "${mark}" is missing.`);
  return [text.slice(0, at).replace(/\n$/, ''), text.slice(at + mark.length + 1)];
}
