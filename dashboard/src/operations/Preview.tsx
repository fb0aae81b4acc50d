import type { Operation } from '../../../src/api/schemas/index.ts';
import { drafts } from './words.ts';

/** Which drafts it would be, the first of them by name, and which cannot take it. */
export function Preview({ operation }: { operation: Operation }) {
  const { total, counts, sample } = operation;
  const more = counts.waiting - sample.length;
  return (
    <>
      <p role="status">
        {total === 0
          ? 'No draft that waits matches.'
          : `${drafts(total)} ${total === 1 ? 'matches' : 'match'}; ${counts.waiting.toLocaleString('en')} can take it.`}
        {counts.waiting > 0 && ' Drafts that arrive later are not touched.'}
      </p>
      <Left left={operation.left} />
      {sample.length > 0 && (
        <section
          aria-label="The first of them"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it by its focus
          tabIndex={0}
          className="max-h-80 overflow-y-auto rounded-xl border border-line"
        >
          <ul className="divide-y divide-line">
            {sample.map(({ draftId, subject, recipients }) => (
              <li key={draftId} className="px-4 py-2">
                <span className="break-words">{subject || '(no subject)'}</span>
                <span className="block text-xs break-words text-muted">to {recipients.join(', ')}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {more > 0 && <p className="text-muted">and {more.toLocaleString('en')} more</p>}
    </>
  );
}

export function Left({ left }: { left: Operation['left'] }) {
  if (left.length === 0) return null;
  return (
    <ul aria-label="Left as they are" className="space-y-1">
      {left.map(({ code, count, message }) => (
        <li key={code} className="flex gap-3">
          <span className="shrink-0 font-semibold text-warn tabular-nums">{count.toLocaleString('en')} left</span>
          <span className="min-w-0 break-words">{message}</span>
        </li>
      ))}
    </ul>
  );
}
