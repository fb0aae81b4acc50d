import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { Button, inputLook, Key } from '../ui/controls.tsx';
import { focusOnce, onEscape } from '../ui/focus.ts';

export function CommentForm(props: {
  title: string;
  send: string;
  onSend: (comment: string) => void;
  onClose: () => void;
  /** Who reads it, where that is not the agent. */
  hint?: string;
  required?: boolean;
  /** What stands above the text is complete. */
  ready?: boolean;
  danger?: boolean;
  stay?: boolean | undefined;
  /** What it comes to, said first. */
  lead?: string | undefined;
  /** Controls above the text: what one comes to first. */
  children?: ReactNode;
}) {
  const {
    title,
    send,
    onSend,
    onClose,
    hint,
    required = false,
    ready: chosen = true,
    danger = false,
    stay = false,
    lead,
    children,
  } = props;
  const [comment, setComment] = useState('');
  const ready = chosen && (!required || comment.trim() !== '');
  const submit = () => {
    if (!ready) return;
    if (!stay) onClose();
    onSend(comment.trim());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    onEscape(event, onClose);
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) submit();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onKeyDown={onKeyDown}
    >
      {lead && <p className="mb-3 max-w-prose">{lead}</p>}
      {children}
      <label className="block">
        <span className="font-semibold">{title}</span>
        <span className="ml-2 text-xs text-muted">
          {hint ?? (required ? 'The agent reads this.' : 'Optional. The agent reads this.')}
        </span>
        <textarea
          ref={children ? undefined : focusOnce}
          rows={3}
          maxLength={20_000}
          value={comment}
          onChange={(event) => setComment(event.target.value)}
          className={`${inputLook} mt-2 block`}
        />
      </label>
      <div className="mt-3 flex items-center justify-end gap-2">
        <span className="mr-auto flex items-center gap-1 text-xs text-muted max-tablet:hidden">
          <Key>Ctrl</Key>
          <Key>Enter</Key> sends, <Key>Esc</Key> closes
        </span>
        <Button look="quiet" onClick={onClose}>
          Not now
        </Button>
        <Button type="submit" look={danger ? 'danger' : 'primary'} disabled={!ready}>
          {send}
        </Button>
      </div>
    </form>
  );
}
