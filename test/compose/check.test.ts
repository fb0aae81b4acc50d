import { expect, test } from 'vitest';
import { check } from '../../src/compose/index.ts';
import { type EmailContentInput, emailContentSchema } from '../../src/domain/content.ts';

const GOOD: EmailContentInput = {
  to: ['Anna Keller <anna@example.com>'],
  subject: 'Your order A-4711',
  text: 'Hello Anna,\n\nyour lamp arrives on Tuesday.\n',
  html: '<p>Hello Anna,</p><p>your lamp arrives on Tuesday.</p>',
};
const email = (part: EmailContentInput = {}) => emailContentSchema.parse({ ...GOOD, ...part });
const codes = (part: EmailContentInput, given = {}) =>
  check(email(part), given).map(({ level, code }) => `${level} ${code}`);
const attachment = (part: object) => ({ sha256: 'a'.repeat(64), size: 1000, filename: 'a.pdf', ...part });
const text = (body: string) => ({ text: body, html: '' });
const html = (body: string) => ({ text: 'See below.', html: body });

test('a good mail has no findings', () => expect(check(email())).toEqual([]));

test.each<[string, EmailContentInput, string[]]>([
  ['nobody to send to', { to: [] }, ['error no_recipients']],
  ['a reply, whose recipients and subject are derived', { to: [], subject: '', reply: { inReplyTo: '<m@x>' } }, []],
  ['no at sign', { to: ['anna.example.com'] }, ['error broken_address']],
  ['a host without a dot', { cc: ['x@localhost'] }, ['error broken_address']],
  ['two dots', { replyTo: ['a..b@example.com'] }, ['error broken_address']],
  ['a name without an address', { bcc: ['Anna Keller'] }, ['error broken_address']],
  ['a numeric top level', { to: ['a@10.0.0.1'] }, ['error broken_address']],
  ['an international domain', { to: ['jose@peña.example'] }, []],
  ['51 recipients', { to: Array.from({ length: 51 }, (_, i) => `a${i}@example.com`) }, ['error too_many_recipients']],
  ['the same address twice', { cc: ['ANNA@example.com'] }, ['warning duplicate_recipient']],
  ['no subject', { subject: ' ' }, ['error empty_subject']],
  ['a very long subject', { subject: 'a'.repeat(121) }, ['warning long_subject']],
  ['nothing to say', { text: ' ', html: '' }, ['error empty_body']],
  ['HTML alone', { text: '' }, ['warning html_without_text']],
  ['5 MB of attachments', { attachments: [attachment({ size: 5_000_000 })] }, ['error too_large']],
  ['4 MB of attachments', { attachments: [attachment({ size: 4_000_000 })] }, []],
  ['a program', { attachments: [attachment({ filename: 'Invoice.PDF.exe' })] }, ['warning executable_attachment']],
])('%s', (_name, part, expected) => expect(codes(part)).toEqual(expected));

test('a line break in the subject', () => {
  expect(check({ ...email(), subject: 'a\r\nBcc: x@y.z' }).map(({ code }) => code)).toEqual(['subject_line_break']);
});

test.each([
  'Hello {{ customer.name }}',
  'Hello {% if x %}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder is what is tested
  'Hello ${name}',
  'Hello <%= name %>',
  'Hello *|FNAME|*',
  'Hello %%FIRST_NAME%%',
  'Dear [NAME],',
  'Dear [Your Name],',
  'Regards, [insert name here]',
  'Hallo [Vorname],',
  'Lorem ipsum dolor',
  'It is [object Object]',
  'due on Invalid Date',
  'Dear undefined,',
  'Hola null:',
  'see [missing]',
])('not filled in for certain: %s', (body) => expect(codes(text(body))).toEqual(['error placeholder']));

test.each([
  'The total is NaN',
  'name: undefined',
  'call null.',
  'TODO: ask Jonas',
  'Hi {name}',
  'See [ORDER NO]',
  'Sign: ______',
])('perhaps not filled in: %s', (body) => expect(codes(text(body))).toEqual(['warning possible_placeholder']));

test.each([
  'Die Temperatur liegt bei null Grad.',
  'Nandini and Nancy are here, todo bien.',
  'It costs 10 % [1] and see (note).',
  'a < b and c > d; 100% sure; {1, 2}',
  'We offer name tags [with a logo].',
])('fine: %s', (body) => expect(codes(text(body))).toEqual([]));

