import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Inbox, InboxChanges } from '../../../src/api/schemas/index.ts';
import { operate } from '../api/operate.ts';
import { queries } from '../api/queries.ts';
import { Button } from '../ui/controls.tsx';
import { Empty } from '../ui/states.tsx';
import { AssignFields } from './AssignFields.tsx';
import { InboxChecks } from './InboxChecks.tsx';
import { ApprovalFields, DraftFields, ModeFields, SendFields } from './InboxFields.tsx';
import { changesOf, problemsOf, saysOf } from './inbox-form.ts';
import { useMay } from './may.ts';
import { Dialog, Fault } from './parts/Dialog.tsx';
import { Loaded, Page, Section } from './parts/Page.tsx';
import { ReviewFields } from './ReviewFields.tsx';
import { useChange } from './use-change.ts';
import { MODES } from './words.ts';

export function InboxPage() {
  const { inbox: id = '' } = useParams({ strict: false });
  const query = useQuery({ ...queries.inboxes(), staleTime: 0 });
  return (
    <Page
      title={id}
      above={
        <Link to="/settings/inboxes" className="mb-1 inline-block text-muted hover:text-ink hover:underline">
          ← Inboxes
        </Link>
      }
    >
      <Loaded query={query}>
        {({ items }) => {
          const inbox = items.find((one) => one.id === id);
          if (!inbox) return <Empty title="There is no such inbox.">It may have been removed at AgentMail.</Empty>;
          return <InboxForm key={id} saved={inbox} />;
        }}
      </Loaded>
    </Page>
  );
}

export interface InboxEdit {
  inbox: Inbox;
  set: (change: InboxChanges) => void;
  disabled: boolean;
}

function InboxForm({ saved }: { saved: Inbox }) {
  const may = useMay();
  // What somebody else saves meanwhile shows through wherever nothing was changed here.
  const [changes, setChanges] = useState<InboxChanges>({});
  const [asking, setAsking] = useState(false);
  const [round, setRound] = useState(0);
  const disabled = !may('inboxes');
  const inbox: Inbox = { ...saved, ...changes, checks: { ...saved.checks, ...changes.checks } };
  const wanted = changesOf(saved, inbox);
  const count = Object.keys(wanted).length;
  const problems = problemsOf(inbox);
  const save = useChange((body: InboxChanges) => operate.changeInbox(saved.id, body), {
    done: () => 'Saved. It holds from the next draft and the next send on.',
    refresh: [['inboxes'], ['pauses'], ['settings-log']],
  });
  const start = () => {
    setChanges({});
    setRound((last) => last + 1);
    save.clear();
  };
  const go = () =>
    save.go(wanted, () => {
      setAsking(false);
      start();
    });
  const edit: InboxEdit = { inbox, disabled, set: (change) => setChanges((all) => ({ ...all, ...change })) };
  const loosens = wanted.mode !== undefined && wanted.mode !== 'review_all';

  return (
    <div key={round} className="space-y-6">
      {disabled && <p className="text-muted">Operators and admins may change this.</p>}
      {saved.paused && (
        <p className="rounded-xl bg-bad-soft px-4 py-3 text-bad">
          This inbox is paused{saved.pausedReason ? `: ${saved.pausedReason}` : ''}.{' '}
          <Link to="/settings/pauses" className="font-semibold underline">
            Stop and go
          </Link>
        </p>
      )}
      <Section title="Oversight" lead="Who has to read a draft before it goes.">
        <ModeFields {...edit} />
      </Section>
      <Section
        title="Assignment"
        lead="Who a draft goes to where no rule says. Whoever may approve may still decide it."
      >
        <AssignFields {...edit} />
      </Section>
      <Section title="Time to review, and to undo" lead="What holds for its drafts where no rule says otherwise.">
        <ReviewFields {...edit} />
      </Section>
      <Section title="Approvals">
        <ApprovalFields {...edit} />
      </Section>
      <Section
        title="Checks at the moment of sending"
        lead="What happens when one of them fails. Others cannot be loosened."
        flush
      >
        <InboxChecks {...edit} />
      </Section>
      <Section title="Drafts at AgentMail">
        <DraftFields {...edit} />
      </Section>
      <Section title="Sending">
        <SendFields {...edit} />
      </Section>
      {count > 0 && (
        <div className="sticky bottom-4 space-y-2 rounded-xl border border-line-strong bg-panel p-3 shadow-lg">
          {problems.map((problem) => (
            <p key={problem} role="alert" className="text-bad">
              {problem}
            </p>
          ))}
          {!asking && <Fault error={save.error} />}
          <div className="flex flex-wrap items-center gap-2">
            <p className="min-w-0 flex-1 basis-40 text-muted">{saysOf(wanted)}</p>
            <Button look="quiet" onClick={start}>
              Discard
            </Button>
            <Button
              look="primary"
              disabled={save.busy || problems.length > 0}
              onClick={() => (loosens ? setAsking(true) : go())}
            >
              {save.busy ? 'One moment…' : 'Save'}
            </Button>
          </div>
        </div>
      )}
      {asking && wanted.mode !== undefined && (
        <Dialog
          title={`${MODES[wanted.mode].word} for ${saved.id}?`}
          action={`Change to ${MODES[wanted.mode].word.toLowerCase()}`}
          danger={wanted.mode === 'autonomous' || wanted.mode === 'monitor'}
          onAction={go}
          onClose={() => setAsking(false)}
          busy={save.busy}
          error={save.error}
        >
          <p>{MODES[wanted.mode].says}</p>
          {wanted.mode !== 'paused' && (
            <p>
              Drafts that wait for review now are judged anew when they are due. The change is on record with your name.
            </p>
          )}
        </Dialog>
      )}
    </div>
  );
}
