import { z } from 'zod';

/**
 * A fault to come. `route` is a method and a path: one asterisk stands for one segment (or any method), two for any rest.
 * The first `skip` matching requests pass untouched; after them it acts `times` times.
 */
const ruleBase = {
  route: z.string().regex(/^(\*|[A-Z]+) \/\S*$/, 'must look like "POST /v0/inboxes/*/drafts/*/send"'),
  times: z.number().int().positive().default(1),
  skip: z.number().int().min(0).default(0),
};

const when = z.enum(['before', 'after']);

const draftEdit = z.record(z.string(), z.unknown());

export const faultInput = z.discriminatedUnion('kind', [
  /** The connection is reset before anything is accepted. */
  z.object({ ...ruleBase, kind: z.literal('reset_before') }),
  /** The request is carried out durably, then the connection is reset. */
  z.object({ ...ruleBase, kind: z.literal('lose_response') }),
  /** The answer takes `delayMs` (real time), waited before or after the request is carried out. */
  z.object({ ...ruleBase, kind: z.literal('slow'), delayMs: z.number().int().min(0), when: when.default('before') }),
  /** Answered with this status; `when: 'after'` carries the request out first and hides that. */
  z.object({
    ...ruleBase,
    kind: z.literal('status'),
    status: z.number().int().min(400).max(599),
    name: z.string().optional(),
    code: z.string().optional(),
    message: z.string().optional(),
    retryAfterSeconds: z.number().min(0).optional(),
    when: when.default('before'),
  }),
  /** Somebody else patches the draft named in the route (or `draftId`) around this request. */
  z.object({
    ...ruleBase,
    kind: z.literal('edit_draft'),
    patch: draftEdit,
    draftId: z.string().optional(),
    when: when.default('after'),
  }),
  /** Somebody else deletes the draft named in the route (or `draftId`) around this request. */
  z.object({
    ...ruleBase,
    kind: z.literal('delete_draft'),
    draftId: z.string().optional(),
    when: when.default('after'),
  }),
]);
export type FaultInput = z.input<typeof faultInput>;
export type Fault = z.infer<typeof faultInput>;

/** `hits` counts the times it acted, `seen` the matching requests. */
export const faultRecord = z.object({ id: z.string(), rule: faultInput, seen: z.number(), hits: z.number() });
export type FaultRecord = z.infer<typeof faultRecord>;
