import fc from 'fast-check';
import { Parser } from 'htmlparser2';
import { expect, test } from 'vitest';
import { render } from '../../src/compose/index.ts';

const PIECES = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<img src="javascript:alert(1)">',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="JaVa\tScRiPt:alert(1)">x</a>',
  '<a href="&#106;avascript:alert(1)">x</a>',
  '[x](javascript:alert(1))',
  '[x](data:text/html;base64,PHNjcmlwdD4=)',
  '![x](javascript:alert(1))',
  '<svg onload=alert(1)>',
  '<iframe src="https://evil.example"></iframe>',
  '<style>@import "https://evil.example/x.css"</style>',
  '<p style="background:url(https://evil.example)">',
  '<form action="https://evil.example"><input>',
  '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '"><script>',
  '<!--',
  '<![CDATA[',
  '</div></td></table>',
  '\n\n',
  '`',
  '**',
];
const markdown = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 8 })
  .map((parts) => parts.join(''));

test('HTML has no script, handler or foreign scheme, whatever the Markdown is', () => {
  fc.assert(
    fc.property(markdown, markdown, (body, preheader) => {
      const { html } = render(body, { preheader: preheader.slice(0, 200) });
      const seen = new Parser({
        onopentag(name, attributes) {
          expect(['script', 'style', 'iframe', 'form', 'input', 'svg', 'math', 'object', 'base']).not.toContain(name);
          for (const [attribute, value] of Object.entries(attributes)) {
            expect(attribute).not.toMatch(/^on/);
            if (attribute === 'href') expect(value.trim()).toMatch(/^(?:https?:|mailto:|tel:|[^:]*$)/i);
            if (attribute === 'src') expect(value.trim()).toMatch(/^(?:https:|cid:)/i);
            if (attribute === 'style') expect(value).not.toMatch(/url\(|expression/i);
          }
        },
      });
      seen.write(html);
      seen.end();
      expect(html.match(/<body/g)).toHaveLength(1);
    }),
    { numRuns: 150 },
  );
});

test('the same Markdown gives the same bytes', () => {
  fc.assert(
    fc.property(markdown, (body) => {
      expect(render(body)).toEqual(render(body));
    }),
    { numRuns: 50 },
  );
});

test('Markdown becomes HTML with inline styles and readable text', () => {
  const { html, text } = render(
    '# Your order\n\nHi **Ana**,\n\n- one\n- two\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n[Track it](https://ship.example/1?a=1&b=2) or write to <help@example.com>.',
    { lang: 'es', preheader: 'It is <on> its way' },
  );
  expect(html).toContain('<html lang="es">');
  expect(html).toContain('It is &lt;on&gt; its way</div>');
  expect(html).not.toMatch(/<style|class=|style=""/);
  expect(html).toMatch(/<a href="https:\/\/ship\.example\/1\?a=1&amp;b=2" style="[^"]+">Track it<\/a>/);
  expect(text).toBe(
    'Your order\n\nHi Ana,\n\n- one\n- two\n\nA   B\n1   2\n\nTrack it <https://ship.example/1?a=1&b=2> or write to help@example.com.\n',
  );
});
