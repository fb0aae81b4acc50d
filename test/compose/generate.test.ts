import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeMarkdown, escapeParagraphs, oneLine } from '../../src/compose/escape.ts';
import { plainText, render } from '../../src/compose/render.ts';
import { fillTemplate } from '../../src/compose/template.ts';

/** Everything somebody might try: Liquid, Markdown, HTML, links, control and bidi characters. */
const HOSTILE = [
  '{{ secret }}',
  '{% for i in (1..9) %}{{ secret }}{% endfor %}',
  '{% raw %}',
  '**bold** _em_ `code`',
  '# heading',
  '- item',
  '1. item',
  '> quote',
  '    code',
  '[click](https://evil.example)',
  '![x](https://evil.example/x.png)',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<https://evil.example>',
  'https://evil.example',
  'www.evil.example',
  'a@evil.example',
  '&lt;b&gt; &amp;',
  '| a | b |',
  '---',
  '===',
  '~~~',
  '\\',
  '\u202egnp.exe',
  '\u0000',
  '\r\nBcc: x@evil.example',
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 12 })), { maxLength: 6 })
  .map((parts) => parts.join(' '));

/** What a reader sees of the body between the marks, with white space shrunk. */
function shown(markdown: string): string {
  const text = plainText(render(markdown).html).replace(/\s+/g, ' ');
  return text.slice(text.indexOf('BEGIN') + 5, text.lastIndexOf('END')).trim();
}

test('data shows as it is: no Liquid runs, no markup arises, nothing is lost', () => {
  fc.assert(
    fc.property(hostile, (value) => {
      const { text, missing } = fillTemplate('body', 'BEGIN {{ a.b }} END', { a: { b: value }, secret: 'leaked' });
      expect(missing).toEqual([]);
      const { html } = render(text);
      expect(html).not.toMatch(/<(?:a|img|h\d|ul|ol|li|pre|code|strong|em|del|blockquote|hr|script)\b/);
      expect(shown(text)).toBe(oneLine(value));
    }),
    { numRuns: 150 },
  );
});

test('data in paragraphs keeps its lines and is just as literal', () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 4 }), (lines) => {
      const value = lines.join('\n\n');
      const { text } = fillTemplate('body', 'BEGIN\n\n{{ a | paragraphs }}\n\nEND', { a: value, secret: 'leaked' });
      expect(render(text).html).not.toMatch(/<(?:a|img|h\d|ul|ol|li|pre|code|strong|em|del|blockquote|hr|script)\b/);
      expect(shown(text)).toBe(oneLine(value));
    }),
    { numRuns: 100 },
  );
});

test('different data gives different text (up to white space)', () => {
  fc.assert(
    fc.property(hostile, hostile, (one, other) => {
      fc.pre(oneLine(one) !== oneLine(other));
      expect(escapeMarkdown(oneLine(one))).not.toBe(escapeMarkdown(oneLine(other)));
    }),
  );
});

test('paragraphs: blank lines part, single breaks stay', () => {
  expect(escapeParagraphs('a\r\nb\n\n \n\n  # c\n\n')).toBe('a\\\nb\n\n\\# c');
});

test('a subject is one line whatever the data holds', () => {
  fc.assert(
    fc.property(hostile, (value) => {
      const { text } = fillTemplate('subject', 'Re {{ a }}', { a: value });
      expect(text).not.toMatch(/[\r\n\0\u202e]/);
      expect(oneLine(text)).toBe(oneLine(`Re ${value}`));
    }),
  );
});

test('absent variables are named and leave a visible hole; optional ones do not', () => {
  const template =
    'Hi {{ customer.name }}, {{ order.id }}{% if customer.vip %}!{% endif %} {{ nick | default: "you" }}';
  expect(fillTemplate('body', template, { customer: {}, order: { id: 7 } })).toEqual({
    text: 'Hi \\[missing\\], 7 you',
    missing: ['customer.name'],
  });
  expect(fillTemplate('body', '{{ a }}', { a: null })).toEqual({ text: '', missing: [] });
});

test.each([
  ['a file', '{% include "../package.json" %}'],
  ['a layout', '{% layout "x" %}'],
  ['an unknown filter', '{{ a | shell }}'],
  ['an open tag', '{% if a %}'],
  ['endless work', '{% for i in (1..100000000) %}{{ i }}{% endfor %}'],
])('a template that asks for %s is refused', (_name, template) => {
  expect(() => fillTemplate('body', template, { a: 1 })).toThrowError(
    expect.objectContaining({ code: 'template_invalid', retryable: false }),
  );
});

test('templates see own properties alone', () => {
  expect(fillTemplate('body', '{{ a.constructor }}{{ a.__proto__ }}{{ a.toString }}', { a: {} }).missing).toHaveLength(
    3,
  );
});

test('filters for dates and money', () => {
  const data = { on: '2026-11-05', sum: '1234.5' };
  const template = "{{ on | long_date: 'de' }}; {{ sum | money: 'EUR', 'de' }}; {{ sum | money: 'JPY', 'en' }}";
  expect(fillTemplate('subject', template, data).text).toBe('5. November 2026; 1.234,50 €; ¥1,235');
});
