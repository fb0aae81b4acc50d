import type { ComponentProps, ReactNode } from 'react';
import type { Tone } from '../../lib/words.ts';
import { Field, inputLook, TONES } from '../../ui/controls.tsx';

type TextProps = Omit<ComponentProps<'input'>, 'onChange'> & {
  label: string;
  hint?: string;
  set: (value: string) => void;
};
export function Text({ label, hint, set, className = '', ...rest }: TextProps) {
  return (
    <Field label={label} hint={hint}>
      <input
        type="text"
        autoComplete="off"
        spellCheck={false}
        className={`${inputLook} ${className}`}
        onChange={(event) => set(event.target.value)}
        {...rest}
      />
    </Field>
  );
}

/** A choice among few, by its words. */
export function Choice<T extends string>(props: {
  label: string;
  value: T;
  set: (value: T) => void;
  options: readonly (readonly [T, string])[];
  hint?: string;
  disabled?: boolean;
}) {
  const { label, value, set, options, hint, disabled } = props;
  return (
    <Field label={label} hint={hint}>
      <select
        className={inputLook}
        value={value}
        disabled={disabled}
        onChange={(event) => {
          const chosen = options.find(([id]) => id === event.target.value);
          if (chosen) set(chosen[0]);
        }}
      >
        {options.map(([id, word]) => (
          <option key={id} value={id}>
            {word}
          </option>
        ))}
      </select>
    </Field>
  );
}

export function Tick(props: {
  label: ReactNode;
  hint?: string;
  on: boolean;
  set: (on: boolean) => void;
  disabled?: boolean;
}) {
  const { label, hint, on, set, disabled } = props;
  return (
    <label className="flex gap-3">
      <input
        type="checkbox"
        checked={on}
        disabled={disabled}
        onChange={(event) => set(event.target.checked)}
        className="mt-0.5 size-4 shrink-0"
      />
      <span className="min-w-0">
        <span className="block">{label}</span>
        {hint && <span className="block text-xs text-muted">{hint}</span>}
      </span>
    </label>
  );
}

export function Pill({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={`inline-block rounded-full px-2 text-xs leading-5 font-semibold whitespace-nowrap ${TONES[tone]}`}>
      {children}
    </span>
  );
}

const FILL = { good: 'bg-good', warn: 'bg-warn', bad: 'bg-bad', info: 'bg-accent', muted: 'bg-line-strong' } as const;

/** How much of something is done or used; the words beside it say the same. */
export function Bar({ label, value, max, tone = 'info' }: { label: string; value: number; max: number; tone?: Tone }) {
  const percent = max === 0 ? 0 : Math.min(100, (value / max) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuenow={Math.min(value, max)}
      aria-valuemin={0}
      aria-valuemax={max}
      className="h-2 w-full overflow-hidden rounded-full border border-line bg-sunken"
    >
      <div className={`h-full ${FILL[tone]}`} style={{ width: `${percent}%` }} />
    </div>
  );
}

/** One line of a list: what it is, and at its end what one can do with it. */
export function Line({ children, end }: { children: ReactNode; end?: ReactNode }) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-4 py-3 first:border-t-0 tablet:px-5">
      <div className="min-w-0 flex-1 basis-56">{children}</div>
      {end && <div className="flex shrink-0 flex-wrap gap-2">{end}</div>}
    </li>
  );
}
