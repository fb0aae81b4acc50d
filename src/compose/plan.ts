import { z } from 'zod';
import { emailContentSchema } from '../domain/content.ts';
import type { PlanStep } from '../domain/plan.ts';
import { ComposeError } from './errors.ts';

/** Ids of sources are the names templates read them by, so they are identifiers. */
const stepIdSchema = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'expected a-z, then up to 39 of a-z 0-9 _');
/** The template variable that holds the recipient's opt-out link. */
export const UNSUBSCRIBE_URL = 'unsubscribe_url';
/** The template variable with the language its only recipient prefers; a source of this name comes first. */
export const RECIPIENT_LANGUAGE = 'language';
/** Names templates already use for something else. */
const RESERVED_IDS = new Set([
  UNSUBSCRIBE_URL,
  'comments',
  'forloop',
  'tablerowloop',
  'blank',
  'empty',
  'nil',
  'null',
  'true',
  'false',
]);

const timing = {
  /** Time-out of one attempt in ms. */
  timeoutMs: z.int().min(100).max(600_000),
  maxAttempts: z.int().min(1).max(20),
};

export const sourceSchema = z.discriminatedUnion('type', [
  /** The AgentMail thread of a message, oldest message first. */
  z.strictObject({ type: z.literal('thread'), messageId: z.string().min(1).max(998) }),
  /**
   * JSON by GET. `headers` maps a header to the name of a configured secret, never to its value. `allowedHosts` narrows
   * what the operator allows and never widens it.
   */
  z.strictObject({
    type: z.literal('http'),
    url: z.url({ protocol: /^https?$/ }),
    method: z.literal('GET').default('GET'),
    headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/), z.string().min(1)).default({}),
    allowedHosts: z.array(z.string().min(1)).max(50).default([]),
  }),
  z.strictObject({ type: z.literal('inline'), data: z.json() }),
  /** A custom activity of the worker; its result is the source's data. */
  z.strictObject({ type: z.literal('activity'), name: z.string().min(1).max(200), input: z.json() }),
]);
export type Source = z.infer<typeof sourceSchema>;

export const templateSchema = z.strictObject({
  /** LiquidJS text of the subject; empty for a reply, whose subject AgentMail derives. */
  subject: z.string().max(10_000).default(''),
  /** LiquidJS text of the Markdown body. */
  body: z.string().min(1).max(200_000),
});

export const renderOptionsSchema = z.strictObject({
  /** BCP 47 language of the mail; screen readers pronounce by it. */
  lang: z
    .string()
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)
    .default('en'),
  /** The line that lists of mails show after the subject; hidden in the mail itself. */
  preheader: z.string().max(200).default(''),
});
export type RenderOptions = z.infer<typeof renderOptionsSchema>;

export const checkOptionsSchema = z.strictObject({
  /** What a variable that the template wants and no source has is worth. */
  missingVariables: z.enum(['error', 'warning']).default('error'),
  /** When given, a link to another host is a warning. `*.example.com` allows every subdomain. */
  allowedLinkHosts: z.array(z.string().min(1)).max(200).nullable().default(null),
  /** A mail to many: one without a way to unsubscribe is a warning. */
  bulk: z.boolean().default(false),
});
export type CheckOptions = z.infer<typeof checkOptionsSchema>;

const stepSchema = z.discriminatedUnion('kind', [
  z.strictObject({ id: stepIdSchema, kind: z.literal('source'), ...timing, source: sourceSchema }),
  z.strictObject({
    id: stepIdSchema,
    kind: z.literal('generate'),
    ...timing,
    template: templateSchema,
    /** When given and a model is configured, the model writes instead of the template. */
    model: z
      .strictObject({ instructions: z.string().min(1).max(20_000) })
      .nullable()
      .default(null),
  }),
  z.strictObject({ id: stepIdSchema, kind: z.literal('render'), ...timing, options: renderOptionsSchema }),
  z.strictObject({ id: stepIdSchema, kind: z.literal('check'), ...timing, options: checkOptionsSchema }),
]);
export type Step = z.infer<typeof stepSchema>;
export type SourceStep = Extract<Step, { kind: 'source' }>;
export type GenerateStep = Extract<Step, { kind: 'generate' }>;
export type RenderStep = Extract<Step, { kind: 'render' }>;
export type CheckStep = Extract<Step, { kind: 'check' }>;

/** What the email says before its text exists. `subject` stands when the template has none. */
export const initialSchema = emailContentSchema.pick({
  to: true,
  cc: true,
  bcc: true,
  replyTo: true,
  subject: true,
  attachments: true,
  reply: true,
});

/**
 * Everything a composition does, as plain JSON: saved whole when the draft starts, so that a recipe changed or removed
 * later changes nothing for a draft under way. Sources run in parallel, the other steps in their order after them.
 */
export const recipePlanSchema = z.strictObject({
  recipe: z.string().min(1).max(100),
  version: z.int().positive(),
  initial: initialSchema,
  steps: z.array(stepSchema).min(3).max(40).superRefine(checkOrder),
});
export type RecipePlan = z.infer<typeof recipePlanSchema>;

function checkOrder(steps: Step[], context: z.RefinementCtx): void {
  const kinds = steps.map((step) => step.kind).filter((kind) => kind !== 'source');
  const sourcesFirst = steps.findLastIndex((step) => step.kind === 'source') === steps.length - kinds.length - 1;
  if (!sourcesFirst || kinds.join() !== 'generate,render,check') {
    context.addIssue({ code: 'custom', message: 'expected sources, then generate, render and check, once each' });
  }
  const ids = steps.map((step) => step.id);
  for (const id of ids) {
    if (RESERVED_IDS.has(id)) context.addIssue({ code: 'custom', message: `the step id ${id} is reserved` });
  }
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) context.addIssue({ code: 'custom', message: `the step id ${twice} is there twice` });
}

/** Reads a stored plan. @throws ComposeError `plan_invalid` */
export function parsePlan(value: unknown): RecipePlan {
  const parsed = recipePlanSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ComposeError('plan_invalid', `the plan is not usable: ${z.prettifyError(parsed.error)}`);
}

/** What of the plan may enter workflow history: no content, no address, no URL. */
export function planSteps(plan: RecipePlan): PlanStep[] {
  return plan.steps.map((step) => {
    const { id, kind, timeoutMs, maxAttempts } = step;
    const costly = step.kind === 'generate' && step.model !== null;
    return { id, kind, timeoutMs, maxAttempts, ...(costly ? { costly } : {}) };
  });
}

export function sourceSteps(plan: RecipePlan): SourceStep[] {
  return plan.steps.filter((step) => step.kind === 'source');
}

/** The plan's one step of a kind. */
export function stepOf<K extends 'generate' | 'render' | 'check'>(
  plan: RecipePlan,
  kind: K,
): Extract<Step, { kind: K }> {
  const found = plan.steps.find((step): step is Extract<Step, { kind: K }> => step.kind === kind);
  if (found === undefined) throw new ComposeError('plan_invalid', `the plan has no ${kind} step`);
  return found;
}
