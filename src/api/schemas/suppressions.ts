import { z } from '@hono/zod-openapi';
import { normalizeEntry, ORGANIZATION, SUPPRESSION_REASONS } from '../../domain/suppression.ts';
import { cursorParam, instant, orNull, pageLimit, personSchema } from './common.ts';

const ENTRY = 'must be an address (user@example.com) or a domain (example.com)';
/** Kept as `normalizeEntry` makes it. */
export const entrySchema = z
  .string()
  .max(320)
  .refine((value) => normalizeEntry(value) !== null, ENTRY)
  .transform((value) => normalizeEntry(value) ?? value)
  .openapi({ description: 'An address, or a domain with all below it.', example: 'someone@example.com' });
const scopeSchema = z
  .string()
  .min(1)
  .max(320)
  .openapi({ description: '`organization`, or the id of the one inbox it holds for.' });
const reasonSchema = z.enum(SUPPRESSION_REASONS).openapi('SuppressionReason');

export const suppressionSchema = z
  .object({
    entry: z.string(),
    kind: z.enum(['address', 'domain']),
    scope: scopeSchema,
    reason: reasonSchema,
    note: z.string().nullable(),
    source: z.string().nullable().openapi({ description: 'Such as `event:…`, `import:…`, `optout:…`, `proposal:…`.' }),
    createdBy: personSchema,
    createdAt: instant,
    expiresAt: orNull(instant),
  })
  .openapi('Suppression');
export type SuppressionView = z.infer<typeof suppressionSchema>;

/** Who said no, or complained, has not forgotten it after a year. */
const EXPIRES = 'cannot expire: only manual, imported and hard_bounce can';
const lasting = ['unsubscribed', 'complaint'];
const shape = {
  entry: entrySchema,
  scope: scopeSchema.default(ORGANIZATION),
  reason: reasonSchema.default('manual'),
  note: z.string().trim().min(1).max(500).optional(),
  expiresAt: instant.optional().openapi({ description: 'Absent: for ever.' }),
};
export const addSuppressionSchema = z
  .strictObject(shape)
  .refine(({ reason, expiresAt }) => expiresAt === undefined || !lasting.includes(reason), {
    path: ['expiresAt'],
    error: EXPIRES,
  })
  .openapi('AddSuppression');
export type AddSuppression = z.input<typeof addSuppressionSchema>;

export const suppressionParams = z.object({
  entry: entrySchema.openapi({ param: { name: 'entry', in: 'path' } }),
});
export const removeSuppressionQuery = z.strictObject({
  scope: scopeSchema.default(ORGANIZATION),
  reason: reasonSchema.optional().openapi({ description: 'Absent: whatever the reason.' }),
});
export const listSuppressionsQuery = z.strictObject({
  q: z.string().max(320).optional(),
  scope: scopeSchema.optional(),
  reason: reasonSchema.optional(),
  expired: z.enum(['include', 'exclude']).default('exclude'),
  limit: pageLimit,
  cursor: cursorParam,
});
export type ListSuppressionsQuery = z.input<typeof listSuppressionsQuery>;
export const suppressionListSchema = z
  .object({ items: z.array(suppressionSchema), nextCursor: z.string().nullable() })
  .openapi('SuppressionList');
export type SuppressionList = z.infer<typeof suppressionListSchema>;

/** Columns of the CSV file, exported in this order and imported by name; `entry` alone is required. */
export const SUPPRESSION_COLUMNS = [
  'entry',
  'scope',
  'reason',
  'note',
  'source',
  'created_by',
  'created_at',
  'expires_at',
] as const;
export const MAX_IMPORT_ROWS = 1_000;

/** Read leniently and judged row by row: a bad one does not stop the rest. */
const importRowSchema = z.strictObject({
  line: z.int().min(1).openapi({ description: 'Its line in the file, to name it in errors.' }),
  entry: z.string().max(2_000),
  scope: z.string().max(2_000).optional(),
  reason: z.string().max(2_000).optional(),
  note: z.string().max(2_000).optional(),
  expiresAt: z.string().max(2_000).optional(),
});
export type ImportRow = z.infer<typeof importRowSchema>;
/** One row as it must be to count. Rows without a reason were imported; that is their reason. */
export const importedSuppressionSchema = z
  .object({ ...shape, reason: reasonSchema.default('imported') })
  .refine(({ reason, expiresAt }) => expiresAt === undefined || !lasting.includes(reason), {
    path: ['expiresAt'],
    error: EXPIRES,
  });
export const importSuppressionsSchema = z
  .strictObject({
    dryRun: z.boolean().default(false),
    file: z.string().trim().min(1).max(200).optional().openapi({ description: 'Name of the file, kept as source.' }),
    rows: z.array(importRowSchema).min(1).max(MAX_IMPORT_ROWS),
  })
  .openapi('ImportSuppressions');
export type ImportSuppressions = z.input<typeof importSuppressionsSchema>;
export const importResultSchema = z
  .object({
    dryRun: z.boolean(),
    added: z.int().openapi({ description: 'New, or holding longer than before; with dryRun those that would be.' }),
    addedLines: z
      .array(z.int())
      .optional()
      .openapi({ description: 'With dryRun, which lines `added` counts: for files that are sent in pieces.' }),
    unchanged: z.int(),
    invalid: z.array(z.object({ line: z.int(), message: z.string() })),
  })
  .openapi('ImportResult');
export type ImportResult = z.infer<typeof importResultSchema>;
