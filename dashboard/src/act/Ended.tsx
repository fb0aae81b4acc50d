import type { Draft } from '../../../src/api/schemas/index.ts';
import { absolute, relative, useNow } from '../lib/time.ts';
import { STATUS } from '../lib/words.ts';

/** In place of the actions when there are none. */
export function Ended({ draft }: { draft: Draft }) {
  const nowMs = useNow();
  const { status, updatedAt, messageId } = draft;
  if (status === 'sending') return <p className="text-muted">It is being sent; nothing can be changed any more.</p>;
  if (status === 'composing') return <p className="text-muted">It is being composed; it can be decided in a moment.</p>;
  return (
    <p className="text-muted">
      <span title={absolute(updatedAt)}>
        {STATUS[status].word} {relative(updatedAt, nowMs)}
      </span>
      {draft.approvedBy && status === 'sent' && `, approved by ${draft.approvedBy.name}`}
      {messageId && (
        <span className="mt-0.5 block font-mono text-xs break-all" title="Message id">
          {messageId}
        </span>
      )}
    </p>
  );
}
