import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { PauseView } from '../../../src/api/schemas/index.ts';
import { operate, operateQueries } from '../api/operate.ts';
import { queries } from '../api/queries.ts';
import { OperateDialog } from '../operations/OperateDialog.tsx';
import { Button } from '../ui/controls.tsx';
import { useMay } from './may.ts';
import { PauseDialog } from './PauseDialog.tsx';
import { Dialog } from './parts/Dialog.tsx';
import { Line, Pill } from './parts/fields.tsx';
import { Loaded, Page, Section } from './parts/Page.tsx';
import { When } from './parts/When.tsx';
import { useChange } from './use-change.ts';
import { drafts, pauseName } from './words.ts';

/** The kill switch: what is paused, since when and why, and how many drafts wait for it. */
export function PausesPage() {
  const may = useMay();
  const query = useQuery({ ...operateQueries.pauses(), refetchInterval: 5_000 });
  const [asking, setAsking] = useState<'all' | 'other' | null>(null);
  return (
    <Page
      title="Stop and go"
      lead="A pause holds before the next send, that of drafts in flight included. What AgentMail already has leaves. Reading and approving go on."
    >
      <Loaded query={query}>
        {({ items, drafts: alone }) => {
          const all = items.find(({ kind }) => kind === 'all');
          return (
            <>
              <section
                aria-label="All sending"
                className={`flex flex-wrap items-center gap-4 rounded-xl border p-4 tablet:p-5 ${all ? 'border-bad bg-bad-soft' : 'border-line bg-panel'}`}
              >
                <div className="min-w-0 flex-1 basis-60">
                  <p className={`text-base font-semibold ${all ? 'text-bad' : ''}`}>
                    {all
                      ? 'All sending is paused'
                      : items.length > 0
                        ? 'Sending, except for what is paused below'
                        : 'Sending'}
                  </p>
                  <p className={all ? 'text-bad' : 'text-muted'}>
                    {all ? 'Nothing leaves any inbox.' : 'Approved drafts leave when they are due.'}
                  </p>
                </div>
                {may('pause') && (
                  <div className="flex flex-wrap gap-2">
                    {!all && (
                      <Button look="danger" onClick={() => setAsking('all')}>
                        Pause all sending
                      </Button>
                    )}
                    <Button onClick={() => setAsking('other')}>Pause a part</Button>
                  </div>
                )}
              </section>
              <Section title="Paused now" flush>
                {items.length === 0 ? (
                  <p className="px-4 pb-5 text-muted tablet:px-5">
                    {alone > 0 ? 'No inbox, recipe, agent or batch is paused.' : 'Nothing is paused.'}
                  </p>
                ) : (
                  <ul>
                    {items.map((pause) => (
                      <PauseLine key={`${pause.kind} ${pause.id}`} pause={pause} />
                    ))}
                  </ul>
                )}
                <PausedModes />
                {alone > 0 && <PausedDrafts count={alone} />}
              </Section>
            </>
          );
        }}
      </Loaded>
      {asking && <PauseDialog start={asking} onClose={() => setAsking(null)} />}
    </Page>
  );
}

function PauseLine({ pause }: { pause: PauseView }) {
  const may = useMay();
  const [asking, setAsking] = useState(false);
  const { data: held } = useQuery(operateQueries.held(pause));
  const count = held && `${held.count}${held.more ? ' or more' : ''}`;
  return (
    <Line end={may('resume') && <Button onClick={() => setAsking(true)}>Resume</Button>}>
      <p className="font-semibold break-words">{pauseName(pause)}</p>
      <p className="break-words">{pause.reason || 'No reason was given.'}</p>
      <p className="text-muted">
        {pause.by.name}, <When at={pause.at} />
        {held && ` · ${count} ${held.count === 1 && !held.more ? 'draft is' : 'drafts are'} held by it`}
      </p>
      {asking && <ResumeDialog pause={pause} held={count ?? 'Some'} onClose={() => setAsking(false)} />}
    </Line>
  );
}

function ResumeDialog({ pause, held, onClose }: { pause: PauseView; held: string; onClose: () => void }) {
  const resume = useChange(operate.removePause, {
    done: ({ told, remaining }) =>
      `Resumed. ${drafts(told)} ${told === 1 ? 'looks' : 'look'} again${remaining > 0 ? `, ${remaining} more within minutes` : ''}.`,
    refresh: [['pauses'], ['held'], ['inboxes'], ['settings-log']],
  });
  return (
    <Dialog
      title={`Resume: ${pauseName(pause).toLowerCase()}?`}
      action="Resume sending"
      onAction={() => resume.go(pause, onClose)}
      onClose={onClose}
      busy={resume.busy}
      error={resume.error}
    >
      <p>
        {held} held {held === '1' ? 'draft is' : 'drafts are'} checked again at once. What passes every check and is due
        leaves without another question. Other pauses stay.
      </p>
    </Dialog>
  );
}

/** An inbox in the mode `paused` has no pause that could be lifted: its mode is changed. */
function PausedModes() {
  const { data } = useQuery(queries.inboxes());
  const paused = (data?.items ?? []).filter(({ mode }) => mode === 'paused');
  if (paused.length === 0) return null;
  return (
    <ul className="border-t border-line">
      {paused.map(({ id }) => (
        <Line
          key={id}
          end={
            <Link
              to="/settings/inboxes/$inbox"
              params={{ inbox: id }}
              className="font-semibold text-accent hover:underline"
            >
              Change its mode
            </Link>
          }
        >
          <p className="font-semibold break-words">
            The inbox {id} <Pill tone="bad">Mode: paused</Pill>
          </p>
        </Line>
      ))}
    </ul>
  );
}

function PausedDrafts({ count }: { count: number }) {
  const may = useMay();
  const [asking, setAsking] = useState(false);
  return (
    <div className="flex flex-wrap items-center gap-3 border-t border-line px-4 py-3 tablet:px-5">
      <p className="min-w-0 flex-1">
        {drafts(count)} {count === 1 ? 'is' : 'are'} paused one by one
      </p>
      {may('operate') && <Button onClick={() => setAsking(true)}>Resume them…</Button>}
      {asking && (
        <OperateDialog
          title="Resume what is paused one by one"
          action="resume"
          target={{ filter: { paused: true } }}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
