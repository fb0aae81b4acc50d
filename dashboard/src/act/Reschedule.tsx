import { type FormEvent, type KeyboardEvent, useState } from 'react';
import type { Draft } from '../../../src/api/schemas/index.ts';
import type { ScheduleInput } from '../../../src/domain/schedule.ts';
import { useNow } from '../lib/time.ts';
import { Button } from '../ui/controls.tsx';
import { onEscape } from '../ui/focus.ts';
import { TimingFields } from './TimingFields.tsx';
import { problemOf, resultOf, scheduleOf, timingOf } from './timing.ts';

/** When it may leave, with the result in the recipient's zone and one's own before anything is sent. */
export function Reschedule(props: {
  draft: Draft;
  onSend: (schedule: ScheduleInput) => Promise<boolean>;
  onClose: () => void;
}) {
  const { draft, onSend, onClose } = props;
  const nowMs = useNow();
  const [timing, setTiming] = useState(() => timingOf(draft, Date.now()));
  const [busy, setBusy] = useState(false);
  const schedule = scheduleOf(timing);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (schedule === null) return;
    setBusy(true);
    const done = await onSend(schedule);
    setBusy(false);
    if (done) onClose();
  };
  const onKeyDown = (event: KeyboardEvent) => onEscape(event, onClose);
  const problem = problemOf(timing, nowMs);
  return (
    <form onSubmit={submit} onKeyDown={onKeyDown} aria-label="Reschedule" className="space-y-3">
      <TimingFields timing={timing} onChange={(change) => setTiming({ ...timing, ...change })} />
      <div className="flex flex-wrap items-center justify-end gap-2">
        <p role="status" className={`mr-auto ${problem ? 'text-bad' : 'font-semibold'}`}>
          {problem ?? resultOf(timing, draft, nowMs)}
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
