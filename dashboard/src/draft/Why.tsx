import type { Draft, Revision } from '../../../src/api/schemas/index.ts';
import { plain } from '../lib/plain.ts';
import { absolute, inBothZones, ownZone, relative, useNow } from '../lib/time.ts';
import { missingWords } from '../lib/words.ts';
import { Findings } from './Findings.tsx';

/** Why it waits, and what to look at before deciding. */
export function Why({ draft, revision }: { draft: Draft; revision: Revision | null }) {
  const nowMs = useNow();
  const findings = revision?.warnings ?? [];
  const lines = facts(draft, nowMs);
  if (findings.length === 0 && lines.length === 0) return null;
  return (
    <section aria-label="Before you decide" className="mb-5 overflow-hidden rounded-xl border border-line">
      {lines.map(({ key, text, tone, title }) => (
        <p
          key={key ?? text}
          title={title}
          className={`border-b border-line px-4 py-2 break-words whitespace-pre-line last:border-b-0 ${tone}`}
        >
          {text}
        </p>
      ))}
      {revision && findings.length > 0 && <Findings revision={revision} />}
    </section>
  );
}

/** What holds an approved draft back goes away by itself, or is looked at again at a time. */
function heldBack(message: string, notBefore: string | null, nowMs: number): string {
  if (notBefore === null || Date.parse(notBefore) <= nowMs) return message;
  return `Held back: ${message} Tried again ${inBothZones(notBefore, ownZone, nowMs)}.`;
}

/** Whom or what it is about; where that is nobody in particular, what was found. */
const foundText = ({ message, details }: NonNullable<Draft['found']>): string =>
  plain(details.length > 0 ? details.join('\n') : message);

interface Fact {
  key?: string;
  text: string;
  tone: string;
  title?: string;
}

function facts(draft: Draft, nowMs: number): Fact[] {
  const { reason, status, reviewDeadline, approvals, approvalsMissing, blocked, notBefore, found, cannotApprove } =
    draft;
  const list: Fact[] = [];
  if (reason) {
    const tone =
      status === 'needs_attention' || status === 'failed' ? 'bg-bad-soft text-bad' : 'bg-warn-soft text-warn';
    const text = heldBack(reason.message, notBefore, nowMs);
    list.push({ key: 'reason', text: found ? `${text}\n${foundText(found)}` : text, tone });
  } else if (blocked)
    list.push({ text: 'The checks found errors: edit it before it can be approved.', tone: 'bg-bad-soft text-bad' });
  for (const { by, revision, groups, at, withTime, decisionId } of status === 'sent' ? [] : approvals) {
    const as = groups.length > 0 ? ` (${groups.join(', ')})` : '';
    const what = withTime ? ' with its time' : '';
    const text = `Revision ${revision} approved by ${by.name}${as}${what} ${relative(at, nowMs)}`;
    list.push({ key: decisionId, text, tone: 'text-good', title: absolute(at) });
  }
  const many = approvalsMissing.reduce((sum, { count }) => sum + count, 0);
  if (status === 'in_review' && (many > 1 || approvals.length > 0 || approvalsMissing.some(({ group }) => group))) {
    list.push({ text: `Needs ${missingWords(approvalsMissing)}`, tone: 'text-info' });
  }
  // Who has it stands in the head; here only for whom it is where nobody in particular has it, and why.
  if (status === 'in_review' && draft.routing && draft.assignee === null && draft.routing.person === null) {
    list.push({ text: draft.routing.summary, tone: draft.routing.outcome === 'group' ? 'text-info' : 'text-warn' });
  }
  if (status === 'in_review' && cannotApprove) {
    list.push({ text: `You cannot approve it. ${cannotApprove.message}`, tone: 'bg-warn-soft text-warn' });
  } else if (status === 'in_review' && !draft.actions.includes('approve') && !blocked) {
    list.push({ text: 'Your key cannot approve this draft.', tone: 'text-muted' });
  }
  if (reviewDeadline && Date.parse(reviewDeadline) - nowMs < 86_400_000) {
    const text = `Expires unsent ${relative(reviewDeadline, nowMs)} if nobody decides`;
    list.push({ text, tone: 'text-warn', title: absolute(reviewDeadline) });
  }
  return list;
}
