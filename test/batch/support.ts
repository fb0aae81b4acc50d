import { z } from 'zod';
import type { RecipeEntry } from '../../src/api/deps.ts';
import { defineRecipe, type Recipe } from '../../src/compose/recipe.ts';

/** Takes every JSON type, and is quick to compose. */
export const noteRecipe: Recipe = defineRecipe({
  name: 'note',
  version: 1,
  title: 'Note',
  description: 'A short note.',
  input: z.strictObject({
    to: z.union([z.email(), z.array(z.email())]),
    customer: z.strictObject({ name: z.string().min(1), vip: z.boolean().optional() }),
    amount: z.number().optional(),
    level: z.literal([1, 2, 3]).default(1),
    tags: z.array(z.string()).optional(),
    phone: z.string().optional(),
    items: z.array(z.strictObject({ sku: z.string(), count: z.int() })).optional(),
  }),
  plan: ({ to, customer }) => ({
    initial: { to: Array.isArray(to) ? to : [to] },
    sources: { note: { type: 'inline', data: { name: customer.name } } },
    generate: { template: { subject: 'A note for {{ note.name }}', body: 'Hello {{ note.name }}.' } },
  }),
});

export const note: RecipeEntry = { ...noteRecipe };

/** `count` rows; every `badEvery`th has an address that is none. */
export function noteCsv(count: number, badEvery = 100): string {
  const row = (n: number) => `${n % badEvery === 0 ? 'nobody' : `p${n}@example.com`},Person ${n},${n}.5`;
  return ['to,customer.name,amount', ...Array.from({ length: count }, (_, n) => row(n + 1)), ''].join('\n');
}
