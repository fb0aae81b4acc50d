import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base64, INBOX, refusalOf, useEmulator } from './support.ts';

describe('attachments', () => {
  const bench = useEmulator();
  let files: Server;
  let filesUrl: string;

  beforeAll(async () => {
    files = createServer((request, response) => {
      if (request.url === '/old') response.writeHead(302, { location: '/report.csv' }).end();
      else if (request.url === '/report.csv') response.writeHead(200, { 'content-type': 'text/csv' }).end('a,b\n1,2\n');
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
    filesUrl = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => files.close(resolve)));

  it('are stored, listed without content, downloaded, added and removed', async () => {
    const { client } = bench;
    const draft = await client.inboxes.drafts.create(INBOX, {
      attachments: [{ filename: 'größe.txt', contentType: 'text/plain', content: base64('one') }],
    });
    const one = draft.attachments?.[0];
    expect(one).toMatchObject({ filename: 'größe.txt', size: 3, contentType: 'text/plain' });
    const link = await client.inboxes.drafts.getAttachment(INBOX, draft.draftId, one!.attachmentId);
    expect(await (await fetch(link.downloadUrl)).text()).toBe('one');
    const patched = await client.inboxes.drafts.update(INBOX, draft.draftId, {
      addAttachments: [{ filename: 'two.txt', content: base64('two!') }],
      removeAttachments: [one!.attachmentId],
    });
    expect(patched.attachments?.map(({ filename, size }) => [filename, size])).toEqual([['two.txt', 4]]);
    const kept = await client.inboxes.drafts.update(INBOX, draft.draftId, { subject: 's' });
    expect(kept.attachments).toEqual(patched.attachments);
    const gone = client.inboxes.drafts.update(INBOX, draft.draftId, { removeAttachments: [one!.attachmentId] });
    expect(await refusalOf(gone)).toMatchObject({ statusCode: 404 });
    expect((await client.drafts.list()).drafts[0]?.attachments).toEqual(patched.attachments);
  });

  it('come by URL, over redirects; what cannot be fetched is a 400', async () => {
    const { client } = bench;
    const draft = await client.inboxes.drafts.create(INBOX, { attachments: [{ url: `${filesUrl}/old` }] });
    expect(draft.attachments?.[0]).toMatchObject({ size: 8, contentType: 'text/csv' });
    const create = (attachment: { url?: string; content?: string }) =>
      refusalOf(client.inboxes.drafts.create(INBOX, { attachments: [attachment] }));
    expect(await create({ url: `${filesUrl}/none` })).toMatchObject({ code: 'attachment_download_failed' });
    expect(await create({})).toMatchObject({ kind: 'ValidationError' });
    expect(await create({ content: '!!!' })).toMatchObject({ kind: 'ValidationError' });
  });

  it('have download links that expire by the clock and cannot be altered', async () => {
    const { client, emulator } = bench;
    const draft = await client.inboxes.drafts.create(INBOX, { attachments: [{ content: base64('x') }] });
    const id = draft.attachments![0]!.attachmentId;
    const link = await client.drafts.getAttachment(draft.draftId, id);
    expect((await fetch(link.downloadUrl.replace('expires=', 'expires=9'))).status).toBe(403);
    await emulator.control.advanceClock(link.expiresAt.getTime() - Date.now() + 1_000);
    expect((await fetch(link.downloadUrl)).status).toBe(403);
    const renewed = await client.drafts.getAttachment(draft.draftId, id);
    expect((await fetch(renewed.downloadUrl)).status).toBe(200);
  });

  it('leave in the raw mail byte for byte, inline images with their content id', async () => {
    const { client } = bench;
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    const draft = await client.inboxes.drafts.create(INBOX, {
      to: ['a@x.test'],
      bcc: ['secret@x.test'],
      subject: 'Größe',
      html: '<img src="cid:logo">',
      attachments: [
        { filename: 'data.bin', contentType: 'application/x-data', content: bytes.toString('base64') },
        {
          filename: 'logo.png',
          contentType: 'image/png',
          contentDisposition: 'inline',
          contentId: 'logo',
          content: base64('png'),
        },
      ],
    });
    const { messageId } = await client.inboxes.drafts.send(INBOX, draft.draftId, {});
    const raw = await client.inboxes.messages.getRaw(INBOX, messageId);
    const text = await (await fetch(raw.downloadUrl)).text();
    expect(Buffer.byteLength(text)).toBe(raw.size);
    expect(text).not.toContain('secret@x.test');
    const parsed = await simpleParser(text);
    expect(parsed.messageId).toBe(messageId);
    expect(parsed.subject).toBe('Größe');
    const data = parsed.attachments.find(({ filename }) => filename === 'data.bin');
    expect(data?.content.equals(bytes)).toBe(true);
    expect(parsed.attachments.find(({ filename }) => filename === 'logo.png')?.cid).toBe('logo');
    const message = await client.inboxes.messages.get(INBOX, messageId);
    const sentData = message.attachments!.find(({ filename }) => filename === 'data.bin')!;
    const link = await client.inboxes.messages.getAttachment(INBOX, messageId, sentData.attachmentId);
    expect(Buffer.from(await (await fetch(link.downloadUrl)).arrayBuffer()).equals(bytes)).toBe(true);
  });
});
