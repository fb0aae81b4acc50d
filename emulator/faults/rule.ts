import { z } from 'zod';

/**
 * A fault to come. `route` is a method and a path: one asterisk stands for one segment (or any method), two for any rest.
 * The first `skip` matching requests pass untouched; after them it acts `times` times.
 */
const ruleBase = {
  route: z.string().regex(/^(\*|[A-Z]+) \/\S*$/, 'must look like "POST /v0/inboxes/*/drafts/*/send"'),
  /** 1 when nothing is said; without end for a rule that has a `probability` or a `during`. */
  times: z.number().int().positive().optional(),
  skip: z.number().int().min(0).default(0),
  /** Each matching request is struck by this chance. The same `seed` draws the same row of strikes and misses. */
  probability: z.number().min(0).max(1).optional(),
  seed: z.number().int().default(1),
  /** Matches only from `fromMs` until before `toMs`, epoch milliseconds by the emulator's clock. */
  during: z.object({ fromMs: z.number(), toMs: z.number() }).optional(),
  /** Matches only requests whose bearer token begins like this. */
  apiKey: z.string().min(1).optional(),
};

const when = z.enum(['before', 'after']);

const draftEdit = z.record(z.string(), z.unknown());

/** Which draft a foreign writer touches: the one of the route (or `draftId`), or any there is, drawn by the seed. */
const target = { draftId: z.string().optional(), draft: z.enum(['of_route', 'any']).default('of_route') };

export const faultInput = z.discriminatedUnion('kind', [
  /** The connection is reset before anything is accepted. */
  z.object({ ...ruleBase, kind: z.literal('reset_before') }),
  /** The request is carried out durably, then the connection is reset. */
  z.object({ ...ruleBase, kind: z.literal('lose_response') }),
  /** The answer takes `delayMs` (real time), waited before or after the request is carried out. */
  z.object({ ...ruleBase, kind: z.literal('slow'), delayMs: z.number().int().min(0), when: when.default('before') }),
  /** No answer ever, and the connection stays; `when: 'after'` carries the request out first. */
  z.object({ ...ruleBase, kind: z.literal('hang'), when: when.default('before') }),
  /** The request is carried out; half of the answer comes, then the connection ends. */
  z.object({ ...ruleBase, kind: z.literal('truncate') }),
  /** A complete answer whose body is not JSON; `when: 'before'` carries nothing out and says 200. */
  z.object({ ...ruleBase, kind: z.literal('bad_json'), when: when.default('after') }),
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
  /** From this request on, every request of its key, to any route, is a 429 with Retry-After, for `forMs` (real time). */
  z.object({ ...ruleBase, kind: z.literal('limit_key'), forMs: z.number().int().positive() }),
  /** Somebody else patches a draft around this request. */
  z.object({ ...ruleBase, ...target, kind: z.literal('edit_draft'), patch: draftEdit, when: when.default('after') }),
  /** Somebody else deletes a draft around this request. */
  z.object({ ...ruleBase, ...target, kind: z.literal('delete_draft'), when: when.default('after') }),
]);
export type FaultInput = z.input<typeof faultInput>;
export type Fault = z.infer<typeof faultInput>;

/** `hits` counts the times it acted, `seen` the matching requests; `draftIds` are the drafts a foreign writer changed. */
export const faultRecord = z.object({
  id: z.string(),
  rule: faultInput,
  seen: z.number(),
  hits: z.number(),
  draftIds: z.array(z.string()).default([]),
});
export type FaultRecord = z.infer<typeof faultRecord>;
