import { expect, test } from 'vitest';
import { z } from 'zod';
import { check, defineRecipe, generate, render } from '../../src/compose/index.ts';
import { emailContentSchema } from '../../src/domain/content.ts';

const LINK = 'https://mail.acme.test/u/v1.0a1b2c3d.eyJ4Ijoi.0123456789abcdef0123456789abcdef';
const codes = (part: object, given = {}) =>
  check(emailContentSchema.parse({ to: ['a@example.com'], subject: 's', text: 'Hello', ...part }), given).map(
    ({ code }) => code,
  );

test.each<[string, object, string[]]>([
  ['nothing', {}, ['no_unsubscribe']],
  ['words alone', { text: 'Reply to unsubscribe' }, ['no_unsubscribe']],
  ['a link to something else', { text: 'News: https://acme.test/news' }, ['no_unsubscribe']],
  ['our link', { text: `Hello\n${LINK}` }, []],
  ['our link behind other words', { html: `<p>Hello <a href="${LINK}">enough?</a></p>` }, []],
  ['a link that says so', { html: '<p>Hello <a href="https://acme.test/x">Unsubscribe</a></p>' }, []],
  ['an address that says so', { text: 'Abmelden: https://acme.test/abmelden?x=1' }, []],
])('a newsletter with %s', (_, part, expected) => {
  expect(codes(part, { category: 'newsletter' })).toEqual(expected);
});

test('which categories go to many is configured, and others need no link', () => {
  expect(codes({}, { category: 'receipt' })).toEqual([]);
  expect(codes({}, { category: null })).toEqual([]);
  expect(codes({}, { category: 'digest', bulkCategories: ['digest'] })).toEqual(['no_unsubscribe']);
  expect(codes({}, { category: 'newsletter', bulkCategories: ['digest'] })).toEqual([]);
});

test('templates have the link, and a template without its value is not overlooked', async () => {
  const recipe = defineRecipe({
    ...{ name: 'news', version: 1, title: 'News', description: 'News', input: z.object({}) },
    plan: () => ({
      initial: { to: ['a@example.com'] },
      generate: { template: { subject: 'News', body: 'Hello\n\n[Unsubscribe]({{ unsubscribe_url }})' } },
    }),
  });
  const plan = recipe.plan({});
  const written = await generate(plan, {}, { variables: { unsubscribe_url: LINK } });
  expect(written.missing).toEqual([]);
  const { text, html } = render(written.markdown, { lang: 'en', preheader: '' });
  expect(html).toContain(`href="${LINK}"`);
  expect(text).toContain(LINK);
  expect(codes({ text, html }, { category: 'newsletter' })).toEqual([]);
  expect((await generate(plan, {})).missing).toEqual(['unsubscribe_url']);
});
