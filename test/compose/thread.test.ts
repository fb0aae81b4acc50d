import { readFileSync } from 'node:fs';
import { simpleParser } from 'mailparser';
import { expect, test } from 'vitest';
import { threadSource } from '../../src/compose/index.ts';
import { extractLatestText } from '../../src/compose/sources/quotes.ts';
import { toPerson } from '../../src/compose/sources/thread.ts';
import { exampleBytes, exampleMessage, exampleThreads } from './support/examples.ts';
import { message } from './support/messages.ts';

const golden = (name: string) => new URL(`./golden/threads/${name}.txt`, import.meta.url).pathname;

test('the examples are valid mail: CRLF only, short lines, ASCII headers', () => {
  expect(exampleThreads()).toHaveLength(8);
  for (const name of exampleThreads()) {
    const raw = exampleBytes(`threads/${name}`).toString('latin1');
    expect(raw.replace(/\r\n/g, '')).not.toMatch(/[\r\n]/);
    const headers = raw.slice(0, raw.indexOf('\r\n\r\n'));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: headers are ASCII alone
    expect(headers).toMatch(/^[\x00-\x7f]*$/);
    expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
    expect(headers).toMatch(/^Message-ID: <[^<>\s]+@[^<>\s]+>$/im);
  }
});

test.each(exampleThreads())('%s: sender, subject and the new text', async (name) => {
  const data = threadSource([await exampleMessage(name)]);
  const entry = data.answered;
  const shown = `From: ${entry?.from.name} <${entry?.from.address}>\nDate: ${entry?.date}\nSubject: ${entry?.subject}\nAttachments: ${entry?.attachments.join(', ')}\n\n${entry?.text}\n`;
  await expect(shown).toMatchFileSnapshot(golden(name));
});

test.each(['02-order-late-gmail-reply.eml', '04-rechnung-outlook.eml'])(
  '%s: HTML gives what the text gives',
  async (name) => {
    const { text, html } = await simpleParser(exampleBytes(`threads/${name}`));
    const words = (value: string) => value.replace(/\s+/g, ' ');
    expect(words(extractLatestText({ text: '', html: html || '' }))).toBe(
      words(extractLatestText({ text: text ?? '', html: '' })),
    );
  },
);

test('the first three examples are one thread, by their references', async () => {
  const [first, second, third] = await Promise.all(
    exampleThreads()
      .slice(0, 3)
      .map((name) => simpleParser(exampleBytes(`threads/${name}`))),
  );
  expect(second?.references).toContain(first?.messageId);
  expect(third?.inReplyTo).toBe(second?.messageId);
});

test.each<[string, string, string]>([
  ['Gmail', 'Yes.\n\nOn Mon, Nov 9, 2026 at 6:42 PM A <a@b.c>\nwrote:\n> old', 'Yes.'],
  ['German', 'Ja.\n\nAm 09.11.2026 um 18:42 schrieb A:\n> alt', 'Ja.'],
  ['French', 'Oui.\n\nLe lun. 9 nov. 2026 à 18:42, A <a@b.c> a écrit :\n> vieux', 'Oui.'],
  ['Outlook', 'Yes.\n\nFrom: A <a@b.c>\nSent: Monday, November 9, 2026 6:42 PM\nTo: B\nSubject: x\n\nold', 'Yes.'],
  ['Outlook with a line', 'Yes.\n________________________________\nFrom: A\nSent: Monday\n\nold', 'Yes.'],
  ['forwarded', 'See:\n---------- Forwarded message ---------\nFrom: A\n\nold', 'See:'],
  ['quotes at the end', 'Yes.\n\n> old\n> older\n', 'Yes.'],
  ['answers between quotes', '> Size?\n42\n> Colour?\nRed\n', '> Size?\n42\n> Colour?\nRed'],
  ['a quote alone', '> old\n> older', '> old\n> older'],
  [
    'a sentence that only looks like it',
    'On Monday your colleague wrote:\n"we refund it". Where is it?',
    'On Monday your colleague wrote:\n"we refund it". Where is it?',
  ],
  ['words that start like headers', 'From: here on I am lost.\nPlease help.', 'From: here on I am lost.\nPlease help.'],
])('quotes: %s', (_name, text, expected) => expect(extractLatestText({ text, html: '' })).toBe(expected));

test('what AgentMail extracted goes before our own cut', () => {
  const data = threadSource([message({ text: 'all of it', extractedText: 'the new part' })]);
  expect(data.answered?.text).toBe('the new part');
});

test('direction, participants and the message to answer', () => {
  const thread = [
    message({ messageId: '<1>', from: '"Keller, Anna" <anna@example.com>' }),
    message({ messageId: '<2>', labels: ['sent'], from: 'Help <help@nordlicht.example>', to: ['anna@example.com'] }),
    message({ messageId: '<3>', from: 'anna@example.com', cc: ['Bo <bo@example.com>'] }),
    message({ messageId: '<4>', labels: [], from: 'help@nordlicht.example', to: ['anna@example.com'] }),
  ];
  const data = threadSource(thread);
  expect(data.messages.map(({ direction, untrusted }) => [direction, untrusted])).toEqual([
    ['inbound', true],
    ['outbound', false],
    ['inbound', true],
    ['outbound', false],
  ]);
  expect(data.answered?.messageId).toBe('<3>');
  expect(threadSource(thread, { messageId: '<1>' }).answered?.messageId).toBe('<1>');
  expect(data.participants).toEqual([
    { name: 'Anna Keller', address: 'anna@example.com' },
    { name: 'Help', address: 'help@nordlicht.example' },
    { name: 'Bo', address: 'bo@example.com' },
  ]);
  expect(threadSource([])).toEqual({ subject: '', participants: [], answered: null, messages: [] });
});

test.each([
  ['"Keller, Anna" <A@Example.com>', 'Anna Keller'],
  ['Lights, Inc. <a@example.com>', 'Lights, Inc.'],
  ['Keller, GmbH <a@example.com>', 'Keller, GmbH'],
  ['"a@example.com" <a@example.com>', ''],
  ['a@example.com', ''],
])('%s is called “%s”', (mailbox, name) => expect(toPerson(mailbox)).toEqual({ name, address: 'a@example.com' }));

test('the PDF of the example invoice is whole', () => {
  const pdf = exampleBytes('invoices/RE-2026-0817.pdf');
  const input = JSON.parse(readFileSync(new URL('../../examples/invoices/RE-2026-0817.json', import.meta.url), 'utf8'));
  expect(pdf.equals(Buffer.from(input.attachment.base64, 'base64'))).toBe(true);
  const start = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(pdf.toString('latin1'))?.[1]);
  expect(pdf.subarray(start, start + 4).toString()).toBe('xref');
});

test('HTML nested beyond reason neither overflows nor hangs', () => {
  const started = performance.now();
  expect(extractLatestText({ text: '', html: `${'<div>'.repeat(50_000)}deep` })).toBe('deep');
  expect(performance.now() - started).toBeLessThan(10_000);
});
