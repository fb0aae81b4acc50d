import type { Revision } from '../../../src/api/schemas/index.ts';
import { plain } from '../lib/plain.ts';
import { Empty } from '../ui/states.tsx';

export function SourcePanel({ revision }: { revision: Revision }) {
  const { html } = revision.content;
  return (
    <>
      {html === '' ? (
        <Empty title="This email has no HTML.">It is sent as plain text.</Empty>
      ) : (
        <pre className="overflow-x-auto rounded-xl bg-sunken p-4 font-mono text-xs leading-5 break-words whitespace-pre-wrap">
          {plain(html)}
        </pre>
      )}
      <p className="mt-4 text-xs text-muted">
        Digest of this revision
        <br />
        <code className="font-mono break-all">{revision.digest}</code>
      </p>
    </>
  );
}
