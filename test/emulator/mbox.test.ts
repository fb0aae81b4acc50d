import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isMbox, splitMbox } from '../../emulator/inbound/mbox.ts';
import { INBOX, useEmulator } from './support.ts';

const split = (text: string) => [...splitMbox(Buffer.from(text, 'latin1'))].map((raw) => Buffer.from(raw).toString());
const FROM = 'From ana@x.test Sat Jan  3 01:05:34 1998';
const message = (subject: string, body: string) => `From: ana@x.test\nSubject: ${subject}\n\n${body}\n`;

describe('splitting a mailbox', () => {
  it.each([
    'From ana@x.test Sat Jan  3 01:05:34 1998',
    'From - Mon Apr 13 09:00:00 2026',
    'From 1780000000000000001@xxx Mon Apr 13 09:00:00 +0000 2026',
    'From MAILER-DAEMON Fri Jul 10 12:28 2026',
    'From ana at x.test  Fri Jul 10 12:28:02 2026',
    'From ana@x.test Fri Jul 10 12:28:02 CEST 2026',
    'From ana@x.test Fri Jul 10 12:28:02 2026 +0200\r',
  ])('knows %s', (line) => {
    expect(isMbox(Buffer.from(`${line}\nFrom: a\n`))).toBe(true);
    expect(split(`${FROM}\n${message('one', '1')}\n${line}\n${message('two', '2')}`)).toEqual([
      message('one', '1'),
      message('two', '2'),
    ]);
  });

  it.each([
    ['a sentence', 'From here on we pay ourselves.'],
    ['a sentence with a date', 'From Ana, Sat 3 Jan 1998: we pay.'],
    ['a From_ line without headers after it', FROM],
    ['a quoted one', `>${FROM}`],
  ])('keeps %s in the text', (_, line) => {
    const body = `Hello,\n\n${line}\n\nAna`;
    const unquoted = line.startsWith('>') ? body.replace('>From', 'From') : body;
    expect(split(`${FROM}\n${message('one', body)}\n${FROM}\n${message('two', '2')}\n`)).toEqual([
      message('one', unquoted),
      message('two', '2'),
    ]);
  });

  it('takes a From_ line only after an empty one', () => {
    const body = `as it says:\n${FROM}\nX-Header: is quoted here`;
    expect(split(`${FROM}\n${message('one', body)}`)).toEqual([message('one', body)]);
  });

  it('takes one > from >From, >>From and so on, and from nothing else', () => {
    const quoted = '>From a\n>>From b\n> From c\n>Fromage\n >From d';
    expect(split(`${FROM}\n${message('one', quoted)}`)).toEqual([
      message('one', 'From a\n>From b\n> From c\n>Fromage\n >From d'),
    ]);
  });

  it('keeps bytes of any charset and CRLF', () => {
    const raw = Buffer.from(`From: a@x.test\r\n\r\ncaf\xe9 \x80\xff\r\n`, 'latin1');
    const box = Buffer.concat([Buffer.from(`${FROM}\r\n`), raw, Buffer.from(`\r\n${FROM}\r\n`), raw]);
    expect([...splitMbox(box)].map((one) => Buffer.from(one))).toEqual([raw, raw]);
  });

  it('ends with or without the empty line', () => {
    for (const end of ['', '\n']) expect(split(`${FROM}\n${message('one', '1')}${end}`)).toEqual([message('one', '1')]);
    expect(split(`${FROM}\nFrom: a\n\ncut off`)).toEqual(['From: a\n\ncut off']);
  });

  it('is no mailbox without a From_ line at its start', () => {
    expect(isMbox(Buffer.from(message('one', FROM)))).toBe(false);
    expect(split('')).toEqual([]);
  });

  it('gives back whatever was written in mboxrd', () => {
    const lines = fc.array(
      fc.oneof(
        fc.constantFrom('', FROM, 'From here on', '>From', '>>From x', 'Subject: not a header', '\t', '--'),
        fc.string({ unit: 'grapheme-ascii', maxLength: 20 }),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(fc.array(lines, { minLength: 1, maxLength: 4 }), (bodies) => {
        const messages = bodies.map((body, index) => message(String(index), body.join('\n')));
        const box = messages.map((raw) => `${FROM}\n${raw.replaceAll(/^(>*From )/gm, '>$1')}\n`).join('');
        expect(split(box)).toEqual(messages);
      }),
    );
  });
});

describe('importing a mailbox', () => {
  const bench = useEmulator();
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mbox-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const mail = (id: string, more: string[], body: string) =>
    [`From: Ana <ana@x.test>`, `To: ${INBOX}`, `Message-ID: <${id}@x.test>`, ...more, '', body, ''].join('\n');

  it('takes in each message once, dated and threaded, beside .eml files', async () => {
    const first = mail('1', ['Date: Mon, 13 Apr 2026 09:00:00 +0200', 'Subject: Lunch'], 'Hello\n\n>From noon on?');
    const answer = mail('2', ['In-Reply-To: <1@x.test>', 'Subject: Re: Lunch'], 'From one.');
    writeFileSync(join(folder, 'a.mbox'), `${FROM}\n${first}\n${FROM}\n${answer}\n`);
    writeFileSync(join(folder, 'b.eml'), mail('3', ['Subject: Alone'], `Look:\n\n${FROM}\nSubject: no`));
    writeFileSync(join(folder, 'c.txt'), 'not mail');
    const { control } = bench.emulator;
    const imported = await control.importMail(INBOX, folder);
    expect(imported.map(({ messageId }) => messageId)).toEqual(['<1@x.test>', '<2@x.test>', '<3@x.test>']);
    expect(imported[1]!.threadId).toBe(imported[0]!.threadId);
    const read = (id: string) => bench.client.inboxes.messages.get(INBOX, `<${id}@x.test>`);
    expect(await read('1')).toMatchObject({
      text: 'Hello\n\nFrom noon on?',
      timestamp: new Date('2026-04-13T07:00:00Z'),
    });
    expect((await read('2')).text).toBe('From one.');
    expect((await read('3')).text).toBe(`Look:\n\n${FROM}\nSubject: no`);
    await control.importMail(INBOX, join(folder, 'a.mbox'));
    expect((await bench.client.inboxes.messages.list(INBOX)).count).toBe(3);
  });

  it('says what cannot be read', async () => {
    const missing = bench.emulator.control.importMail(INBOX, join(folder, 'none.mbox'));
    await expect(missing).rejects.toThrow(/400 .*none\.mbox cannot be read/);
  });
});
