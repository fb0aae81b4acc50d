import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  check,
  composeContent,
  generate,
  getRecipe,
  type RecipePlan,
  render,
  splitAttachments,
  stepOf,
  threadSource,
} from '../../src/compose/index.ts';
import type { CheckFinding } from '../../src/store/types.ts';
import { exampleJson, exampleMessage, inlineSources } from './support/examples.ts';
import { message } from './support/messages.ts';

const golden = (name: string) => new URL(`./golden/${name}.txt`, import.meta.url).pathname;
const stored = new Map<string, number>();
async function putBlob(bytes: Uint8Array): Promise<string> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  stored.set(sha256, bytes.length);
  return sha256;
}

async function compose(plan: RecipePlan, extra: Record<string, unknown> = {}) {
  const sources = { ...inlineSources(plan), ...extra };
  const generated = await generate(plan, sources, { comments: ['internal remark'] });
  const content = composeContent(plan, generated, render(generated.markdown, stepOf(plan, 'render').options));
  return { content, findings: check(content, { plan, missing: generated.missing, sources }) };
}

const letter = ({
  content,
  findings,
}: {
  content: Awaited<ReturnType<typeof compose>>['content'];
  findings: CheckFinding[];
}) =>
  `To: ${content.to.join(', ') || '(derived from the reply)'}\nSubject: ${content.subject || '(derived from the reply)'}\nAttachments: ${content.attachments.map(({ filename, size }) => `${filename} (${size} bytes)`).join(', ') || 'none'}\nFindings: ${JSON.stringify(findings)}\n\n${content.text}`;

test.each(['RE-2026-0817', 'NL-2026-311', 'NL-2026-288'])('invoice reminder %s', async (name) => {
  const input = await splitAttachments(exampleJson(`invoices/${name}.json`), putBlob);
  const plan = getRecipe('invoice-reminder').plan(input);
  expect(JSON.stringify(plan)).not.toContain('base64');
  const done = await compose(plan);
  await expect(letter(done)).toMatchFileSnapshot(golden(`reminder-${name}`));
  for (const { sha256, size } of done.content.attachments) expect(stored.get(sha256)).toBe(size);
});

test('every level in every language fills without a hole', async () => {
  const base = exampleJson('invoices/NL-2026-288.json') as object;
  for (const locale of ['en', 'en-US', 'de', 'de-CH', 'es', 'es-MX']) {
    for (const level of [1, 2, 3]) {
      const { findings, content } = await compose(getRecipe('invoice-reminder').plan({ ...base, locale, level }));
      expect(findings).toEqual([]);
      expect(content.subject).toContain('NL-2026-288');
    }
  }
});

test.each<[string, string[]]>([
  ['order-late', ['01-order-late-gmail.eml', '02-order-late-gmail-reply.eml']],
  ['wrong-amount', ['04-rechnung-outlook.eml']],
])('reply %s', async (name, mails) => {
  const plan = getRecipe('reply-to-thread').plan(exampleJson(`replies/${name}.json`));
  const thread = threadSource(await Promise.all(mails.map(exampleMessage)), {
    messageId: plan.initial.reply?.inReplyTo,
  });
  expect(thread.answered?.messageId).toBe(plan.initial.reply?.inReplyTo);
  const done = await compose(plan, { thread });
  await expect(letter(done)).toMatchFileSnapshot(golden(`reply-${name}`));
  expect(done.content.text).not.toContain('internal remark');
});

test('a customer record by URL is fetched, and an unknown language falls back to English', async () => {
  const input = {
    ...(exampleJson('replies/order-late.json') as object),
    customer: { url: 'https://crm.example/customers/C-11017' },
    tone: 'formal',
  };
  const plan = getRecipe('reply-to-thread').plan(input);
  expect(plan.steps[1]).toMatchObject({
    id: 'customer',
    source: { type: 'http', url: 'https://crm.example/customers/C-11017' },
  });
  const thread = threadSource([await exampleMessage('05-japanese-iso-2022-jp.eml')]);
  const { content } = await compose(plan, { thread, customer: exampleJson('customers/hanako-sato.json') });
  expect(content.text).toMatch(/^Dear Hanako Sato,/);
  const nameless = await compose(plan, { thread, customer: { language: 'es-MX' } });
  expect(nameless.content.text).toMatch(/^Estimado\/a 佐藤 花子:/);
});

test('a hostile thread changes nothing but the name in the greeting', async () => {
  const thread = threadSource([await exampleMessage('08-hostile-injection.eml')]);
  const plan = getRecipe('reply-to-thread').plan({
    ...(exampleJson('replies/order-late.json') as object),
    customer: {},
  });
  const { content, findings } = await compose(plan, { thread });
  expect(content.text).toMatch(/^Hi Nordlicht Admin,/);
  expect(JSON.stringify(content)).not.toMatch(/evil|Ignore all|AGENTMAIL/);
  expect(findings).toEqual([]);
});

