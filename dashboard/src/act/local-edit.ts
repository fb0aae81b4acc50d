import type { ContentChanges, Revision } from '../../../src/api/schemas/index.ts';

/** An edit as it is typed: recipients as lines of text. */
export interface LocalEdit {
  baseRevision: number;
  to: string;
  cc: string;
  bcc: string;
  subject: string;
  text: string;
  html: string;
  /** The text part is made from the letter; absent: not decided yet. */
  follows?: boolean;
}

const nameOf = (draftId: string) => `countersign.edit.${draftId}`;

export function startEdit({ revision, content }: Revision): LocalEdit {
  const { to, cc, bcc, subject, text, html } = content;
  return { baseRevision: revision, to: to.join('\n'), cc: cc.join('\n'), bcc: bcc.join('\n'), subject, text, html };
}

/** What was typed and not saved, kept in this tab only: mail is not for a browser's long memory. */
export function keptEdit(draftId: string): LocalEdit | null {
  try {
    const kept = sessionStorage.getItem(nameOf(draftId));
    if (kept === null) return null;
    const edit: LocalEdit = JSON.parse(kept);
    return edit;
  } catch {
    return null;
  }
}

export function keepEdit(draftId: string, edit: LocalEdit | null): void {
  try {
    if (edit === null) sessionStorage.removeItem(nameOf(draftId));
    else sessionStorage.setItem(nameOf(draftId), JSON.stringify(edit));
  } catch {
    // Full or switched off: the page still holds it.
  }
}

/** One recipient a line, or separated by semicolons; commas too, unless they are part of a quoted name. */
export function recipientsOf(text: string): string[] {
  const found = text.match(/(?:"[^"]*"|[^,;\n"])+/g) ?? [];
  return found.map((one) => one.trim()).filter(Boolean);
}

const same = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((one, i) => one === b[i]);

/** The fields that differ from the revision the edit started on; null when none does. */
export function changesOf(edit: LocalEdit, base: Revision): ContentChanges | null {
  const { content } = base;
  const changes: ContentChanges = {};
  for (const field of ['to', 'cc', 'bcc'] as const) {
    const recipients = recipientsOf(edit[field]);
    if (!same(recipients, content[field])) changes[field] = recipients;
  }
  for (const field of ['subject', 'text', 'html'] as const) {
    if (edit[field] !== content[field]) changes[field] = edit[field];
  }
  // Most programs show one body only. Who changes one says the other, too, even if it stays.
  for (const [one, other] of [
    ['text', 'html'],
    ['html', 'text'],
  ] as const) {
    if (changes[one] !== undefined && content[other] !== '') changes[other] ??= edit[other];
  }
  return Object.keys(changes).length === 0 ? null : changes;
}

/** Plain text as simple HTML: paragraphs, line breaks, links. */
export function htmlOf(text: string): string {
  const escaped = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  const linked = escaped.replace(/\bhttps?:\/\/[^\s<>]+[^\s<>.,;:!?)]/g, (url) => `<a href="${url}">${url}</a>`);
  const paragraphs = linked.trim().split(/\n{2,}/);
  return paragraphs.map((paragraph) => `<p>${paragraph.replaceAll('\n', '<br>\n')}</p>`).join('\n');
}