test.each<[string, EmailContentInput, string[]]>([
  ['javascript', html('<a href="javascript:alert(1)">x</a>'), ['error link_scheme']],
  ['javascript in disguise', html('<a href=" JAVA&#09;SCRIPT:alert(1)">x</a>'), ['error link_scheme']],
  ['data', html('<a href="data:text/html,x">x</a>'), ['error link_scheme']],
  ['mailto, tel and within', html('<a href="mailto:a@b.c">m</a> <a href="tel:+49">t</a> <a href="#top">u</a>'), []],
  ['relative', html('<a href="/orders">x</a>'), ['error link_broken']],
  [
    'text shows another host',
    html('<a href="https://evil.example/x">https://bank.example/login</a>'),
    ['warning link_mismatch'],
  ],
  [
    'text shows a look-alike',
    html('<a href="https://bank.example.evil.example">bank.example</a>'),
    ['warning link_mismatch'],
  ],
  ['text shows the same host', html('<a href="https://www.bank.example/a?b">bank.example</a>'), []],
  ['text is words', html('<a href="https://bank.example">Your account</a>'), []],
  ['bare IPv4', html('<a href="http://203.0.113.9/x">x</a>'), ['warning link_odd_host']],
  ['decimal IPv4', html('<a href="http://3405803785/">x</a>'), ['warning link_odd_host']],
  ['IPv6', html('<a href="http://[2001:db8::1]/">x</a>'), ['warning link_odd_host']],
  ['punycode', html('<a href="https://xn--pypal-4ve.com">x</a>'), ['warning link_odd_host']],
  ['Cyrillic', html('<a href="https://pаypal.com">x</a>'), ['warning link_odd_host']],
  ['in plain text', text('Look: http://203.0.113.9/x.'), ['warning link_odd_host']],
  ['user name', html('<a href="https://bank.example@evil.example/">x</a>'), ['warning link_credentials']],
  ['script', html('<p onclick="x()">a</p><script>1</script>'), ['error active_content']],
  ['tracking picture', html('<img src="file:///etc/passwd">'), ['error image_source']],
])('links: %s', (_name, part, expected) => expect(codes(part)).toEqual(expected));

test('amounts that no source has', () => {
  const sources = { order: { total: '1234.5', fee: { minorUnits: 1250 }, shown: '2.480,00 €' } };
  const found = (body: string) => check(email(text(body)), { sources }).map(({ message }) => message);
  expect(found('It is 1.234,50 €, or EUR 1,234.50, fee €12.50, then 2480 EUR and USD 2,480.00.')).toEqual([]);
  expect(found('It is €1,234.60.')).toEqual(['No source has this amount: €1,234.60.']);
  expect(check(email(text('It is €99.')))).toEqual([]);
});

test('missing variables are errors by default', () => {
  expect(codes({}, { missing: ['customer.name'] })).toEqual(['error missing_variable']);
});

test('findings do not throw on odd content', () => {
  for (const part of [
    html('<a href="http://">'),
    html('<a href="https://[::">x'),
    html('<'.repeat(1_000)),
    text('\ud800'),
  ]) {
    expect(() => check(email(part))).not.toThrow();
  }
});

test.each<[string, EmailContentInput]>([
  ['digits', text('1.'.repeat(500_000))],
  ['open brackets', text(`[${'first '.repeat(200_000)}`)],
  ['deep HTML', html('<div>'.repeat(50_000))],
])('a megabyte of %s is checked in seconds', (_name, part) => {
  const started = performance.now();
  check(email(part), { sources: {} });
  expect(performance.now() - started).toBeLessThan(10_000);
});

test('marks that turn the reading order around, wherever they stand', () => {
  const [found] = check(
    email({ subject: 'Invoice \u202egnp.exe', attachments: [attachment({ filename: 'a\u202efdp.pdf' })] }),
  );
  expect(found).toMatchObject({ level: 'warning', code: 'reading_order' });
  expect(found?.message).toContain('the subject, the name of an attachment');
  expect(found?.quotes).toEqual(['Invoice \u202egnp.exe', 'a\u202efdp.pdf']);
  expect(codes(text('Pay \u202etwelve'))).toEqual(['warning reading_order']);
  // Isolates around a name are what software for right-to-left languages writes.
  expect(codes(text('\u2068שלום\u2069'))).toEqual([]);
});

test.each([
  ['beck@аpple.example', ['warning lookalike_address']],
  ['beck@αcme.com', ['warning lookalike_address']],
  ['beck@müller.example', []],
  ['beck@почта.рф', []],
])('an address of other letters: %s', (to, expected) => expect(codes({ to: [to] })).toEqual(expected));

test('a finding says where to look', () => {
  const given = { sources: { order: { total: '12.00' } } };
  expect(check(email(text('You get 40.00 EUR.')), given)).toMatchObject([
    { code: 'unsourced_amount', quotes: ['40.00 EUR'] },
  ]);
  const link = '<a href="https://evil.example/">mybank.example</a>';
  expect(check(email(html(link)))).toMatchObject([{ code: 'link_mismatch', quotes: ['mybank.example'] }]);
});
