import { useState } from 'react';
import { inputLook } from '../../ui/controls.tsx';
import { msOf, partsOf, UNITS, type Unit } from '../duration.ts';

/** A length of time as a number and its unit; tells null while it is none. */
export function Duration(props: {
  label: string;
  hint?: string;
  ms: number;
  set: (ms: number | null) => void;
  disabled?: boolean;
}) {
  const { label, hint, ms, set, disabled } = props;
  const [amount, setAmount] = useState(String(partsOf(ms).amount));
  const [unit, setUnit] = useState<Unit>(partsOf(ms).unit);
  const tell = (nextAmount: string, nextUnit: Unit) => {
    setAmount(nextAmount);
    setUnit(nextUnit);
    set(msOf(nextAmount, nextUnit));
  };
  return (
    <fieldset disabled={disabled}>
      <legend className="mb-1 text-xs text-muted">{label}</legend>
      <div className="flex gap-2">
        <input
          aria-label={`${label}: number`}
          inputMode="decimal"
          className={`${inputLook} max-w-24 text-right tabular-nums`}
          value={amount}
          aria-invalid={msOf(amount, unit) === null}
          onChange={(event) => tell(event.target.value, unit)}
        />
        <select
          aria-label={`${label}: unit`}
          className={`${inputLook} max-w-36`}
          value={unit}
          onChange={(event) => tell(amount, UNITS.find(([id]) => id === event.target.value)?.[0] ?? unit)}
        >
          {UNITS.map(([id, word]) => (
            <option key={id} value={id}>
              {word}
            </option>
          ))}
        </select>
      </div>
      {hint && <p className="mt-1 text-xs text-muted">{hint}</p>}
    </fieldset>
  );
}
