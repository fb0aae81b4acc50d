import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { DraftSummary } from '../../../src/api/schemas/index.ts';
import { refusals } from '../act/commands.ts';
import { lastActs, prefetchDraft } from '../api/live.ts';
import type { DeskSearch } from '../desk.ts';
import { dueSoon, expiresSoon, overdue } from '../lib/late.ts';
import { plain } from '../lib/plain.ts';
import { useStore } from '../lib/store.ts';
import { absolute, age, goes, relative, useNow } from '../lib/time.ts';
import { belongs, type ListRow, VIEWS, type ViewId } from '../lib/views.ts';
import { recipientsLine, STATUS, subjectLine, urgencyWords } from '../lib/words.ts';
import { selection, toggle } from './selection.ts';

const TONES = { info: 'text-info', good: 'text-good', warn: 'text-warn', bad: 'text-bad', muted: 'text-muted' };
const DOTS = { info: 'bg-accent', good: 'bg-good', warn: 'bg-warn', bad: 'bg-bad', muted: 'bg-line-strong' };

/** Drawn anew when something of it changes, and not at each step through the list. */
export const Row = memo(function Row(props: {
  draft: ListRow;
  view: ViewId;
  /** What of the address says which list this is; the same object as long as that says the same. */
  list: DeskSearch;
  current: boolean;
}) {
  const { draft, view, list, current } = props;
  const chosen = useStore(selection);
  const nowMs = useNow();
  const refusal = useStore(refusals).get(draft.id);
  const since = draft.waitingSince ?? draft.createdAt;
  const gone = !belongs(view, draft.status, draft.needsMe);
  const { word, tone } = STATUS[draft.status];
  return (
    <div className="relative">
      {chosen.size > 0 && (
        <input
          type="checkbox"
          aria-label={`Select ${subjectLine(draft)}`}
          checked={chosen.has(draft.id)}
          onChange={() => toggle(draft.id)}
          className="absolute top-2 left-2 size-6"
        />
      )}
      <Link
        to="/$view/$draftId"
        params={{ view, draftId: draft.id }}
        search={list}
        aria-current={current ? 'true' : undefined}
        onFocus={() => prefetchDraft(draft.id)}
        onMouseEnter={() => prefetchDraft(draft.id)}
        className={`block border-b border-line py-2.5 pr-4 -outline-offset-2 ${chosen.size > 0 ? 'pl-10' : 'pl-4'} ${current ? 'bg-selected' : 'hover:bg-hover'}`}
      >
        <span className="flex items-baseline gap-2">
          <span className={`size-2 shrink-0 rounded-full ${gone ? 'bg-line-strong' : DOTS[tone]}`} aria-hidden="true" />
          <span className={`min-w-0 flex-1 truncate ${gone ? 'text-muted line-through' : 'font-semibold'}`}>
            {recipientsLine(draft.recipients)}
          </span>
          <time
            dateTime={since}
            title={`${draft.waitingSince ? 'Waiting since' : 'Asked for'} ${absolute(since)}`}
            className="shrink-0 text-xs text-muted tabular-nums"
          >
            {age(since, nowMs)}
          </time>
        </span>
        <span className={`block truncate pl-4 ${gone ? 'text-muted' : ''}`}>{subjectLine(draft)}</span>
        <span className="flex flex-wrap gap-x-2 pl-4 text-xs leading-5 text-muted">
          {gone ? (
            <Departed draft={draft} view={view} nowMs={nowMs} />
          ) : (
            <Facts draft={draft} view={view} word={word} nowMs={nowMs} />
          )}
        </span>
        {refusal && <span className="block pl-4 text-xs leading-5 text-bad">Not done: {refusal}</span>}
      </Link>
    </div>
  );
});

function Departed({ draft, view, nowMs }: { draft: DraftSummary; view: ViewId; nowMs: number }) {
  const act = useStore(lastActs).get(draft.id);
  const by = act?.status === draft.status || draft.status === 'sending' || draft.status === 'sent' ? act : undefined;
  const waitsStill = VIEWS[view].needsMe && draft.status === 'in_review';
  return (
    <span>
      {waitsStill ? 'No longer needs you' : STATUS[draft.status].word}
      {by && ` · ${by.actor.name}, ${relative(by.at, nowMs)}`}
    </span>
  );
}

/** At a glance: what is risky, and when it goes. Words first; the colour only repeats them. */
function Facts({ draft, view, word, nowMs }: { draft: DraftSummary; view: ViewId; word: string; nowMs: number }) {
  const several = view === 'all' || view === 'rejected' || (view === 'scheduled' && draft.status === 'sending');
  const waits = draft.status === 'in_review' || draft.status === 'changes_requested';
  const urgent = urgencyWords(draft);
  const timed = draft.schedule.kind !== 'now' || draft.holdUntil !== null;
  return (
    <>
      {several && <span>{word}</span>}
      {waits && urgent && <span className={`font-semibold ${TONES[urgent.tone]}`}>{urgent.word}</span>}
      {waits && expiresSoon(draft.reviewDeadline, nowMs) && (
        <span className="font-semibold text-bad">Expires {relative(draft.reviewDeadline ?? '', nowMs)}</span>
      )}
      {overdue(draft, nowMs) && <span className="font-semibold text-warn">Overdue</span>}
      {waits && dueSoon(draft, nowMs) && (
        <span className="font-semibold text-warn">Due {relative(draft.dueAt ?? '', nowMs)}</span>
      )}
      {waits && draft.escalated && <span className="font-semibold text-bad">Escalated</span>}
      {draft.assignee && <span className="font-semibold text-info">{draft.assignee.person.name} has it</span>}
      {draft.paused && <span className="font-semibold text-warn">Paused</span>}
      {draft.blocked && <span className="font-semibold text-bad">Errors found</span>}
      {!draft.blocked && draft.warningCount > 0 && waits && (
        <span className="font-semibold text-warn">
          {draft.warningCount === 1 ? '1 warning' : `${draft.warningCount} warnings`}
        </span>
      )}
      {draft.reason && <span className={waits ? 'text-warn' : ''}>{draft.reason.message}</span>}
      {(waits || draft.status === 'scheduled') && timed && <span>{goes(draft, nowMs)}</span>}
      {waits && !timed && <span className="truncate">from {plain(draft.createdBy.name)}</span>}
      {draft.status === 'sent' && draft.approvedBy && <span>Approved by {draft.approvedBy.name}</span>}
    </>
  );
}
