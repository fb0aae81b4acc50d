import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import type { Draft } from '../../../src/api/schemas/index.ts';
import type { ScheduleInput } from '../../../src/domain/schedule.ts';
import { queries } from '../api/queries.ts';
import { reviewQueries } from '../api/review.ts';
import { useNow } from '../lib/time.ts';
import { Button } from '../ui/controls.tsx';
import { onEscape } from '../ui/focus.ts';
import { TimingFields } from './TimingFields.tsx';
import { problemOf, resultOf, scheduleOf, timingOf } from './timing.ts';
import { WhenField } from './WhenField.tsx';

/** When it may leave, with the result in the recipient's zone and one's own before anything is sent. */
export function Reschedule(props: {
  draft: Draft;
  onSend: (schedule: ScheduleInput) => Promise<boolean>;
  onClose: () => void;
  /** It is for other drafts as well, whose recipients live elsewhere. */
  several?: boolean;
}) {
  const { draft, onSend, onClose, several = false } = props;
  const [timing, setTiming] = useState(() => timingOf(draft, Date.now()));
  const recipientZone = useRecipientZone(draft, !several);
  // The zone of words that name none: the one chosen, not the one other words named before.
  const [zone, setZone] = useState(timing.timeZone);
  const [misread, setMisread] = useState<string | null>(null);
  const nowMs = useNow();
  const [busy, setBusy] = useState(false);
  const schedule = scheduleOf(timing);
  const problem = misread ?? problemOf(timing, nowMs);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (schedule === null || problem !== null) return;
    setBusy(true);
    const done = await onSend(schedule);
    setBusy(false);
    if (done) onClose();
  };
  const onKeyDown = (event: KeyboardEvent) => onEscape(event, onClose);
  return (
    <form onSubmit={submit} onKeyDown={onKeyDown} aria-label="Reschedule" className="space-y-3">
      <WhenField
        timeZone={zone}
        recipientZone={recipientZone ?? timing.fallbackTimeZone ?? 'UTC'}
        onWhen={(when) => setTiming({ ...timing, kind: 'at', ...when })}
        onProblem={setMisread}
      />
      <TimingFields
        timing={timing}
        onChange={(change) => {
          setMisread(null);
          if (change.timeZone !== undefined) setZone(change.timeZone);
          setTiming({ ...timing, ...change });
        }}
      />
      <div className="flex flex-wrap items-center justify-end gap-2">
        <p role="status" className={`mr-auto ${problem ? 'text-bad' : 'font-semibold'}`}>
          {problem ?? resultOf(timing, draft, nowMs, recipientZone)}
        </p>
        <span className="flex gap-2">
          <Button look="quiet" onClick={onClose}>
            Not now
          </Button>
          <Button type="submit" look="primary" disabled={busy || problem !== null}>
            {busy ? 'Saving…' : 'Set the time'}
          </Button>
        </span>
      </div>
    </form>
  );
}

/** The zone the server will take for the recipient's; null: none is known, undefined: that cannot be told here. */
function useRecipientZone({ id, recipients }: Draft, wanted: boolean): string | null | undefined {
  const [first] = recipients;
  const { data: me } = useQuery(queries.me());
  const enabled = wanted && first !== undefined && me?.kind === 'person';
  const { data } = useQuery({ ...reviewQueries.recipientNotes(id, first === undefined ? [] : [first]), enabled });
  return enabled && data ? (data.items[0]?.timeZone ?? null) : undefined;
}
