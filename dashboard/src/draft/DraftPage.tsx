import { useEffect, useRef, useState } from 'react';
import type { Draft, Revision } from '../../../src/api/schemas/index.ts';
import { ActionBar } from '../act/ActionBar.tsx';
import { EditPanel } from '../act/EditPanel.tsx';
import { useDesk } from '../desk.ts';
import { subjectLine } from '../lib/words.ts';
import { SUBJECT_ID } from '../ui/focus.ts';
import { Empty } from '../ui/states.tsx';
import { Header } from './Header.tsx';
import { Newer } from './Newer.tsx';
import { Paused } from './Paused.tsx';
import { SendEvidence } from './SendEvidence.tsx';
import { SinceYouLooked } from './SinceYouLooked.tsx';
import { useSince } from './since.ts';
import { DraftTabs } from './Tabs.tsx';
import { TimelinePanel } from './TimelinePanel.tsx';
import { Why } from './Why.tsx';

/** One draft. What is being read stays put when a newer revision arrives; the reader says when to change over. */
export function DraftPage({ draft }: { draft: Draft }) {
  const { edit } = useDesk();
  const [shown, setShown] = useState<Revision | null>(draft.current);
  const heading = useRef<HTMLHeadingElement>(null);
  const revision = shown ?? draft.current;
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  useEffect(() => setShown((before) => before ?? draft.current), [draft.current]);

  const since = useSince(draft, revision);
  const editing = edit && revision !== null && draft.actions.includes('edit');
  return (
    <article aria-labelledby={SUBJECT_ID} className="flex min-h-0 flex-1 flex-col">
      <title>{`${subjectLine(draft)} · Countersign`}</title>
      <div className="min-h-0 flex-1 overflow-y-auto" data-scroller>
        <div className="mx-auto max-w-3xl px-4 pt-3 pb-8 tablet:px-8 tablet:pt-6">
          <Header draft={draft} revision={revision} heading={heading} />
          {since && !editing && <SinceYouLooked since={since} />}
          <Paused draft={draft} />
          <Why draft={draft} revision={revision} />
          {draft.actions.includes('resolve') && <SendEvidence id={draft.id} />}
          {revision && draft.current && draft.current.revision !== revision.revision && (
            <Newer current={draft.current} onShow={() => setShown(draft.current)} />
          )}
          {editing ? (
            <EditPanel draft={draft} base={revision} onSaved={() => setShown(null)} />
          ) : revision ? (
            <DraftTabs draft={draft} revision={revision} seen={since?.revision ?? null} />
          ) : (
            <>
              <Empty
                title={
                  draft.status === 'composing' ? 'This email is being composed.' : 'This email was never composed.'
                }
              >
                {draft.details}
              </Empty>
              <TimelinePanel draft={draft} />
            </>
          )}
        </div>
      </div>
      {!editing && <ActionBar draft={draft} revision={revision} />}
    </article>
  );
}
