import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Revision } from '../../../src/api/schemas/index.ts';
import { api } from '../api/api.ts';

/** Types that are pictures and nothing else; an SVG is a document. */
const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
const MOST_BYTES = 4_000_000;

/** Images a mail carries along (`cid:`), as data URLs by content id. */
export function useInlineImages(content: Revision['content']): ReadonlyMap<string, string> {
  const carried = content.attachments.flatMap(({ contentId, contentType, size, sha256, url }) =>
    contentId !== undefined && contentType !== undefined && PICTURES.has(contentType) && size <= MOST_BYTES
      ? [{ contentId: contentId.replace(/^<|>$/g, ''), contentType, sha256, url }]
      : [],
  );
  const loaded = useQueries({
    queries: carried.map(({ contentType, sha256, url }) => ({
      queryKey: ['inline', sha256],
      queryFn: async () => dataUrl(new Blob([await api.blob(url)], { type: contentType })),
      staleTime: Number.POSITIVE_INFINITY,
    })),
    combine: (results) => results.map(({ data }) => data),
  });
  const names = carried.map(({ contentId }) => contentId).join('\n');
  return useMemo(
    () => new Map(names.split('\n').flatMap((name, index) => (loaded[index] ? [[name, loaded[index]]] : []))),
    [names, loaded],
  );
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(String(reader.result)));
    reader.addEventListener('error', () => reject(reader.error ?? new Error('The image could not be read.')));
    reader.readAsDataURL(blob);
  });
}
