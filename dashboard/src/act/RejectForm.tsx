import { type KeyboardEvent, useState } from 'react';
import { REJECTION_CODES, REJECTION_REASONS, type RejectionReason } from '../../../src/domain/rejection.ts';
import { Key } from '../ui/controls.tsx';
import { focusOnce } from '../ui/focus.ts';
import { CommentForm } from './CommentForm.tsx';

export interface Rejection {
  reasonCode: RejectionReason;
  comment: string;
}

/** By its number, and on to the words. */
function byNumber(event: KeyboardEvent<HTMLInputElement>, choose: (code: RejectionReason) => void): void {
  const code = event.ctrlKey || event.metaKey || event.altKey ? undefined : REJECTION_CODES[Number(event.key) - 1];
  if (code === undefined) return;
  event.preventDefault();
  choose(code);
  event.currentTarget.form?.querySelector('textarea')?.focus();
}

/** A reason is read by the agent and counted by people, so one is chosen; the words say the rest. */
export function RejectForm(props: { onSend: (rejection: Rejection) => void; onClose: () => void; stay?: boolean }) {
  const { onSend, onClose, stay } = props;
  const [reasonCode, setReasonCode] = useState<RejectionReason | null>(null);
  return (
    <CommentForm
      title="Why is it rejected?"
      send="Reject"
      danger
      stay={stay}
      ready={reasonCode !== null}
      onSend={(comment) => reasonCode !== null && onSend({ reasonCode, comment })}
      onClose={onClose}
    >
      <fieldset className="mb-2 flex flex-wrap gap-1.5">
        <legend className="mb-1.5 text-xs text-muted">Choose a reason. It is counted, and the agent reads it.</legend>
        {REJECTION_CODES.map((code, index) => (
          <label
            key={code}
            className="cursor-pointer rounded-full border border-line px-3 py-1 has-checked:border-accent has-checked:bg-selected has-checked:font-semibold has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="reason"
              ref={index === 0 ? focusOnce : undefined}
              className="sr-only"
              checked={reasonCode === code}
              onChange={() => setReasonCode(code)}
              onKeyDown={(event) => byNumber(event, setReasonCode)}
            />
            <span className="mr-1.5 max-tablet:hidden">
              <Key>{index + 1}</Key>
            </span>
            {REJECTION_REASONS[code]}
          </label>
        ))}
      </fieldset>
    </CommentForm>
  );
}
