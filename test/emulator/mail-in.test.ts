import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { INBOX, useEmulator } from './support.ts';

const mail = (headers: string[], body: string): string =>
  ['From: Ana <ana@x.test>', `To: ${INBOX}`, ...headers, '', body].join('\r\n');

const PLAIN = 'Content-Type: text/plain; charset=utf-8';
const HTML = 'Content-Type: text/html; charset=utf-8';

describe('mail in', () => {
  const bench = useEmulator();
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });
  const receive = async (raw: string) => {
    const { messageId } = await bench.emulator.control.receive(INBOX, raw);
    return bench.client.inboxes.messages.get(INBOX, messageId);
  };

  it('keeps what does not prove its sender apart from the rest', async () => {
    const verdict = (dmarc: string) =>
      `Authentication-Results: mx.acme.test; spf=pass; dmarc=${dmarc} header.from=x.test`;
    expect((await receive(mail([PLAIN, verdict('fail')], 'Hello'))).labels).toEqual(['received', 'unauthenticated']);
    expect((await receive(mail([PLAIN, verdict('pass')], 'Hello'))).labels).toEqual(['received', 'unread']);
    const { messages } = await bench.client.inboxes.messages.list(INBOX);
    expect(messages).toHaveLength(1);
  });

  it('reads quoted-printable, encoded headers and nested multiparts with an inline image', async () => {
    const raw = mail(
      [
        'Subject: =?utf-8?Q?R=C3=BCckfrage_=F0=9F=93=A6?=',
        'Message-ID: <m1@x.test>',
        'MIME-Version: 1.0',
        'Content-Type: multipart/mixed; boundary=A',
      ],
      [
        '--A',
        'Content-Type: multipart/related; boundary=B',
        '',
        '--B',
        'Content-Type: multipart/alternative; boundary=C',
        '',
        '--C',
        PLAIN,
        'Content-Transfer-Encoding: quoted-printable',
        '',
        'Gr=C3=BC=C3=9Fe aus K=C3=B6ln',
        '--C',
        HTML,
        '',
        '<p>Grüße <img src="cid:logo@x"></p>',
        '--C--',
        '--B',
        'Content-Type: image/png; name=logo.png',
        'Content-ID: <logo@x>',
        'Content-Disposition: inline; filename=logo.png',
        'Content-Transfer-Encoding: base64',
        '',
        'cG5n',
        '--B--',
        '--A',
        "Content-Type: application/pdf; name*=utf-8''r%C3%A9sum%C3%A9.pdf",
        'Content-Disposition: attachment',
        'Content-Transfer-Encoding: base64',
        '',
        'cGRm',
        '--A--',
        '',
      ].join('\r\n'),
    );
    const message = await receive(raw);
    expect(message).toMatchObject({
      messageId: '<m1@x.test>',
      subject: 'Rückfrage 📦',
      text: 'Grüße aus Köln',
      from: 'Ana <ana@x.test>',
      labels: ['received', 'unread'],
      size: Buffer.byteLength(raw),
    });
    expect(message.html).toContain('cid:logo@x');
    expect(message.attachments).toMatchObject([
      { filename: 'logo.png', contentType: 'image/png', contentDisposition: 'inline', contentId: 'logo@x', size: 3 },
      { filename: 'résumé.pdf', contentType: 'application/pdf', contentDisposition: 'attachment', size: 3 },
    ]);
    const link = await bench.client.inboxes.messages.getRaw(INBOX, message.messageId);
    expect(await (await fetch(link.downloadUrl)).text()).toBe(raw);
  });

  it('has no text where the mail had only HTML, but extracts what is new in it', async () => {
    const html = '<div>New words</div><div class="gmail_quote">On Mon, we wrote:<blockquote>Old</blockquote></div>';
    const message = await receive(mail([HTML, 'Message-ID: <h@x.test>'], html));
    expect(message).not.toHaveProperty('text');
    expect(message.html).toContain('Old');
    expect(message.extractedText).toBe('New words');
    expect(message.extractedHtml).toBe('<div>New words</div>');
  });

  it.each([
    ['Gmail', 'Yes.\n\nOn Mon, 2 Nov 2026 at 10:00, Acme <support@acme.test> wrote:\n\n> Old\n> words'],
    ['Gmail, wrapped', 'Yes.\n\nOn Mon, 2 Nov 2026 at 10:00, Acme Support\n<support@acme.test> wrote:\n> Old'],
    ['German', 'Yes.\n\nAm Mo., 2. Nov. 2026 um 10:00 Uhr schrieb Acme <support@acme.test>:\n> Old'],
    ['Outlook', 'Yes.\n\nFrom: Acme <support@acme.test>\nSent: Monday\nTo: Ana\nSubject: x\n\nOld'],
    ['Outlook, ruled', 'Yes.\n\n________________________________\nFrom: Acme\nOld'],
    ['old Outlook', 'Yes.\n\n-----Original Message-----\nFrom: Acme\nOld'],
    ['interleaved', '> Old question\nYes.\n> Old again'],
  ])('extracts the reply from %s quoting', async (_client, body) => {
    const message = await receive(mail([PLAIN, 'Message-ID: <q@x.test>'], body.replaceAll('\n', '\r\n')));
    expect(message.extractedText).toBe('Yes.');
    expect(message.text).toContain('Old');
  });

  it('keeps a whole mail that only looks a little like a quote', async () => {
    const body = 'On Monday we meet.\r\nFrom: my side all good.\r\nBye';
    const message = await receive(mail([PLAIN, 'Message-ID: <n@x.test>'], body));
    expect(message.extractedText).toBe(body.replaceAll('\r\n', '\n'));
  });

  it('threads by In-Reply-To, then by the nearest known reference; a repeated Message-ID is one message', async () => {
    const { client, emulator } = bench;
    const sent = await client.inboxes.messages.send(INBOX, { to: 'ana@x.test', subject: 's' });
    const reply = await receive(mail([PLAIN, 'Message-ID: <r1@x.test>', `In-Reply-To: ${sent.messageId}`], 'a'));
    const references = `References: ${sent.messageId} <unknown@x.test>`;
    const later = await receive(mail([PLAIN, 'Message-ID: <r2@x.test>', references], 'b'));
    const stranger = await receive(mail([PLAIN, 'Message-ID: <r3@x.test>', 'Subject: s'], 'c'));
    expect([reply.threadId, later.threadId]).toEqual([sent.threadId, sent.threadId]);
    expect(stranger.threadId).not.toBe(sent.threadId);
    await emulator.control.receive(INBOX, mail([PLAIN, 'Message-ID: <r1@x.test>'], 'again'));
    expect((await client.inboxes.messages.list(INBOX)).count).toBe(4);
  });

  it('imports a folder of .eml files in the order of their names, dated by their headers', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eml-'));
    folders.push(folder);
    const file = (name: string, headers: string[]) =>
      writeFileSync(join(folder, name), mail([PLAIN, ...headers], name));
    file('2.eml', ['Message-ID: <two@x.test>', 'In-Reply-To: <one@x.test>', 'Date: Tue, 03 Nov 2026 10:00:00 +0100']);
    file('1.eml', ['Message-ID: <one@x.test>', 'Date: Mon, 02 Nov 2026 10:00:00 +0100']);
    writeFileSync(join(folder, 'notes.txt'), 'not mail');
    const imported = await bench.emulator.control.importMail(INBOX, folder);
    expect(imported.map(({ messageId }) => messageId)).toEqual(['<one@x.test>', '<two@x.test>']);
    expect(new Set(imported.map(({ threadId }) => threadId)).size).toBe(1);
    const thread = await bench.client.threads.get(imported[0]!.threadId);
    expect(thread.messages.map(({ timestamp }) => timestamp.toISOString())).toEqual([
      '2026-11-02T09:00:00.000Z',
      '2026-11-03T09:00:00.000Z',
    ]);
  });
});
