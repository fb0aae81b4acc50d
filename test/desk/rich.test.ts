import { join } from 'node:path';
import fc from 'fast-check';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { render } from '../../src/compose/index.ts';
import { HOSTILE_HTML } from './hostile.ts';
import type {} from './rich-page.ts';
import { SAMPLES } from './samples.ts';
import { launchBrowser } from './system.ts';

let browser: Browser;
let page: Page;
const problems: string[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
  const [built] = [
    await build({
      configFile: false,
      logLevel: 'error',
      build: {
        write: false,
        minify: false,
        lib: { entry: join(import.meta.dirname, 'rich-page.ts'), formats: ['iife'], name: 'page' },
      },
    }),
  ].flat();
  const code = built && 'output' in built ? built.output[0].code : '';
  page = await browser.newPage();
  page.on('console', (message) => problems.push(message.text()));
  page.on('request', (request) => problems.push(request.url()));
  await page.addScriptTag({ content: code });
}, 120_000);

afterAll(async () => {
  await browser?.close();
});

const edit = (html: string, from = 'word', to = 'other') =>
  page.evaluate(([h, f, t]) => rich.edit(h, f, t), [html, from, to] as const);
const tokens = (html: string) => page.evaluate((h) => rich.tokens(h), html);

const MARKDOWN = `Hello **Beck**,

here is a word with *some* weight, a [link](https://shop.example/a?b=1&c=2) and **[another](https://shop.example/)**.

## What comes next

- one
- two, with \`code\`

1. first
2. second

> As you said.

| Order | Sum |
| ----- | --: |
| 4821  | €40 |

---

Best regards,\\
Jonas
`;

describe('a mail is opened only when nothing of it would be lost', () => {
  test('a composed letter: only its words change, and nothing around it', async () => {
    const { html } = render(MARKDOWN, { lang: 'en', preheader: 'Seen in the list' });
    const result = await edit(html);
    expect(result.why).toBeUndefined();
    expect(result.same).toBe(html);
    expect(await tokens(result.html ?? '')).toEqual(await tokens(html.replace('a word', 'a other')));
    // Letter for letter the same outside.
    const cut = html.indexOf('<div style="max-width');
    expect(result.html?.slice(0, cut)).toBe(html.slice(0, cut));
    expect(result.html?.slice(-45)).toBe(html.slice(-45));
    expect(result.text).toContain('a link <https://shop.example/a?b=1&c=2> and another <https://shop.example/>.');
    expect(result.text).toContain(
      '- one\n- two, with code\n\n1. first\n2. second\n\n> As you said.\n\nOrder   Sum\n4821   €40',
    );
  });

  test('the samples of the desk', async () => {
    for (const { content } of SAMPLES.filter((sample) => sample.content?.html)) {
      const html = content?.html ?? '';
      const result = await edit(html, 'lamp', 'shade');
      expect(result.why).toBeUndefined();
      expect(await tokens(result.html ?? '')).toEqual(await tokens(html.replaceAll('lamp', 'shade')));
    }
  });

  test.each([
    ['fragments', '<p>A word</p>\n<p>and <b>more</b></p>'],
    ['text alone', 'A word<br>and <i>another</i> line'],
    ['lines in boxes', '<div>Hello,</div><div><br></div><div>a word</div>'],
    ['boxes in boxes', '<div class="a"><div style="x:y">a word</div><p>and</p></div><p>so on</p>'],
    [
      'items with and without paragraphs',
      '<ul><li>a word</li><li><p>two</p><p>three</p></li><li>four<ul><li>five</li></ul></li></ul>',
    ],
    [
      'styled text',
      '<p>A <span style="color:#5a6270">word</span><a href="https://a.example" style="padding:8px" target="_blank"><b>go</b></a></p>',
    ],
    ['pictures and rules', '<p><img src="cid:logo" width="10">word</p><hr style="border:0">'],
    ['tables beside text', '<p>A word</p><table><tr><td>1</td></tr></table><p>end</p>'],
    [
      'a whole page',
      '<!DOCTYPE html><html lang="de"><head><style>p{color:red}</style></head><body bgcolor="#fff"><p>word</p></body></html>',
    ],
    ['no-break spaces', '<p>a&nbsp;word&nbsp;</p><p>&nbsp;</p>'],
    ['placeholders', '<p>Dear {{first_name}}, a word {% if x %}y{% endif %}</p>'],
    [
      'comments outside of the letter',
      '<!--[if mso]><table><tr><td><![endif]--><div><p>word</p><p>two</p></div><!--[if mso]></td></tr></table><![endif]-->',
    ],
  ])('held: %s', async (_, html) => {
    const result = await edit(html);
    expect(result.why).toBeUndefined();
    expect(result.same).toBe(html);
    expect(await tokens(result.html ?? '')).toEqual(await tokens(html.replaceAll('word', 'other')));
  });

  test.each([
    ['comments', '<p>a word<!-- kept --></p>', /comments/],
    ['style sheets', '<p>a word</p><style>p{color:red}</style><p>b</p>', /style sheets/],
    ['scripts', '<p>a word</p><script>1</script><p>b</p>', /scripts/],
    ['handlers', '<p onclick="x()">a word</p>', /scripts/],
    ['script links', '<p>a <a href="javascript:x()">word</a></p>', /<a>/],
    ['anchors', '<p><a name="top"></a>a word</p>', /<a>/],
    ['forms', '<p>a word</p><form><input name="x"></form>', /a form/],
    ['layout in columns', '<table><tr><td>a word</td><td>b</td></tr></table>', /inside a table/],
    ['unknown elements', '<p>a <blink>word</blink></p>', /blink/],
    [
      'formats whose order matters',
      '<p><span style="color:red"><a href="https://a.example" style="color:blue">word</a></span></p>',
      /nested/,
    ],
  ])('refused: %s', async (_, html, why) => {
    expect((await edit(html)).why).toMatch(why);
  });

  test('the hostile mail: nothing runs, nothing is loaded', async () => {
    expect((await edit(HOSTILE_HTML)).why).toBeDefined();
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(problems).toEqual([]);
  });
});

