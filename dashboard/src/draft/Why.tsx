import type { Draft, Revision } from '../../../src/api/schemas/index.ts';
import { absolute, relative, useNow } from '../lib/time.ts';

/** Why it waits, and what to look at before deciding. */
export function Why({ draft, revision }: { draft: Draft; revision: Revision | null }) {
  const nowMs = useNow();
  const findings = revision?.warnings ?? [];
  const lines = facts(draft, nowMs);
  if (findings.length === 0 && lines.length === 0) return null;
  return (
    <section aria-label="Before you decide" className="mb-5 overflow-hidden rounded-xl border border-line">
      {lines.map(({ text, tone, title }) => (
        <p key={text} title={title} className={`border-b border-line px-4 py-2 last:border-b-0 ${tone}`}>
          {text}
        </p>
      ))}
      {findings.length > 0 && (
        <ul className="divide-y divide-line">
          {findings.map(({ level, code, message }) => (
            <li key={`${code} ${message}`} className="flex gap-3 px-4 py-2">
              <span className={`shrink-0 font-semibold ${level === 'error' ? 'text-bad' : 'text-warn'}`}>
                {level === 'error' ? 'Error' : 'Warning'}
              </span>
              <span className="min-w-0 break-words">{message}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface Fact {
  text: string;
  tone: string;
  title?: string;
}

function facts(draft: Draft, nowMs: number): Fact[] {
  const { reason, status, reviewDeadline, approval, blocked } = draft;
  const list: Fact[] = [];
  if (reason) {
    const tone =
      status === 'needs_attention' || status === 'failed' ? 'bg-bad-soft text-bad' : 'bg-warn-soft text-warn';
    list.push({ text: reason.message, tone });
  } else if (blocked)
    list.push({ text: 'The checks found errors: edit it before it can be approved.', tone: 'bg-bad-soft text-bad' });
  if (approval && status !== 'sent') {
    const text = `Revision ${approval.revision} approved by ${approval.by.name} ${relative(approval.at, nowMs)}`;
    list.push({ text, tone: 'text-good', title: absolute(approval.at) });
  }
  if (status === 'in_review' && !draft.actions.includes('approve') && !blocked) {
    list.push({ text: 'Your key cannot approve this draft.', tone: 'text-muted' });
  }
  if (reviewDeadline && Date.parse(reviewDeadline) - nowMs < 86_400_000) {
    const text = `Expires unsent ${relative(reviewDeadline, nowMs)} if nobody decides`;
    list.push({ text, tone: 'text-warn', title: absolute(reviewDeadline) });
  }
  return list;
}
