import type { ComponentProps } from 'react';
import { RECIPIENT_ZONE } from '../lib/time.ts';
import { WEEKDAYS, type Weekday } from '../lib/weekdays.ts';
import { timeZones } from '../lib/zoned.ts';
import { Field, inputLook } from '../ui/controls.tsx';
import type { Timing } from './timing.ts';

const KINDS = [
  ['now', 'Now'],
  ['at', 'At a time'],
  ['window', 'In office hours'],
  ['held', 'Hold'],
] as const;

interface Part {
  timing: Timing;
  onChange: (change: Partial<Timing>) => void;
}

export function TimingFields({ timing, onChange }: Part) {
  const part = { timing, onChange };
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
              onChange={() => onChange({ kind })}
              className="sr-only"
            />
            {label}
          </label>
        ))}
      </fieldset>
      {timing.kind === 'at' && (
        <div className={GRID}>
          <Input {...part} name="date" label="Date" type="date" required />
          <Input {...part} name="time" label="Time" type="time" required />
          <Zone {...part} />
        </div>
      )}
      {timing.kind === 'window' && (
        <div className={GRID}>
          <Input {...part} name="from" label="From" type="time" required />
          <Input {...part} name="to" label="To" type="time" required />
          <Zone {...part} />
          <Days {...part} />
          <More {...part} />
        </div>
      )}
      {timing.kind !== 'held' && (
        <label className="flex w-fit items-center gap-1.5">
          <input
            type="checkbox"
            checked={timing.quietHours === 'ignore'}
            onChange={(event) => onChange({ quietHours: event.target.checked ? 'ignore' : 'respect' })}
          />
          Also in the recipients’ quiet hours
        </label>
      )}
    </>
  );
}

const GRID = 'grid grid-cols-2 gap-3 tablet:grid-cols-3';

type TextName = 'date' | 'time' | 'from' | 'to' | 'earliest' | 'latest' | 'holidays' | 'spreadMinutes';
type InputProps = Part & { name: TextName; label: string } & Omit<ComponentProps<'input'>, 'name' | 'onChange'>;

/** One field of the form under its label. */
function Input({ timing, onChange, name, label, ...rest }: InputProps) {
  return (
    <Field label={label}>
      <input
        value={timing[name]}
        onChange={(event) => onChange({ [name]: event.target.value })}
        className={inputLook}
        {...rest}
      />
    </Field>
  );
}

function Zone({ timing, onChange }: Part) {
  const known = timing.timeZone === RECIPIENT_ZONE || timeZones.includes(timing.timeZone);
  return (
    <div className="col-span-2 tablet:col-span-1">
      <Field label="Time zone">
        <select
          value={timing.timeZone}
          onChange={(event) => onChange({ timeZone: event.target.value })}
          className={inputLook}
        >
          <option value={RECIPIENT_ZONE}>The recipient’s</option>
          {!known && <option>{timing.timeZone}</option>}
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

/** What few windows have; open when this one has any of it. */
function More(part: Part) {
  const { earliest, latest, holidays, spreadMinutes } = part.timing;
  return (
    <details className="col-span-full" open={[earliest, latest, holidays, spreadMinutes].some((text) => text !== '')}>
      <summary className="w-fit cursor-pointer text-muted">Limits, holidays, spread</summary>
      <div className="mt-2 grid grid-cols-2 gap-3">
        <Input {...part} name="earliest" label="Not before" type="datetime-local" />
        <Input {...part} name="latest" label="Not after" type="datetime-local" />
        <Input {...part} name="holidays" label="Closed on holidays of" placeholder="DE, US" spellCheck={false} />
        <Input
          {...part}
          name="spreadMinutes"
          label="Spread over (minutes)"
          type="number"
          min={0}
          max={1440}
          step="any"
        />
      </div>
    </details>
  );
}
