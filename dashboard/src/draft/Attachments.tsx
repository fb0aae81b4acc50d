import { useState } from 'react';
import type { Revision } from '../../../src/api/schemas/index.ts';
import { api } from '../api/api.ts';
import { say } from '../app/toasts.ts';
import { plain } from '../lib/plain.ts';
import { bytes } from '../lib/words.ts';

type Attachment = Revision['content']['attachments'][number];

export function Attachments({ revision }: { revision: Revision }) {
  const { attachments } = revision.content;
  if (attachments.length === 0) return null;
  return (
    <section aria-label="Attachments" className="mt-4">
      <ul className="flex flex-wrap gap-2">
        {attachments.map((attachment) => (
          <li key={attachment.url} className="max-w-full">
            <Download attachment={attachment} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Fetched with the key and handed to the browser as a file: nothing of it is opened here. */
function Download({ attachment }: { attachment: Attachment }) {
  const [busy, setBusy] = useState(false);
  const name = plain(attachment.filename ?? 'attachment');
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
    <button
      type="button"
      disabled={busy}
      onClick={() => void download()}
      aria-label={`Download ${name}, ${bytes(attachment.size)}`}
      className="flex max-w-full items-center gap-2 rounded-lg border border-line px-3 py-1.5 hover:bg-hover"
    >
      <span aria-hidden="true" className="text-muted">
        ↓
      </span>
      <span className="truncate">{name}</span>
      <span className="shrink-0 text-xs text-muted tabular-nums">{bytes(attachment.size)}</span>
    </button>
  );
}
