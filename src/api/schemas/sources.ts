import { z } from '@hono/zod-openapi';
import { instant, orNull } from './common.ts';

/** What a person reads on a screen; the whole of an answer is asked for by name. */
const SHOWN_LENGTH = 20_000;
const LONGEST = 2_000_000;

export const sourcesQuery = z.strictObject({
  maxLength: z.coerce
    .number()
    .int()
    .min(100)
    .max(LONGEST)
    .default(SHOWN_LENGTH)
    .openapi({ description: 'Characters shown of each answer.' }),
});

const sourceSchema = z
  .object({
    id: z.string().openapi({ description: 'The name templates read it by.' }),
    kind: z.enum(['thread', 'http', 'inline', 'activity']),
    asked: orNull(z.string()).openapi({
      description: 'The message, the address or the function asked; null: it came with the request.',
    }),
    fetchedAt: instant.nullable().openapi({ description: 'null: not yet, or not known of an older draft.' }),
    answer: orNull(z.string()).openapi({ description: 'JSON as text, untrusted; null: it has not answered yet.' }),
    length: z.int().openapi({ description: 'Characters of the whole answer.' }),
    truncated: z.boolean(),
  })
  .openapi('DraftSourceAnswer');
export type SourceView = z.infer<typeof sourceSchema>;

export const sourcesSchema = z
  .object({
    recipe: orNull(z.object({ name: z.string(), version: z.int() })).openapi({
      description: 'null: the draft came as ready-made content.',
    }),
    writtenBy: orNull(z.enum(['template', 'model'])),
    model: orNull(z.string()).openapi({ description: 'The name of the model, when one wrote the text.' }),
    items: z.array(sourceSchema),
  })
  .openapi('DraftSources', { description: 'What the newest composition of a draft knew.' });
export type DraftSources = z.infer<typeof sourcesSchema>;
