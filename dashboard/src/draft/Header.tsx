import type { ReactNode, RefObject } from 'react';
import type { Draft, Revision } from '../../../src/api/schemas/index.ts';
import { absolute, goes, relative, useNow } from '../lib/time.ts';
import { subjectLine } from '../lib/words.ts';
import { StatusPill } from '../ui/controls.tsx';
import { Assignee } from './Assignee.tsx';
import { BackButton } from './BackButton.tsx';
import { RecipientNotes } from './RecipientNotes.tsx';

export function Header({
  draft,
  revision,
  heading,
}: {
  draft: Draft;
  revision: Revision | null;
  heading: RefObject<HTMLHeadingElement | null>;
}) {
  const nowMs = useNow();
  const content = revision?.content;
  const number = revision?.revision ?? draft.revision;
  const addresses = content ? [...content.to, ...content.cc, ...content.bcc] : draft.recipients;
  const open = ['in_review', 'changes_requested', 'scheduled'].includes(draft.status);
  return (
    <header className="mb-4">
      <div className="flex items-start gap-2">
        <BackButton />
        <h1
          id="draft-subject"
          ref={heading}
          tabIndex={-1}
          className="min-w-0 flex-1 text-lg leading-7 font-semibold break-words outline-none tablet:text-xl"
        >
          {subjectLine({ ...draft, subject: content?.subject ?? draft.subject })}
        </h1>
      </div>
      <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-muted">
        <StatusPill status={draft.status} />
        {number > 0 && <span>Revision {number}</span>}
        {open && <span className="text-ink">{goes(draft, nowMs)}</span>}
        {(open || draft.status === 'needs_attention') && <Assignee draft={draft} />}
      </div>
      <dl className="mt-4 grid grid-cols-[4.5rem_1fr] gap-x-2 gap-y-0.5">
        <Line name="To">{content ? content.to.join(', ') || 'No recipient' : draft.recipients.join(', ') || '—'}</Line>
        {content && content.cc.length > 0 && <Line name="Cc">{content.cc.join(', ')}</Line>}
        {content && content.bcc.length > 0 && <Line name="Bcc">{content.bcc.join(', ')}</Line>}
        <Line name="From">{draft.inboxId}</Line>
        {content && content.replyTo.length > 0 && <Line name="Reply to">{content.replyTo.join(', ')}</Line>}
        <Line name="Asked by">
          {draft.createdBy.name}
          <span className="text-muted" title={absolute(draft.createdAt)}>
            , {relative(draft.createdAt, nowMs)}
          </span>
        </Line>
      </dl>
      <RecipientNotes id={draft.id} addresses={addresses} />
    </header>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
