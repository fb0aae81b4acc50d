import { WEEKDAYS, type Weekday } from '../lib/weekdays.ts';
import { timeZones } from '../lib/zoned.ts';
import { Field, inputLook } from '../ui/controls.tsx';

export interface Timing {
  kind: 'now' | 'at' | 'window' | 'held';
  date: string;
  time: string;
  timeZone: string;
  days: readonly Weekday[];
  from: string;
  to: string;
}

const KINDS = [
  ['now', 'Now'],
  ['at', 'At a time'],
  ['window', 'In office hours'],
  ['held', 'Hold'],
] as const;

export function TimingFields({ timing, onChange }: { timing: Timing; onChange: (change: Partial<Timing>) => void }) {
  return (
    <>
      <fieldset className="flex flex-wrap gap-1 rounded-lg bg-sunken p-1 tablet:w-fit">
        <legend className="sr-only">When</legend>
        {KINDS.map(([kind, label]) => (
          <label
            key={kind}
            className="grow cursor-pointer rounded-md px-3 py-1 text-center has-checked:bg-panel has-checked:font-semibold has-checked:shadow-sm has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="kind"
              value={kind}
              checked={timing.kind === kind}
              ref={timing.kind === kind ? focusOnOpening : undefined}
              onChange={() => onChange({ kind })}
              className="sr-only"
            />
            {label}
          </label>
        ))}
      </fieldset>
      {timing.kind === 'at' && (
        <div className="grid grid-cols-2 gap-3 tablet:grid-cols-3">
          <Field label="Date">
            <input
              type="date"
              required
              value={timing.date}
              onChange={(event) => onChange({ date: event.target.value })}
              className={inputLook}
            />
          </Field>
          <Field label="Time">
            <input
              type="time"
              required
              value={timing.time}
              onChange={(event) => onChange({ time: event.target.value })}
              className={inputLook}
            />
          </Field>
          <Zone timing={timing} onChange={onChange} />
        </div>
      )}
      {timing.kind === 'window' && (
        <div className="grid grid-cols-2 gap-3 tablet:grid-cols-3">
          <Field label="From">
            <input
              type="time"
              required
              value={timing.from}
              onChange={(event) => onChange({ from: event.target.value })}
              className={inputLook}
            />
          </Field>
          <Field label="To">
            <input
              type="time"
              required
              value={timing.to}
              onChange={(event) => onChange({ to: event.target.value })}
              className={inputLook}
            />
          </Field>
          <Zone timing={timing} onChange={onChange} />
          <Days timing={timing} onChange={onChange} />
        </div>
      )}
    </>
  );
}

/** The chosen way is where the keyboard starts; choosing another moves the focus by itself. */
function focusOnOpening(input: HTMLInputElement | null): void {
  if (input && !input.form?.contains(document.activeElement)) input.focus({ preventScroll: true });
}

type Part = { timing: Timing; onChange: (change: Partial<Timing>) => void };

function Zone({ timing, onChange }: Part) {
  return (
    <div className="col-span-2 tablet:col-span-1">
      <Field label="Time zone">
        <select
          value={timing.timeZone}
          onChange={(event) => onChange({ timeZone: event.target.value })}
          className={inputLook}
        >
          {!timeZones.includes(timing.timeZone) && <option>{timing.timeZone}</option>}
          {timeZones.map((zone) => (
            <option key={zone}>{zone}</option>
          ))}
        </select>
      </Field>
    </div>
  );
}

function Days({ timing, onChange }: Part) {
  const toggle = (day: Weekday) =>
    WEEKDAYS.filter((one) => (one === day ? !timing.days.includes(day) : timing.days.includes(one)));
  return (
    <fieldset className="col-span-full flex flex-wrap gap-3">
      <legend className="mb-1 text-xs text-muted">Days</legend>
      {WEEKDAYS.map((day) => (
        <label key={day} className="flex items-center gap-1.5 capitalize">
          <input type="checkbox" checked={timing.days.includes(day)} onChange={() => onChange({ days: toggle(day) })} />
          {day}
        </label>
      ))}
    </fieldset>
  );
}
