import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Thread } from '../../../src/api/schemas/index.ts';
import { queries } from '../api/queries.ts';
import { textOf } from '../lib/mail-html.ts';
import { plain } from '../lib/plain.ts';
import { absolute, relative, useNow } from '../lib/time.ts';
import { bytes, shortRecipient } from '../lib/words.ts';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { noteThreadRead } from './reading.ts';
import { PlainText } from './TextPanel.tsx';

/** The messages a reply answers, as text: what strangers sent is read, never rendered. */
export function ThreadPanel({ id }: { id: string }) {
  const { data, error, isPending, refetch } = useQuery(queries.thread(id));
  const latest = data?.messages.at(-1)?.messageId;
  useEffect(() => {
    if (latest !== undefined) noteThreadRead(id, latest);
  }, [id, latest]);
  if (isPending) return <Skeleton lines={['w-1/3', 'w-5/6', 'w-3/4']} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (data.messages.length === 0) return <Empty title="This email starts a new thread." />;
  return (
    <ol className="space-y-3">
      {data.messages.map((message, index) => (
        <Message key={message.messageId} message={message} open={index === data.messages.length - 1} />
      ))}
    </ol>
  );
}

function Message({ message, open }: { message: Thread['messages'][number]; open: boolean }) {
  const nowMs = useNow();
  return (
    <li>
      <details open={open} className="rounded-xl border border-line">
        <summary className="flex flex-wrap items-baseline gap-x-3 px-4 py-2.5">
          <span className="font-semibold">{shortRecipient(message.from)}</span>
          <span className="min-w-0 flex-1 truncate text-muted">{plain(message.subject)}</span>
          <time dateTime={message.at} title={absolute(message.at)} className="text-xs text-muted">
            {relative(message.at, nowMs)}
          </time>
        </summary>
        <div className="border-t border-line px-4 py-3">
          <p className="mb-3 text-xs break-words text-muted">
            From {plain(message.from)}, to {plain([...message.to, ...message.cc].join(', '))}
          </p>
          <PlainText text={message.text.trim() || textOf(message.html)} />
          {message.attachments.length > 0 && (
            <p className="mt-3 text-xs text-muted">
              With{' '}
              {message.attachments
                .map(({ filename, size }) => `${plain(filename ?? 'attachment')} (${bytes(size)})`)
                .join(', ')}
            </p>
          )}
        </div>
      </details>
    </li>
  );
}
