import { useState } from 'react';
import { CommentForm } from './CommentForm.tsx';

/** Named reasons are read by agents and counted by people; the words after them say the rest. */
const REASONS = ['Wrong facts', 'Wrong recipient', 'Wrong tone', 'Not needed', 'Not allowed'] as const;

/** The comment of a rejection: the reason's name first, then what was written. */
export function commentOf(reason: string | null, text: string): string {
  if (reason === null) return text;
  return text === '' ? `${reason}.` : `${reason}. ${text}`;
}

/** `stay`: what comes next takes the place of the form by itself. */
export function RejectForm(props: { onSend: (comment: string) => void; onClose: () => void; stay?: boolean }) {
  const { onSend, onClose, stay } = props;
  const [reason, setReason] = useState<string | null>(null);
  return (
    <CommentForm
      title="Why is it rejected?"
      send="Reject"
      danger
      stay={stay}
      onSend={(text) => onSend(commentOf(reason, text))}
      onClose={onClose}
    >
      <fieldset className="mb-2 flex flex-wrap gap-1.5">
        <legend className="sr-only">Reason</legend>
        {REASONS.map((name) => (
          <label
            key={name}
            className="cursor-pointer rounded-full border border-line px-3 py-1 has-checked:border-accent has-checked:bg-selected has-checked:font-semibold has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="reason"
              className="sr-only"
              checked={reason === name}
              onChange={() => setReason(name)}
            />
            {name}
          </label>
        ))}
      </fieldset>
    </CommentForm>
  );
}
