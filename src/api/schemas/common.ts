import { z } from '@hono/zod-openapi';
import { REASONS, REFUSALS } from '../../domain/reasons.ts';
import { REJECTION_CODES } from '../../domain/rejection.ts';
import { scheduleSchema } from '../../domain/schedule.ts';

const YEAR_0_MS = Date.UTC(-1, 12);
const YEAR_10000_MS = Date.UTC(10_000, 0);

/** An instant in ISO 8601, UTC. An offset must not carry it out of the years that can be written so. */
export const instant = z.iso
  .datetime({ offset: true })
  .refine((at) => Date.parse(at) >= YEAR_0_MS && Date.parse(at) < YEAR_10000_MS, 'must be in the years 0 to 9999, UTC')
  .openapi({ example: '2026-11-23T09:00:00.000Z' });

/** `nullable()` on a named schema loses its null in the OpenAPI document; a union keeps it. */
export const orNull = <S extends z.ZodType>(schema: S) => z.union([schema, z.null()]);

/** Cloned: a schema made before the OpenAPI extension was loaded lacks its methods. */
export const schedule = scheduleSchema.clone().openapi('Schedule', {
  description: 'When the email may leave: now, at an instant, in a window of the recipient, or held.',
});

const keysOf = <K extends string>(record: Record<K, string>) => Object.keys(record) as [K, ...K[]];
export const reasonCodeSchema = z.enum(keysOf(REASONS));
export const refusalCodeSchema = z.enum(keysOf(REFUSALS));

export const reasonSchema = z
  .object({ code: reasonCodeSchema, message: z.string() })
  .openapi('Reason', { description: 'Why a draft is where it is, as a stable code and a sentence for people.' });

export const rejectionReasonSchema = z
  .enum(REJECTION_CODES)
  .openapi('RejectionReason', { description: 'Why a person rejects a draft, as it is counted.' });

/** Codes of problems that are not refusals of a draft. */
export const PROBLEM_CODES = [
  'invalid_request',
  'malformed_json',
  'unsupported_media_type',
  'payload_too_large',
  'unauthenticated',
  'not_found',
  'method_not_allowed',
  'idempotency_conflict',
  'already_adopted',
  'already_exists',
  'last_admin',
  'key_revoked',
  'group_in_use',
  'batch_conflict',
  'operation_conflict',
  'upload_gap',
  'too_many',
  'too_many_requests',
  'policy_conflict',
  'engine_unavailable',
  'store_unavailable',
  'provider_unavailable',
  'internal',
] as const;

export const draftStateSchema = z
  .object({
    status: z.string(),
    revision: z.int(),
    digest: z.string().nullable(),
    reason: orNull(reasonSchema),
  })
  .openapi('CurrentState', { description: 'Where the draft is now, for a caller whose view was out of date.' });

/** Body of every answer that is not 2xx, as application/problem+json. */
export const problemSchema = z
  .object({
    status: z.int(),
    title: z.string(),
    code: z.enum([...PROBLEM_CODES, ...refusalCodeSchema.options]).openapi({ description: 'Stable; act on this.' }),
    message: z.string().openapi({ description: 'What happened and what to do, for people.' }),
    requestId: z.string().openapi({ description: 'Also in the X-Request-Id header and the server log.' }),
    fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    current: draftStateSchema.optional(),
    /** The id to repeat the request with, when it was recorded but not carried out. */
    decisionId: z.string().optional(),
    draftId: z.string().optional(),
    expectedOffset: z.int().optional().openapi({ description: 'Where the next chunk of an upload begins.' }),
  })
  .openapi('Problem');
export type Problem = z.infer<typeof problemSchema>;
export type ProblemCode = Problem['code'];

export const personSchema = z
  .object({ id: z.string(), name: z.string() })
  .openapi('ActorRef', { description: 'Who acted: the id of an API key and its name.' });
export type ActorRef = z.infer<typeof personSchema>;

export const draftIdParam = z
  .string()
  .min(1)
  .max(255)
  .openapi({ param: { name: 'id', in: 'path' }, example: 'draft-invoice-reminder-0a1b2c3d4e5f6a7b' });
export const draftParams = z.object({ id: draftIdParam });
export const revisionParams = draftParams.extend({
  revision: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .openapi({ param: { name: 'revision', in: 'path', required: true } }),
});
export const attachmentParams = revisionParams.extend({
  index: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000)
    .openapi({ param: { name: 'index', in: 'path', required: true } }),
});

/** A caller's own id of a request: the same id with the same body is answered with the first result. */
export const callerId = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces');
export const idempotencyHeader = z.object({
  'idempotency-key': callerId.optional().openapi({
    description: 'Your id of this request. Repeating it is safe; the same key with another body is a conflict.',
  }),
});

export const pageLimit = z.coerce.number().int().min(1).max(200).default(50);
export const cursorParam = z.string().min(1).max(1_000).optional();
export const digestSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 digest of the revision, 64 lower-case hex characters');
