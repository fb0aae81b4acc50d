import { lazy, Suspense, useState } from 'react';
import type { Revision } from '../../../src/api/schemas/index.ts';
import { api } from '../api/api.ts';
import { say } from '../app/toasts.ts';
import { plain } from '../lib/plain.ts';
import { bytes } from '../lib/words.ts';
import { Button } from '../ui/controls.tsx';
import { promises } from './attachments/look.ts';

type Attachment = Revision['content']['attachments'][number];

const Preview = lazy(async () => ({ default: (await import('./attachments/Preview.tsx')).Preview }));

export function Attachments({ revision }: { revision: Revision }) {
  const { attachments } = revision.content;
  if (attachments.length === 0) return null;
  return (
    <section aria-label="Attachments" className="mt-4">
      <ul className="space-y-2">
        {attachments.map((attachment) => (
          <Item key={attachment.url} attachment={attachment} />
        ))}
      </ul>
    </section>
  );
}

function Item({ attachment }: { attachment: Attachment }) {
  const [open, setOpen] = useState(false);
  const as = promises(attachment);
  const name = plain(attachment.filename ?? 'attachment');
  return (
    <li className="rounded-lg border border-line px-3 py-2">
      <div className="flex flex-wrap items-center gap-2">
        <span className="min-w-0 flex-1 truncate" title={name}>
          <bdi>{name}</bdi>
          <span className="ml-2 text-xs text-muted tabular-nums">{bytes(attachment.size)}</span>
        </span>
        {typeof as === 'string' && (
          <Button aria-expanded={open} aria-label={`${open ? 'Hide' : 'Show'} ${name}`} onClick={() => setOpen(!open)}>
            {open ? 'Hide' : 'Show'}
          </Button>
        )}
        <Download attachment={attachment} name={name} />
      </div>
      {typeof as !== 'string' && <p className="mt-1 text-xs text-muted">{as.why}.</p>}
      {open && typeof as === 'string' && (
        <div className="mt-2">
          <Suspense fallback={null}>
            <Preview attachment={attachment} as={as} />
          </Suspense>
        </div>
      )}
    </li>
  );
}

/** Fetched with the key and handed to the browser as a file: nothing of it is opened here. */
function Download({ attachment, name }: { attachment: Attachment; name: string }) {
  const [busy, setBusy] = useState(false);
  const download = async () => {
    setBusy(true);
    try {
      const url = URL.createObjectURL(await api.blob(attachment.url));
      const link = document.createElement('a');
      link.href = url;
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    } catch (error) {
      say(`${name} could not be downloaded. ${error instanceof Error ? error.message : ''}`, { tone: 'bad' });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button disabled={busy} onClick={() => void download()} aria-label={`Download ${name}, ${bytes(attachment.size)}`}>
      Download
    </Button>
  );
}
