import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Revision } from '../../../../src/api/schemas/index.ts';
import { api } from '../../api/api.ts';
import { plain } from '../../lib/plain.ts';
import { Failure, Skeleton } from '../../ui/states.tsx';
import { type Look, lookAt } from './look.ts';

type Attachment = Revision['content']['attachments'][number];

/** An attachment on the page: as an image or as text, never as a document of its own. */
export function Preview({ attachment, as }: { attachment: Attachment; as: 'image' | 'text' }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['attachment', attachment.sha256, as],
    queryFn: async () => {
      const bytes = new Uint8Array(await (await api.blob(attachment.url)).arrayBuffer());
      const look = lookAt(bytes, as);
      // With the type its bytes have, not with the one it claims.
      return { look, image: look.kind === 'image' ? new Blob([bytes], { type: look.type }) : null };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  const name = plain(attachment.filename ?? 'attachment');
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton lines={['w-1/2', 'w-2/3']} />;
  return data.image === null ? (
    <Words look={data.look} name={name} />
  ) : (
    <Picture blob={data.image} look={data.look} name={name} />
  );
}

function Words({ look, name }: { look: Look; name: string }) {
  if (look.kind !== 'text') return <p className="text-muted">{look.kind === 'none' && `${look.why}.`}</p>;
  return (
    <>
      <textarea
        readOnly
        aria-label={`Content of ${name}`}
        rows={Math.min(20, look.text.split('\n').length + 1)}
        value={look.text}
        placeholder="Empty"
        className="block w-full rounded-lg bg-sunken p-3 font-mono text-xs leading-5"
      />
      {look.cut && <p className="mt-1 text-xs text-muted">Only its beginning. Download it to read on.</p>}
    </>
  );
}

function Picture({ blob, look, name }: { blob: Blob; look: Look; name: string }) {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  if (look.kind !== 'image') return null;
  return (
    <img
      src={url ?? undefined}
      width={look.width}
      height={look.height}
      alt={name}
      className="h-auto max-h-[32rem] w-auto max-w-full rounded-lg border border-line bg-white object-contain"
    />
  );
}
