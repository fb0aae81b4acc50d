import { type FormEvent, useId, useState } from 'react';
import type { RecipientPreferenceChanges, RecipientPreferences } from '../../../src/api/schemas/index.ts';
import { timeZones } from '../lib/zoned.ts';
import { Button } from '../ui/controls.tsx';
import { Fault } from './parts/Dialog.tsx';
import { Text, Tick } from './parts/fields.tsx';

export function PreferenceForm(props: {
  kept: RecipientPreferences | null;
  disabled: boolean;
  busy: boolean;
  error: Error | null;
  onSave: (changes: RecipientPreferenceChanges) => void;
}) {
  const { kept, disabled, busy, error, onSave } = props;
  const zones = useId();
  const [timeZone, setTimeZone] = useState(kept?.timeZone ?? '');
  const [language, setLanguage] = useState(kept?.language ?? '');
  const [from, setFrom] = useState(kept?.quietHours?.from ?? '');
  const [to, setTo] = useState(kept?.quietHours?.to ?? '');
  const [everything, setEverything] = useState(kept?.optedOut.includes('*') ?? false);
  const [categories, setCategories] = useState((kept?.optedOut ?? []).filter((one) => one !== '*').join(', '));
  const half = (from === '') !== (to === '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const named = categories.split(/[\s,]+/).filter((one) => one !== '');
    onSave({
      timeZone: timeZone.trim() || null,
      language: language.trim() || null,
      quietHours: from === '' ? null : { from, to },
      optedOut: [...(everything ? ['*'] : []), ...new Set(named)],
    });
  };
  return (
    <form onSubmit={submit} className="space-y-5">
      <fieldset disabled={disabled} className="grid gap-5 tablet:grid-cols-2">
        <legend className="sr-only">Preferences</legend>
        <Text label="Time zone" list={zones} placeholder="Europe/Berlin" value={timeZone} set={setTimeZone} />
        <datalist id={zones}>
          {timeZones.map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
        <Text label="Language" placeholder="de" value={language} set={setLanguage} />
        <Text
          label="Quiet from"
          hint="In the recipient's zone. May span midnight."
          type="time"
          value={from}
          set={setFrom}
        />
        <Text label="Quiet until" type="time" value={to} set={setTo} />
        <Text
          label="Categories they do not want"
          hint="Separated by commas, such as newsletter, promotion."
          value={categories}
          set={setCategories}
        />
        <div className="self-center">
          <Tick label="No mail of any category" on={everything} set={setEverything} />
        </div>
      </fieldset>
      {half && <p className="text-warn">Quiet hours need both times.</p>}
      <Fault error={error} />
      {!disabled && (
        <Button type="submit" look="primary" disabled={busy || half}>
          {busy ? 'One moment…' : 'Save'}
        </Button>
      )}
    </form>
  );
}
