import { z } from 'zod';
import { categorySchema } from '../content.ts';
import { timeZoneSchema, WEEKDAYS, wallTimeSchema } from '../schedule.ts';
import { normalizeAddress } from '../suppression.ts';

/** A domain in lower case; a rule that names it means everything below it, too. */
const domainSchema = z
  .string()
  .max(253)
  .regex(/^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/, 'must be a domain in lower case such as example.com (IDN as punycode)');
const id = z.string().min(1).max(320);
const ids = z.array(id).min(1).max(200);
const count = z.int().min(1).max(1_000);
const share = z.number().min(0).max(1);
const oneOrMore = count.default(1);

/** Where the words of a draft come from, as far as that is known: ready-made content says nothing of it. */
export const WRITERS = ['model', 'template', 'unknown'] as const;
/** In place of a model's name: no model wrote it, or one whose name was not kept. */
export const NO_MODEL = 'none';
export const UNNAMED_MODEL = 'unknown';
/** Of a reply: what AgentMail's scan says of the mail it answers. A verdict of its own counts by its name. */
export const NO_VERDICT = 'none';
export const HELD_VERDICT = 'held';

/** As suppressions are kept: a rule for `ann@example.com` means `ann+news@example.com`, too. */
const addressSchema = z
  .string()
  .max(320)
  .refine((text) => normalizeAddress(text) !== null, 'must be an address such as ann@example.com')
  .overwrite((text) => normalizeAddress(text) ?? text);

const leaves = [
  /** A recipient is one of these; `every`: all of them are. */
  z.strictObject({
    kind: z.literal('recipient'),
    anyOf: z.array(addressSchema).min(1).max(500),
    every: z.boolean().default(false),
  }),
  /** A recipient at one of these domains; `every`: all of them are. */
  z.strictObject({
    kind: z.literal('recipient_domain'),
    anyOf: z.array(domainSchema).min(1).max(500),
    every: z.boolean().default(false),
  }),
  /** At least so many recipients outside the policy's `ownDomains`. */
  z.strictObject({ kind: z.literal('external_recipient'), atLeast: oneOrMore }),
  z.strictObject({ kind: z.literal('recipient_count'), atLeast: count }),
  /** Nothing may be sent to so many of them. */
  z.strictObject({ kind: z.literal('recipient_suppressed'), atLeast: oneOrMore }),
  /** A mail to so many of them came back as undeliverable, ever. */
  z.strictObject({ kind: z.literal('recipient_bounced'), atLeast: oneOrMore }),
  /** Nothing was ever sent from here to so many of them. */
  z.strictObject({ kind: z.literal('first_contact'), atLeast: oneOrMore }),
  z.strictObject({
    kind: z.literal('attachments'),
    atLeast: oneOrMore,
    /** Only those of a type such as `application/pdf` or `image/*`, or of an extension such as `.exe`. */
    anyType: z
      .array(z.string().regex(/^(\.[a-z0-9]{1,20}|[a-z0-9][a-z0-9!#$&^_.+-]*\/([a-z0-9][a-z0-9!#$&^_.+-]*|\*))$/))
      .min(1)
      .max(100)
      .optional(),
    /** Bytes of those together. */
    totalBytesAtLeast: z.int().min(0).optional(),
  }),
  /** An amount of money in subject or body, by currency where one is given. */
  z.strictObject({
    kind: z.literal('amount'),
    atLeast: z.number().min(0),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'must be a code such as EUR')
      .optional(),
  }),
  z.strictObject({ kind: z.literal('category'), anyOf: z.array(categorySchema).min(1).max(200) }),
  z.strictObject({ kind: z.literal('recipe'), anyOf: ids }),
  z.strictObject({ kind: z.literal('source'), anyOf: z.array(z.enum(['recipe', 'content', 'adopted'])).min(1) }),
  /** Ids of who asked for the draft. */
  z.strictObject({ kind: z.literal('agent'), anyOf: ids }),
  z.strictObject({ kind: z.literal('inbox'), anyOf: ids }),
  z.strictObject({ kind: z.literal('warnings'), atLeast: oneOrMore, codes: ids.optional() }),
  z.strictObject({ kind: z.literal('written_by'), anyOf: z.array(z.enum(WRITERS)).min(1) }),
  /** The model that wrote it, by the name its service knows it under; `none` where no model did. */
  z.strictObject({ kind: z.literal('model'), anyOf: ids }),
  /** Share of words that differ, from 0 (none) to 1 (all), from what was composed, or from the first revision. */
  z.strictObject({
    kind: z.literal('edit_distance'),
    from: z.enum(['composed', 'first']).default('composed'),
    atLeast: share,
  }),
  /** The moment it is decided: when a revision is written, when it is due, and when it is sent. `to` is exclusive. */
  z
    .strictObject({
      kind: z.literal('hours'),
      timeZone: timeZoneSchema,
      days: z.array(z.enum(WEEKDAYS)).min(1).optional(),
      from: wallTimeSchema,
      to: wallTimeSchema,
    })
    .refine(({ from, to }) => from < to, { message: 'from must be before to; use `not` for the night', path: ['to'] }),
  z.strictObject({ kind: z.literal('thread'), is: z.enum(['new', 'reply']) }),
  z.strictObject({
    kind: z.literal('answered_verdict'),
    anyOf: z.array(z.string().min(1).max(100)).min(1).max(50),
  }),
] as const;

/** What a rule asks of a draft. */
export type LeafCondition = z.infer<(typeof leaves)[number]>;
export type Condition = Combined<LeafCondition>;
type Combined<Leaf> = Leaf | { kind: 'all' | 'any'; of: Combined<Leaf>[] } | { kind: 'not'; of: Combined<Leaf> };
/** As it is written: what has a default may be left out. */
type ConditionInput = Combined<z.input<(typeof leaves)[number]>>;

const MAX_PARTS = 50;
export const MAX_DEPTH = 10;

const partsSchema = z.lazy(() => z.array(conditionSchema).min(1).max(MAX_PARTS));
/** Named: documents of the API refer to it instead of repeating it for ever. */
export const conditionSchema: z.ZodType<Condition, ConditionInput> = z
  .discriminatedUnion('kind', [
    ...leaves,
    z.strictObject({ kind: z.literal('all'), of: partsSchema }),
    z.strictObject({ kind: z.literal('any'), of: partsSchema }),
    z.strictObject({ kind: z.literal('not'), of: z.lazy(() => conditionSchema) }),
  ])
  .meta({ id: 'PolicyCondition' });

const group = z.string().min(1).max(100);
export const MAX_UNDO_MS = 30 * 86_400_000;
const ms = z
  .int()
  .min(1_000)
  .max(365 * 86_400_000);

/** Who is asked first: a group, a person, or the people of a group in turn. */
export const routeSchema = z.union([
  z.strictObject({ group }),
  z.strictObject({ person: id }),
  z.strictObject({ inTurn: group }),
]);

const timesSchema = z
  .strictObject({
    remindAfterMs: ms.nullable().default(null),
    escalateAfterMs: ms.nullable().default(null),
    escalateTo: group.nullable().default(null),
    /** Where it is left out the inbox's own maximum holds. */
    expireAfterMs: ms.nullable().optional(),
  })
  .refine(({ escalateAfterMs, escalateTo }) => (escalateAfterMs === null) === (escalateTo === null), {
    message: 'escalateAfterMs and escalateTo go together',
    path: ['escalateTo'],
  });

const approvalsSchema = z
  .array(z.strictObject({ group: group.nullable().default(null), count: z.int().min(1).max(20) }))
  .min(1)
  .max(20)
  .refine((needs) => new Set(needs.map((need) => need.group)).size === needs.length, 'must name each group once');

/** Where the draft goes to people after all, these hold: after an edit, or when it was sent back. */
const reviewFields = {
  approvals: approvalsSchema.optional(),
  route: routeSchema.optional(),
  /** How urgent the review is: 1 first, 5 last. */
  priority: z.int().min(1).max(5).optional(),
  times: timesSchema.optional(),
  /** The least time between an approval and the send, in ms; 0: none. */
  undoMs: z.int().min(0).max(MAX_UNDO_MS).optional(),
  editorMayApprove: z.boolean().optional(),
  creatorMayApprove: z.boolean().optional(),
  /** Whether an answer to the mail that asks decides; never where the server forbids it. */
  replyApproval: z.boolean().optional(),
};

export const outcomeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('review'), ...reviewFields }),
  z.strictObject({ kind: z.literal('auto'), ...reviewFields }),
  z.strictObject({ kind: z.literal('monitor'), holdMs: ms.optional(), ...reviewFields }),
  z.strictObject({ kind: z.literal('refuse') }),
]);
export type RuleOutcome = z.infer<typeof outcomeSchema>;

