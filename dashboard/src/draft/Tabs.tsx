import { type KeyboardEvent, useRef } from 'react';
import type { Draft, Revision } from '../../../src/api/schemas/index.ts';
import { TABS, type Tab, useDesk } from '../desk.ts';
import { useKeys } from '../lib/keys.ts';
import { ChangesPanel } from './ChangesPanel.tsx';
import { ComposedPanel } from './ComposedPanel.tsx';
import { MailPanel } from './MailPanel.tsx';
import { SourcePanel } from './SourcePanel.tsx';
import { TextPanel } from './TextPanel.tsx';
import { ThreadPanel } from './ThreadPanel.tsx';
import { TimelinePanel } from './TimelinePanel.tsx';

const TITLES: Record<Tab, string> = {
  mail: 'Mail',
  text: 'Text',
  source: 'Source',
  thread: 'Thread',
  changes: 'Changes',
  timeline: 'Timeline',
  composed: 'Composed from',
};

interface Shown {
  draft: Draft;
  revision: Revision;
  /** The earlier revision this person read last. */
  seen: number | null;
}

export function DraftTabs({ draft, revision, seen }: Shown) {
  const { tab, refine } = useDesk();
  const current = tab ?? 'mail';
  const list = useRef<HTMLDivElement>(null);
  const show = (next: Tab | undefined) => next && void refine({ tab: next === 'mail' ? undefined : next });
  useKeys(Object.fromEntries(TABS.map((name, index) => [String(index + 1), () => show(name)])));
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const next = TABS[(TABS.indexOf(current) + by + TABS.length) % TABS.length];
    show(next);
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <>
      <div
        ref={list}
        role="tablist"
        aria-label="Views of the draft"
        onKeyDown={onKeyDown}
        className="-mx-4 mb-4 flex gap-1 overflow-x-auto border-b border-line px-4 [scrollbar-width:none] tablet:mx-0 tablet:px-0"
      >
        {TABS.map((name) => (
          <button
            key={name}
            id={`tab-${name}`}
            type="button"
            role="tab"
            aria-selected={name === current}
            aria-controls="tab-panel"
            tabIndex={name === current ? 0 : -1}
            onClick={() => show(name)}
            className={`-mb-px shrink-0 border-b-2 px-2.5 py-2 -outline-offset-2 ${name === current ? 'border-accent font-semibold' : 'border-transparent text-muted hover:text-ink'}`}
          >
            {TITLES[name]}
          </button>
        ))}
      </div>
      <div id="tab-panel" role="tabpanel" aria-labelledby={`tab-${current}`}>
        <Panel tab={current} draft={draft} revision={revision} seen={seen} />
      </div>
    </>
  );
}

function Panel({ tab, draft, revision, seen }: Shown & { tab: Tab }) {
  switch (tab) {
    case 'mail':
      return <MailPanel key={revision.revision} revision={revision} />;
    case 'text':
      return <TextPanel revision={revision} />;
    case 'source':
      return <SourcePanel revision={revision} />;
    case 'thread':
      return <ThreadPanel id={draft.id} />;
    case 'changes':
      return <ChangesPanel key={revision.revision} draft={draft} revision={revision} seen={seen} />;
    case 'timeline':
      return <TimelinePanel draft={draft} />;
    case 'composed':
      return <ComposedPanel id={draft.id} />;
  }
}
