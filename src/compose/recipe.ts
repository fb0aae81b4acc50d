import { z } from 'zod';
import { ComposeError } from './errors.ts';
import { type RecipePlan, recipePlanSchema, type Source } from './plan.ts';

interface Timing {
  timeoutMs?: number;
  maxAttempts?: number;
}
type PlanInput = z.input<typeof recipePlanSchema>;
type StepInput<K extends PlanInput['steps'][number]['kind']> = Extract<PlanInput['steps'][number], { kind: K }>;

/** What a recipe's author writes; everything left out gets its default. */
export interface PlanSpec {
  initial: PlanInput['initial'];
  /** Data by the name that templates read it by. */
  sources?: Record<string, Timing & z.input<typeof import('./plan.ts').sourceSchema>>;
  generate: Timing & { template: StepInput<'generate'>['template']; model?: { instructions: string } | null };
  render?: Timing & StepInput<'render'>['options'];
  check?: Timing & StepInput<'check'>['options'];
}

export interface Recipe {
  /** Lower-case words with hyphens; part of the draft's id. */
  name: string;
  version: number;
  title: string;
  description: string;
  /** JSON Schema (2020-12) of what `plan` accepts. */
  inputJsonSchema: Record<string, unknown>;
  /** Plans one draft. @throws ComposeError `recipe_input` naming every field at fault */
  plan(input: unknown): RecipePlan;
}

export interface RecipeDefinition<S extends z.ZodType> {
  name: string;
  version: number;
  title: string;
  description: string;
  input: S;
  plan: (input: z.output<S>) => PlanSpec;
}

/** Remote calls get patience, pure steps get little: a pure step that failed once fails again. */
const DEFAULTS: Record<Source['type'] | 'template' | 'model' | 'render' | 'check', Required<Timing>> = {
  thread: { timeoutMs: 15_000, maxAttempts: 5 },
  http: { timeoutMs: 10_000, maxAttempts: 4 },
  // It cannot fail by itself; what does fail is the database for a moment, or the worker.
  inline: { timeoutMs: 10_000, maxAttempts: 20 },
  activity: { timeoutMs: 60_000, maxAttempts: 3 },
  template: { timeoutMs: 5_000, maxAttempts: 2 },
  model: { timeoutMs: 120_000, maxAttempts: 3 },
  render: { timeoutMs: 10_000, maxAttempts: 2 },
  check: { timeoutMs: 5_000, maxAttempts: 2 },
};

/**
 * Defines a recipe: a typed input and a pure function from it to the plan of one draft. The plan is stored, the function
 * is not: raise `version` when the plan changes in meaning, so that the record tells which one made a draft.
 */
export function defineRecipe<S extends z.ZodType>(definition: RecipeDefinition<S>): Recipe {
  const { name, version, title, description } = definition;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new ComposeError('plan_invalid', `recipe name ${name}: use lower-case words joined by hyphens`);
  }
  return {
    name,
    version,
    title,
    description,
    inputJsonSchema: z.toJSONSchema(definition.input, { io: 'input', unrepresentable: 'any' }),
    plan: (input) => {
      const parsed = definition.input.safeParse(input);
      if (!parsed.success) throw inputError(name, parsed.error);
      const plan = recipePlanSchema.safeParse(toPlan(name, version, definition.plan(parsed.data)));
      if (plan.success) return plan.data;
      throw inputError(name, plan.error);
    },
  };
}

/** Names the fields and what is wrong with them; zod's messages do not repeat the values. */
function inputError(recipe: string, error: z.ZodError): ComposeError {
  const issues = error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`);
  return new ComposeError('recipe_input', `recipe ${recipe}: ${issues.join('; ')}`, { cause: error });
}

function toPlan(recipe: string, version: number, spec: PlanSpec): PlanInput {
  const { timeoutMs, maxAttempts, template, model = null } = spec.generate;
  const sources = Object.entries(spec.sources ?? {}).map(([id, { timeoutMs, maxAttempts, ...source }]) => ({
    id,
    kind: 'source' as const,
    ...timing(DEFAULTS[source.type], { timeoutMs, maxAttempts }),
    source,
  }));
  return {
    recipe,
    version,
    initial: spec.initial,
    steps: [
      ...sources,
      {
        id: 'generate',
        kind: 'generate',
        ...timing(model === null ? DEFAULTS.template : DEFAULTS.model, { timeoutMs, maxAttempts }),
        template,
        model,
      },
      { id: 'render', kind: 'render', ...split(DEFAULTS.render, spec.render) },
      { id: 'check', kind: 'check', ...split(DEFAULTS.check, spec.check) },
    ],
  };
}

function timing(defaults: Required<Timing>, given: Timing): Required<Timing> {
  return {
    timeoutMs: given.timeoutMs ?? defaults.timeoutMs,
    maxAttempts: given.maxAttempts ?? defaults.maxAttempts,
  };
}

function split<O extends object>(defaults: Required<Timing>, given: (Timing & O) | undefined) {
  const { timeoutMs, maxAttempts, ...options } = given ?? {};
  return { ...timing(defaults, { timeoutMs, maxAttempts }), options };
}
