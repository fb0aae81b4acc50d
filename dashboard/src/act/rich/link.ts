import type { Mark } from 'prosemirror-model';
import type { EditorState, Transaction } from 'prosemirror-state';
import { schema } from './schema.ts';

const { link } = schema.marks;

/** The link the cursor is in, with all of its text. */
export function linkAt(state: EditorState): { from: number; to: number; mark: Mark; text: string } | null {
  const { $from } = state.selection;
  const { parent } = $from;
  const start = parent.childAfter($from.parentOffset);
  const mark = start.node && link.isInSet(start.node.marks);
  const before = mark ? null : parent.childBefore($from.parentOffset);
  const found = mark || (before?.node && link.isInSet(before.node.marks));
  if (!found) return null;
  let [from, to, text] = [Number.POSITIVE_INFINITY, 0, ''];
  parent.forEach((node, offset) => {
    if (!found.isInSet(node.marks)) return;
    const at = $from.start() + offset;
    // The same target twice is two links where other words stand between.
    if (to !== 0 && at !== to) return;
    from = Math.min(from, at);
    to = at + node.nodeSize;
    text += node.text ?? '';
  });
  return { from, to, mark: found, text };
}

/** `www.example.com` and `ana@example.com` as they are meant; null for what may be no link of a mail. */
export function targetOf(typed: string): string | null {
  const text = typed.trim();
  const whole = /^[a-z][a-z0-9+.-]*:/i.test(text)
    ? text
    : /^[^\s/@]+@[^\s/@]+$/.test(text)
      ? `mailto:${text}`
      : `https://${text}`;
  try {
    const { protocol, hostname } = new URL(whole);
    if (protocol === 'mailto:' || protocol === 'tel:') return whole;
    return (protocol === 'https:' || protocol === 'http:') && hostname.includes('.') ? whole : null;
  } catch {
    return null;
  }
}

/** Gives the selection, or the link the cursor is in, a target; null takes it away. Without either, the target is its text. */
export function setLink(state: EditorState, href: string | null): Transaction {
  const { tr, selection } = state;
  const there = linkAt(state);
  const [from, to] = there && selection.empty ? [there.from, there.to] : [selection.from, selection.to];
  if (href === null) return tr.removeMark(from, to, link);
  const mark = link.create({ href, kept: there?.mark.attrs.kept ?? '' });
  if (from === to) return tr.insert(from, schema.text(href, [mark]));
  return tr.removeMark(from, to, link).addMark(from, to, mark);
}
