import { type FormEvent, type KeyboardEvent, useState } from 'react';
import type { Draft } from '../../../src/api/schemas/index.ts';
import type { ScheduleInput } from '../../../src/domain/schedule.ts';
import { inBothZones, ownZone, useNow } from '../lib/time.ts';
import { WEEKDAYS } from '../lib/weekdays.ts';
import { fieldsOf, firstOpening, instantOf, nextMorning } from '../lib/zoned.ts';
import { Button } from '../ui/controls.tsx';
import { onEscape } from '../ui/focus.ts';
import { type Timing, TimingFields } from './TimingFields.tsx';

/** When it may leave, with the result in the recipient's zone and one's own before anything is sent. */
export function Reschedule(props: {
  draft: Draft;
  onSend: (schedule: ScheduleInput) => Promise<boolean>;
  onClose: () => void;
}) {
  const { draft, onSend, onClose } = props;
  const nowMs = useNow();
  const [timing, setTiming] = useState(() => timingOf(draft));
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

function timingOf({ schedule, dueAt }: Draft): Timing {
  const timeZone = schedule.kind === 'window' ? schedule.timeZone : ownZone;
  const future = dueAt !== null && Date.parse(dueAt) > Date.now() ? Date.parse(dueAt) : null;
  const workday = (day: string) => day !== 'sat' && day !== 'sun';
  const start = future === null ? nextMorning(Date.now(), timeZone, workday) : fieldsOf(future, timeZone);
  const hours = schedule.kind === 'window' ? schedule : { days: WEEKDAYS.filter(workday), from: '09:00', to: '17:00' };
  const kind = schedule.kind === 'now' ? 'at' : schedule.kind;
  return { kind, timeZone, ...start, days: hours.days, from: hours.from, to: hours.to };
}

function scheduleOf(timing: Timing): ScheduleInput | null {
  const { kind, date, time, timeZone, days, from, to } = timing;
  if (kind === 'now' || kind === 'held') return { kind };
  if (kind === 'window') return { kind, timeZone, days: [...days], from, to };
  const at = instantOf(date, time, timeZone);
  return at === null ? null : { kind, at };
}

function problemOf({ kind, date, time, timeZone, days, from, to }: Timing, nowMs: number): string | null {
  if (kind === 'window') {
    if (days.length === 0) return 'Choose at least one day.';
    return from < to ? null : 'The first hour must come before the last.';
  }
  if (kind !== 'at') return null;
  const at = instantOf(date, time, timeZone);
  if (at === null) return 'Choose a date and a time.';
  return Date.parse(at) < nowMs ? 'This time has passed.' : null;
}

function resultOf(timing: Timing, draft: Draft, nowMs: number): string {
  const approved = draft.status === 'scheduled';
  const once = approved ? '' : ', once approved';
  if (timing.kind === 'held') return 'Held until somebody gives it a time';
  if (timing.kind === 'now') return approved ? 'Goes now' : 'Goes as soon as it is approved';
  const at = timing.kind === 'at' ? instantOf(timing.date, timing.time, timing.timeZone) : firstOpening(timing, nowMs);
  return at === null ? '' : `Goes ${inBothZones(at, timing.timeZone, nowMs)}${once}`;
}
