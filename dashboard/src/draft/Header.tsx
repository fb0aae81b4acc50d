import type { ReactNode, RefObject } from 'react';
import type { Draft, Revision } from '../../../src/api/schemas/index.ts';
import { hiddenHost, plain } from '../lib/plain.ts';
import { absolute, goes, relative, useNow } from '../lib/time.ts';
import { subjectLine } from '../lib/words.ts';
import { StatusPill } from '../ui/controls.tsx';
import { SUBJECT_ID } from '../ui/focus.ts';
import { Assignee } from './Assignee.tsx';
import { BackButton } from './BackButton.tsx';
import { RecipientNotes } from './RecipientNotes.tsx';
import { WhyReview } from './WhyReview.tsx';

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
          id={SUBJECT_ID}
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
        <WhyReview draft={draft} revision={number} />
      </div>
      <dl className="mt-4 grid grid-cols-[4.5rem_1fr] gap-x-2 gap-y-0.5">
        <Line name="To">{content ? listed(content.to) || 'No recipient' : listed(draft.recipients) || '—'}</Line>
        {content && content.cc.length > 0 && <Line name="Cc">{listed(content.cc)}</Line>}
        {content && content.bcc.length > 0 && <Line name="Bcc">{listed(content.bcc)}</Line>}
        <Line name="From">{draft.inboxId}</Line>
        {content && content.replyTo.length > 0 && <Line name="Reply to">{listed(content.replyTo)}</Line>}
        <Line name="Asked by">
          {plain(draft.createdBy.name)}
          <span className="text-muted" title={absolute(draft.createdAt)}>
            , {relative(draft.createdAt, nowMs)}
          </span>
        </Line>
      </dl>
      <LookAlikes addresses={addresses} />
      <RecipientNotes id={draft.id} addresses={addresses} />
    </header>
  );
}

const listed = (addresses: readonly string[]) => addresses.map(plain).join(', ');

/** A host of other letters is told as the network sees it: a Cyrillic а is not an a. */
function LookAlikes({ addresses }: { addresses: readonly string[] }) {
  const hosts = addresses.flatMap((address) => {
    const host = hiddenHost(address);
    return host === null ? [] : [{ address, host }];
  });
  return hosts.map(({ address, host }) => (
    <p key={address} className="mt-1 break-all text-warn">
      {plain(address)} goes to {host}
    </p>
  ));
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