test.each<[string, object, RegExp]>([
  [
    'a float',
    { invoice: { number: '1', amount: { value: 12.5, currency: 'EUR' }, dueOn: '2026-11-05' } },
    /invoice\.amount/,
  ],
  [
    'no currency',
    { invoice: { number: '1', amount: { value: '12.50', currency: 'EURO' }, dueOn: '2026-11-05' } },
    /invoice\.amount/,
  ],
  ['a day that is not', { payBy: '2026-02-30' }, /payBy/],
  ['a final notice without a date', { payBy: undefined }, /payBy: a final notice must say until when/],
  ['a fee in another currency', { fee: { value: '1.00', currency: 'USD' } }, /fee\.currency/],
  ['a day of writing before it is due', { asOf: '2026-09-01' }, /asOf: the invoice is not due/],
  ['an unknown language', { locale: 'fr' }, /locale/],
  [
    'bytes that were not stored',
    { attachment: { filename: 'a.pdf', contentType: 'application/pdf', base64: 'aGk=' } },
    /a\.pdf: store the bytes first/,
  ],
])('the reminder refuses %s', (_name, part, message) => {
  const plan = () =>
    getRecipe('invoice-reminder').plan({ ...(exampleJson('invoices/NL-2026-288.json') as object), ...part });
  expect(plan).toThrowError(message);
  expect(plan).toThrowError(expect.objectContaining({ code: 'recipe_input' }));
});

test('attachments: bad base64 is refused, the rest of the input stays as it is', async () => {
  const bad = splitAttachments({ a: [{ filename: 'x.pdf', contentType: 'application/pdf', base64: '%%%' }] }, putBlob);
  await expect(bad).rejects.toMatchObject({ code: 'recipe_input' });
  const input = { a: [1, null, 'x'], b: { c: true } };
  expect(await splitAttachments(input, putBlob)).toEqual(input);
});

const SCRIPTS = 'ABCÉÜßñçåøłабв佐藤花子مرحबा';
const word = fc.string({
  unit: fc.constantFrom(...SCRIPTS, ...'abcdefghijklmnopqrstuvwxyz'),
  minLength: 1,
  maxLength: 12,
});
const name = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));
const hostile = fc.constantFrom(
  '*x*',
  '<b>Bo</b>',
  '[Bo](https://evil.example)',
  '# Bo',
  'Bo & Söhne',
  "O'Neil",
  '| Bo |',
  '1. Bo',
);
const person = fc.oneof({ weight: 3, arbitrary: name }, hostile);
const day = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2026-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const errors = (findings: CheckFinding[]) => findings.filter(({ level }) => level === 'error');

test('no false error, no warning of an amount: reminders over any valid input', async () => {
  const input = fc.record({
    customer: fc.record({ name: person }),
    invoice: fc.record({
      number: fc.stringMatching(/^[A-Z]{2}-\d{4}-\d{1,5}$/),
      amount: fc.oneof(
        fc.record({
          minorUnits: fc.integer({ min: 1, max: 1e12 }),
          currency: fc.constantFrom('EUR', 'USD', 'JPY', 'KWD', 'CHF', 'GBP'),
        }),
        fc.record({
          value: fc.stringMatching(/^[1-9]\d{0,8}\.\d{2}$/),
          currency: fc.constantFrom('EUR', 'CHF', 'GBP'),
        }),
      ),
      dueOn: day,
    }),
    level: fc.constantFrom(1, 2, 3),
    asOf: fc.constant('2026-06-01'),
    payBy: fc.constant('2026-07-01'),
    locale: fc.constantFrom('en', 'en-GB', 'de', 'de-AT', 'de-CH', 'es', 'es-MX'),
    sender: fc.record({ name: person, company: person }),
    to: fc.emailAddress({ size: 'small' }),
  });
  await fc.assert(
    fc.asyncProperty(input, async (value) => {
      const { findings } = await compose(getRecipe('invoice-reminder').plan(value));
      expect(errors(findings)).toEqual([]);
      expect(findings.map(({ code }) => code)).not.toContain('unsourced_amount');
    }),
    { numRuns: 100 },
  );
});

test('no false error: replies over any valid input', async () => {
  const sentence = fc
    .array(fc.oneof(word, hostile), { minLength: 1, maxLength: 20 })
    .map((words) => `${words.join(' ')}.`);
  const input = fc.record(
    {
      messageId: fc.constant('<m1@example.com>'),
      customer: fc.record(
        { name: person, firstName: person, language: fc.constantFrom('en', 'de-CH', 'es', 'fr', '') },
        { requiredKeys: [] },
      ),
      resolution: fc.array(sentence, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n\n')),
      nextStep: sentence,
      reference: fc.record({
        kind: fc.constantFrom('order', 'ticket', 'invoice', 'case'),
        id: fc.stringMatching(/^[A-Z]-\d{1,6}$/),
      }),
      tone: fc.constantFrom('friendly', 'neutral', 'formal'),
      language: fc.constantFrom('en', 'de', 'es'),
      sender: fc.record({ name: person, company: person }),
    },
    { requiredKeys: ['messageId', 'resolution', 'sender'] },
  );
  const from = fc.oneof(
    fc.constant('anna@example.com'),
    name.map((one) => `${one} <anna@example.com>`),
  );
  await fc.assert(
    fc.asyncProperty(input, from, async (value, sender) => {
      const thread = threadSource([message({ from: sender })]);
      const { findings } = await compose(getRecipe('reply-to-thread').plan(value), { thread });
      expect(errors(findings)).toEqual([]);
    }),
    { numRuns: 100 },
  );
});
