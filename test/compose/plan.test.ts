import { expect, test } from 'vitest';
import { z } from 'zod';
import { createRegistry, defineRecipe, getRecipe, parsePlan, planSteps, recipes } from '../../src/compose/index.ts';

const recipe = defineRecipe({
  name: 'note',
  version: 3,
  title: 'Note',
  description: 'A note.',
  input: z.strictObject({ to: z.string(), id: z.string().default('secret-id') }),
  plan: ({ to, id }) => ({
    initial: { to: [to] },
    sources: {
      record: {
        type: 'http',
        url: `https://crm.example/${id}`,
        headers: { authorization: 'crm_token' },
        timeoutMs: 900,
      },
      ticket: { type: 'activity', name: 'ticket', input: { id } },
    },
    generate: { template: { subject: 'Hi', body: 'Hello {{ record.name }}' }, maxAttempts: 5 },
    check: { allowedLinkHosts: ['example.com'] },
  }),
});

test('a plan is plain JSON with every default in it', () => {
  const plan = recipe.plan({ to: 'a@example.com' });
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  expect(parsePlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  expect(plan).toMatchObject({ recipe: 'note', version: 3, initial: { to: ['a@example.com'], cc: [], reply: null } });
});

test('the summary for history has no address, URL or content', () => {
  const steps = planSteps(recipe.plan({ to: 'a@example.com' }));
  expect(steps).toEqual([
    { id: 'record', kind: 'source', timeoutMs: 900, maxAttempts: 4 },
    { id: 'ticket', kind: 'source', timeoutMs: 60_000, maxAttempts: 3 },
    { id: 'generate', kind: 'generate', timeoutMs: 5_000, maxAttempts: 5 },
    { id: 'render', kind: 'render', timeoutMs: 10_000, maxAttempts: 2 },
    { id: 'check', kind: 'check', timeoutMs: 5_000, maxAttempts: 2 },
  ]);
  expect(JSON.stringify(steps)).not.toMatch(/secret-id|example|crm/);
});

test('input at fault is refused with the names of the fields, not their values', () => {
  const bad = () => recipe.plan({ to: 7, extra: 'private value' });
  expect(bad).toThrowError(/recipe note: to: .*; input: .*extra/);
  expect(bad).not.toThrowError(/private value/);
  expect(bad).toThrowError(expect.objectContaining({ code: 'recipe_input', retryable: false }));
});

test.each<[string, (plan: { steps: { id: string; kind: string }[] }) => void]>([
  ['a missing check', (plan) => plan.steps.pop()],
  ['render before generate', (plan) => plan.steps.splice(2, 2, ...plan.steps.slice(2, 4).reverse())],
  ['a source after generate', (plan) => plan.steps.push(...plan.steps.splice(0, 1))],
  ['an id twice', (plan) => plan.steps.splice(1, 1, { ...plan.steps[0]! })],
  ['a reserved id', (plan) => plan.steps.splice(0, 1, { ...plan.steps[0]!, id: 'comments' })],
])('a stored plan with %s is refused', (_name, spoil) => {
  const plan = structuredClone(recipe.plan({ to: 'a@example.com' }));
  spoil(plan);
  expect(() => parsePlan(plan)).toThrowError(expect.objectContaining({ code: 'plan_invalid' }));
});

test('a header names a secret and a URL must be http', () => {
  const bad = defineRecipe({
    name: 'bad',
    version: 1,
    title: '',
    description: '',
    input: z.object({}),
    plan: () => ({
      initial: {},
      sources: { record: { type: 'http', url: 'file:///etc/passwd' } },
      generate: { template: { body: 'x' } },
    }),
  });
  expect(() => bad.plan({})).toThrowError(/url/);
});

test('an unknown recipe is answered with the known ones', () => {
  expect(() => getRecipe('nope')).toThrowError('no recipe is named "nope"; known: reply-to-thread, invoice-reminder');
  expect(() => getRecipe('__proto__')).toThrowError(expect.objectContaining({ code: 'recipe_unknown' }));
  expect(getRecipe('note', createRegistry([recipe]))).toBe(recipe);
  expect(() => createRegistry([recipe, recipe])).toThrowError('two recipes are named note');
});

test.each([...recipes.values()])('$name shows its input as JSON Schema', ({ inputJsonSchema }) => {
  expect(inputJsonSchema).toMatchObject({ type: 'object', additionalProperties: false });
  expect(JSON.parse(JSON.stringify(inputJsonSchema))).toEqual(inputJsonSchema);
  expect(inputJsonSchema.required).toContain('sender');
});