export const ruleSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be a slug such as large-refunds'),
  description: z.string().max(500).optional(),
  enabled: z.boolean().default(true),
  /** Absent: every draft. */
  when: conditionSchema.optional(),
  outcome: outcomeSchema,
});
export type Rule = z.infer<typeof ruleSchema>;

/** Rules in their order: the first one a draft fits decides, and where none does, its inbox's mode. */
export const policySchema = z
  .strictObject({
    /** Domains that are not external, with all below them. */
    ownDomains: z.array(domainSchema).max(500).default([]),
    rules: z.array(ruleSchema).max(200),
  })
  .superRefine(({ ownDomains, rules }, context) => {
    rules.forEach((rule, index) => {
      const path = ['rules', index];
      if (rules.findIndex((other) => other.id === rule.id) < index)
        context.addIssue({ code: 'custom', message: `the rule id ${rule.id} is there twice`, path: [...path, 'id'] });
      if (rule.when === undefined) return;
      if (depthOf(rule.when) > MAX_DEPTH)
        context.addIssue({
          code: 'custom',
          message: `conditions nest deeper than ${MAX_DEPTH}`,
          path: [...path, 'when'],
        });
      const asksExternal = leavesOf(rule.when).some(({ kind }) => kind === 'external_recipient');
      if (asksExternal && ownDomains.length === 0)
        context.addIssue({
          code: 'custom',
          message: 'a rule asks for external recipients: name your own domains',
          path: ['ownDomains'],
        });
    });
  });
export type Policy = z.infer<typeof policySchema>;
export type PolicyInput = z.input<typeof policySchema>;

/** What decides where there are no rules. */
export const NO_RULES: Policy = { ownDomains: [], rules: [] };

export function leavesOf(condition: Condition): LeafCondition[] {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.of.flatMap(leavesOf);
    case 'not':
      return leavesOf(condition.of);
    default:
      return [condition];
  }
}

function depthOf(condition: Condition): number {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return 1 + Math.max(...condition.of.map(depthOf));
    case 'not':
      return 1 + depthOf(condition.of);
    default:
      return 1;
  }
}
