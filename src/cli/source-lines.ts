import type { DraftSources } from '../client/index.ts';
import type { Output } from './output.ts';
import { when } from './text.ts';

/** What a draft was composed from, as lines. */
export function sourceLines(out: Output, { recipe, writtenBy, model, items }: DraftSources): string[] {
  if (recipe === null) return ['It came as ready-made content: no source is known.'];
  const writer = writtenBy === 'model' ? `the model ${model ?? '(name not kept)'}` : 'the template';
  const head = `Recipe ${recipe.name}, version ${recipe.version}${writtenBy === null ? '' : `; written by ${writer}`}`;
  return [
    out.style(head, 'bold'),
    ...items.flatMap(({ id, kind, asked, fetchedAt, answer, length, truncated }) => [
      '',
      out.style(`${id} (${kind})${fetchedAt ? `, ${when(fetchedAt)}` : ''}`, 'bold'),
      ...(asked === null ? [] : [out.style(asked, 'dim')]),
      ...(answer ?? 'It has not answered yet.').split('\n'),
      ...(truncated ? [out.style(`… of ${length} characters; --full shows them`, 'dim')] : []),
    ]),
  ];
}
