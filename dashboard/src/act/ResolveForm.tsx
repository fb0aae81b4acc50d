import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import type { Resolve } from '../../../src/api/schemas/index.ts';
import { queries } from '../api/queries.ts';
import { absolute } from '../lib/time.ts';
import { Button, Field, inputLook } from '../ui/controls.tsx';
import { onEscape } from '../ui/focus.ts';

const WAYS = [
  ['mark_sent', 'It was sent', 'Name the message; it is looked up in the inbox and compared.'],
  ['retry', 'Try again', 'Safe while AgentMail still remembers the first try (about a day).'],
  ['give_up', 'Give up', 'The draft ends as failed. Whether the email arrived stays unknown.'],
] as const;

/** A send went out and its answer was lost: a person says how it ended, or what to do. */
export function ResolveForm({
  id,
  onSend,
  onClose,
}: {
  id: string;
  onSend: (resolution: Resolve) => Promise<boolean>;
  onClose: () => void;
}) {
  const [action, setAction] = useState<Resolve['action']>('mark_sent');
  const { data: evidence } = useQuery(queries.sendEvidence(id));
  const alike = evidence?.mailbox.alike?.filter(({ otherDraft }) => !otherDraft) ?? [];
  const [typed, setMessageId] = useState<string | null>(null);
  const messageId = typed ?? evidence?.mailbox.messageId ?? (alike.length === 1 ? (alike[0]?.messageId ?? '') : '');
  const [risk, setRisk] = useState(false);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const done = await onSend({
      action,
      ...(action === 'mark_sent' && { messageId: messageId.trim() }),
      ...(action === 'retry' && risk && { acceptDuplicateRisk: true }),
    });
    setBusy(false);
    if (done) onClose();
  };
  const onKeyDown = (event: KeyboardEvent) => onEscape(event, onClose);
  return (
    <form onSubmit={submit} onKeyDown={onKeyDown} aria-label="Settle the outcome" className="space-y-3">
      <fieldset className="space-y-2">
        <legend className="mb-2 font-semibold">How did this send end?</legend>
        {WAYS.map(([way, label, hint]) => (
          <label key={way} className="flex items-start gap-2">
            <input type="radio" name="way" checked={action === way} onChange={() => setAction(way)} className="mt-1" />
            <span>
              {label}
              <span className="block text-xs text-muted">{hint}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {action === 'mark_sent' && (
        <Field label="Message id" {...(alike.length > 0 && { hint: 'Those the mailbox shows are offered.' })}>
          <input
            required
            list="alike"
            spellCheck={false}
            value={messageId}
            onChange={(event) => setMessageId(event.target.value)}
            className={`${inputLook} font-mono`}
          />
        </Field>
      )}
      <datalist id="alike">
        {alike.map((one) => (
          <option key={one.messageId} value={one.messageId}>
            {absolute(one.at)}
          </option>
        ))}
      </datalist>
      {action === 'retry' && (
        <label className="flex items-start gap-2 rounded-lg bg-warn-soft px-3 py-2 text-warn">
          <input type="checkbox" checked={risk} onChange={(event) => setRisk(event.target.checked)} className="mt-1" />
          If AgentMail no longer remembers the first try, I accept that the email may arrive twice. It then waits for a
          new approval.
        </label>
      )}
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={onClose}>
          Not now
        </Button>
        <Button
          type="submit"
          look={action === 'give_up' ? 'danger' : 'primary'}
          disabled={busy || (action === 'mark_sent' && messageId.trim() === '')}
        >
          {busy ? 'Settling…' : 'Settle'}
        </Button>
      </div>
    </form>
  );
}