describe('for any mail', () => {
  const attrs = fc.constantFrom('', ' style="color:#333"', ' style="margin:0" class="x"', ' id="a1"', ' dir="rtl"');
  const text = fc.constantFrom(
    'word',
    ' word ',
    'a&nbsp;b',
    '\n  two lines\n',
    'x &lt; y &amp; z',
    '{{name}}',
    ' ',
    '',
  );
  const { inline } = fc.letrec<{ inline: string }>((tie) => ({
    inline: fc.oneof(
      { maxDepth: 3 },
      { weight: 6, arbitrary: text },
      fc.constantFrom('<br>', '<br>', '<img src="cid:a" alt="A">', '<img src="cid:b">', '<!--c-->', '<a name="x"></a>'),
      fc
        .tuple(
          fc.constantFrom('b', 'strong', 'em', 'i', 'span', 'u', 'font', 'code'),
          attrs,
          fc.array(tie('inline'), { maxLength: 3 }),
        )
        .map(([tag, a, inside]) => `<${tag}${a}>${inside.join('')}</${tag}>`),
      fc.tuple(attrs, tie('inline')).map(([a, inside]) => `<a href="https://a.example/?x=1&amp;y"${a}>${inside}</a>`),
    ),
  }));
  const line = fc.array(inline, { maxLength: 4 }).map((parts) => parts.join(''));
  const { block } = fc.letrec<{ block: string }>((tie) => ({
    block: fc.oneof(
      { maxDepth: 3 },
      fc
        .tuple(fc.constantFrom('p', 'p', 'h1', 'h3', 'div', 'div', 'pre'), attrs, line)
        .map(([t, a, l]) => `<${t}${a}>${l}</${t}>`),
      line,
      { weight: 1, arbitrary: fc.constant('<style>p{}</style>') },
      fc
        .tuple(fc.constantFrom('ul', 'ol'), fc.array(line, { minLength: 1, maxLength: 3 }))
        .map(([t, items]) => `<${t}>${items.map((item) => `<li>${item}</li>`).join('\n')}</${t}>`),
      fc.constantFrom('<hr>', '\n', '<table><tr><td>1</td></tr></table>'),
      fc
        .tuple(fc.constantFrom('div', 'blockquote', 'section', 'li'), attrs, fc.array(tie('block'), { maxLength: 3 }))
        .map(([t, a, inside]) => `<${t}${a}>\n${inside.join('\n')}</${t}>`),
    ),
  }));
  const mail = fc
    .tuple(fc.array(block, { minLength: 1, maxLength: 4 }), fc.constantFrom('', 'page', 'table', 'box'))
    .map(([blocks, frame]) => {
      const body = blocks.join('\n');
      if (frame === 'page')
        return `<!doctype html>\n<html><head><title>t</title></head>\n<body class="b">${body}</body>\n</html>\n`;
      if (frame === 'table')
        return `<table width="100%"><tr><td align="left">\n<div style="x">\n${body}\n</div>\n</td></tr></table>`;
      return frame === 'box' ? `<div>${body}</div>` : body;
    });

  test('what opens loses nothing when a word of it is changed', { timeout: 300_000 }, async () => {
    let held = 0;
    const property = fc.asyncProperty(mail, async (html) => {
      const result = await edit(html);
      if (result.why !== undefined) return;
      held += 1;
      expect(result.same).toBe(html);
      expect(await tokens(result.html ?? '')).toEqual(await tokens(html.replaceAll('word', 'other')));
    });
    await fc.assert(property, { numRuns: 3_000 });
    // A guard that lets nothing through would pass, too.
    expect(held).toBeGreaterThan(300);
    expect(problems).toEqual([]);
  });
});

