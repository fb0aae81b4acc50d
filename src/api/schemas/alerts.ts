import { z } from '@hono/zod-openapi';
import { ALERT_KINDS, ALERT_SEVERITIES } from '../../domain/alert.ts';
import { cursorParam, instant, orNull, pageLimit, personSchema } from './common.ts';

const alertShape = {
  id: z.string(),
  key: z.string().openapi({ description: 'What it is about: at most one open alert has it.' }),
  kind: z.enum(ALERT_KINDS),
  severity: z.enum(ALERT_SEVERITIES),
  title: z.string(),
  facts: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .openapi({ description: 'Counts, codes and ids; never what a mail says.' }),
  draftId: z.string().nullable(),
  inboxId: z.string().nullable(),
  openedAt: instant,
  lastSeenAt: instant,
  count: z.int().openapi({ description: 'How often it was raised while it was open.' }),
  resolvedAt: instant.nullable(),
  acknowledgedBy: orNull(personSchema),
  acknowledgedAt: instant.nullable(),
};
export const alertSchema = z.object(alertShape).openapi('Alert');
export type Alert = z.infer<typeof alertSchema>;

export const alertDetailSchema = z
  .object({
    ...alertShape,
    deliveries: z.array(
      z.object({
        transition: z.string().openapi({ example: 'opened', description: '`opened`, `resolved` or `reminder-N`.' }),
        channel: z.string(),
        state: z.enum(['pending', 'delivered', 'failed', 'skipped']),
        attempts: z.int(),
        lastError: z.string().nullable().openapi({ description: 'Code of the last failure.' }),
        at: instant,
      }),
    ),
  })
  .openapi('AlertDetail');
export type AlertDetail = z.infer<typeof alertDetailSchema>;

export const alertListSchema = z
  .object({ items: z.array(alertSchema), nextCursor: z.string().nullable() })
  .openapi('AlertList');
export type AlertList = z.infer<typeof alertListSchema>;

export const listAlertsQuery = z.strictObject({
  open: z.enum(['true', 'false']).optional().openapi({ description: 'Only open ones, or only those that are over.' }),
  limit: pageLimit,
  cursor: cursorParam,
});
export const alertParams = z.object({
  id: z
    .string()
    .min(1)
    .max(100)
    .openapi({ param: { name: 'id', in: 'path' } }),
});
