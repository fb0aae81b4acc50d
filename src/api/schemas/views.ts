import { z } from '@hono/zod-openapi';

export const saveViewSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(60),
    path: z
      .string()
      .max(2_000)
      .regex(/^\/[a-z-]+(\?[\x21-\x7e]*)?$/, 'must be a path of the desk, such as /waiting?inbox=support')
      .openapi({ example: '/waiting?inbox=support%40acme.example' }),
  })
  .openapi('SaveView');
export type SaveView = z.input<typeof saveViewSchema>;
export const savedViewSchema = z
  .object({ id: z.string(), name: z.string(), path: z.string() })
  .openapi('SavedView', { description: 'Filters of the desk under a name; each person has their own.' });
export type SavedViewView = z.infer<typeof savedViewSchema>;
export const savedViewListSchema = z.object({ items: z.array(savedViewSchema) }).openapi('SavedViewList');
export type SavedViewList = z.infer<typeof savedViewListSchema>;
export const savedViewParams = z.object({
  view: z
    .string()
    .min(1)
    .max(100)
    .openapi({ param: { name: 'view', in: 'path' } }),
});