describe('what is written on the surface', () => {
  const word = fc.constantFrom('word', 'two words', 'a & b <c>', 'é\u00a0ü', '{{name}}');
  const marks = fc.subarray([
    { type: 'link', attrs: { href: 'https://a.example/?a=1&b="2"', kept: '' } },
    { type: 'strong', attrs: { tag: 'strong', kept: '' } },
    { type: 'em', attrs: { tag: 'em', kept: '' } },
  ]);
  const piece = fc.oneof(
    { weight: 4, arbitrary: fc.record({ type: fc.constant('text'), text: word, marks }) },
    fc.constant({ type: 'hard_break', attrs: { kept: '' } }),
  );
  const line = fc.array(piece, { maxLength: 4 });
  const { block, item } = fc.letrec((tie) => ({
    block: fc.oneof(
      { maxDepth: 3 },
      fc.record({ type: fc.constant('paragraph'), content: line }),
      fc.record({
        type: fc.constant('heading'),
        attrs: fc.record({ level: fc.nat(5).map((n) => n + 1) }),
        content: line,
      }),
      fc.constant({ type: 'horizontal_rule' }),
      fc.record({ type: fc.constant('blockquote'), content: fc.array(tie('block'), { minLength: 1, maxLength: 3 }) }),
      fc.record({
        type: fc.constantFrom('bullet_list', 'ordered_list'),
        content: fc.array(tie('item'), { minLength: 1, maxLength: 3 }),
      }),
    ),
    item: fc
      .tuple(fc.array(piece, { minLength: 1, maxLength: 3 }), fc.array(tie('block'), { maxLength: 2 }))
      .map(([content, more]) => ({ type: 'list_item', content: [{ type: 'loose', content }, ...more] })),
  }));

  test('is the same when it is opened again', { timeout: 300_000 }, async () => {
    const property = fc.asyncProperty(
      fc.array(
        fc.oneof(
          block,
          block,
          item.map((one) => ({ type: 'bullet_list', content: [one] })),
        ),
        { minLength: 1, maxLength: 4 },
      ),
      async (content) => {
        const broken = await page.evaluate((json) => rich.broken(json), { type: 'doc', content });
        expect(broken).toBeNull();
      },
    );
    await fc.assert(property, { numRuns: 800 });
  });
});

test('what is pasted brings words and structure along, and nothing else', async () => {
  const pasted = await page.evaluate(
    (html) => rich.paste(html),
    '<b style="font-weight:normal"><p style="color:red" onclick="x()">One <a href="javascript:x()">two</a> <a href="https://a.example/" style="x">three</a><img src="https://t.example/p.gif"></p></b><script>1</script><table><tr><td>cell</td></tr></table>',
  );
  expect(pasted).toBe('<p>One two <a href="https://a.example/">three</a></p>cell');
  expect(problems).toEqual([]);
});
