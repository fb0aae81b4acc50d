import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { connectControl, startEmulator } from '../../emulator/index.ts';
import { base64, connect, INBOX, refusalOf, until } from './support.ts';

const HOUR_MS = 3_600_000;

describe('a file-backed emulator', () => {
  const children: ChildProcess[] = [];
  const folders: string[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  const newFolder = () => {
    const folder = mkdtempSync(join(tmpdir(), 'emulator-'));
    folders.push(folder);
    return folder;
  };

  const start = async (...args: string[]) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'emulator/main.ts', ...args]);
    children.push(child);
    const output = { out: '', err: '' };
    child.stdout.on('data', (chunk) => {
      output.out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output.err += chunk;
    });
    const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const url = () => until(async () => /listening (\S+)/.exec(output.out)?.[1], 'the emulator to listen', 30_000);
    return { child, output, exit, url };
  };

  const killHard = async ({ child, exit }: Awaited<ReturnType<typeof start>>) => {
    child.kill('SIGKILL');
    await exit;
  };

  it('loses nothing that was answered to a kill −9, and remembers what was sent', async () => {
    const data = newFolder();
    const first = await start('--data', data);
    const before = connect(await first.url());
    await before.inboxes.create({ username: 'support', domain: 'acme.test', clientId: 'i1' });
    const draft = await before.inboxes.drafts.create(INBOX, {
      to: ['a@x.test'],
      subject: 's',
      clientId: 'd1',
      attachments: [{ filename: 'a.txt', content: base64('bytes') }],
    });
    const hook = await before.webhooks.create({ url: 'http://127.0.0.1:9/none', eventTypes: ['message.bounced'] });
    await before.lists.create('send', 'block', { entry: 'bad.test' });
    const key = { idempotencyKey: 'k' };
    const sent = await before.inboxes.drafts.send(INBOX, draft.draftId, { addLabels: ['s1'] }, key);
    await killHard(first);

    const second = await start('--data', data);
    const url = await second.url();
    const after = connect(url);
    expect(await after.inboxes.drafts.send(INBOX, draft.draftId, { addLabels: ['s1'] }, key)).toEqual(sent);
    expect(await connectControl(url).outbox()).toMatchObject({ count: 1, messages: [{ messageId: sent.messageId }] });
    const listed = await after.inboxes.messages.list(INBOX, { labels: ['s1'] });
    expect(listed.messages.map(({ messageId }) => messageId)).toEqual([sent.messageId]);
    const message = await after.inboxes.messages.get(INBOX, sent.messageId);
    const id = message.attachments![0]!.attachmentId;
    const link = await after.inboxes.messages.getAttachment(INBOX, sent.messageId, id);
    expect(await (await fetch(link.downloadUrl)).text()).toBe('bytes');
    expect(await after.webhooks.get(hook.webhookId)).toEqual(hook);
    const blocked = after.inboxes.messages.send(INBOX, { to: 'x@bad.test' });
    expect(await refusalOf(blocked)).toMatchObject({ statusCode: 403 });
    expect((await after.inboxes.create({ clientId: 'i1' })).inboxId).toBe(INBOX);
  });

  it('has accepted either the whole send or nothing when killed the moment the answer is lost', async () => {
    const data = newFolder();
    const first = await start('--data', data);
    const url = await first.url();
    const before = connect(url);
    await before.inboxes.create({ username: 'support', domain: 'acme.test' });
    const draft = await before.inboxes.drafts.create(INBOX, { to: ['a@x.test'] });
    await connectControl(url).addFault({ kind: 'lose_response', route: 'POST /v0/inboxes/*/drafts/*/send' });
    const key = { idempotencyKey: 'k' };
    expect(await refusalOf(before.inboxes.drafts.send(INBOX, draft.draftId, {}, key))).toMatchObject({
      statusCode: undefined,
    });
    await killHard(first);
    const second = await start('--data', data);
    const after = connect(await second.url());
    const { messageId } = await after.inboxes.drafts.send(INBOX, draft.draftId, {}, key);
    expect((await connectControl(await second.url()).outbox()).messages).toMatchObject([{ messageId }]);
  });

  it('keeps every acknowledged send, and no half one, when killed amid many', async () => {
    const data = newFolder();
    const first = await start('--data', data);
    const before = connect(await first.url());
    await before.inboxes.create({ username: 'support', domain: 'acme.test' });
    const drafts = await Promise.all(
      Array.from({ length: 40 }, (_, n) => before.inboxes.drafts.create(INBOX, { to: [`r${n}@x.test`], text: 'x' })),
    );
    const acknowledged: string[] = [];
    const sends = drafts.map(async ({ draftId }) => {
      const { messageId } = await before.inboxes.drafts.send(INBOX, draftId, {}, { idempotencyKey: draftId });
      acknowledged.push(messageId);
      if (acknowledged.length === 8) first.child.kill('SIGKILL');
    });
    await Promise.allSettled(sends);
    await first.exit;
    const second = await start('--data', data);
    const url = await second.url();
    const { messages } = await connectControl(url).outbox();
    const ids = messages.map(({ messageId }) => messageId);
    expect(acknowledged.length).toBeGreaterThanOrEqual(8);
    expect(ids).toEqual(expect.arrayContaining(acknowledged));
    const left = await connect(url).inboxes.drafts.list(INBOX, { limit: 100 });
    const sentOrLeft = [...messages.map(({ draftId }) => draftId), ...left.drafts.map(({ draftId }) => draftId)];
    expect(sentOrLeft.sort()).toEqual(drafts.map(({ draftId }) => draftId).sort());
    const settled = await Promise.all(
      drafts.map(({ draftId }) => connect(url).inboxes.drafts.send(INBOX, draftId, {}, { idempotencyKey: draftId })),
    );
    expect(new Set(settled.map(({ messageId }) => messageId)).size).toBe(40);
    expect((await connectControl(url).outbox()).count).toBe(40);
  });

  it('keeps the timers of scheduled drafts, the clock and the switches; a torn last line is no harm', async () => {
    const dataDir = newFolder();
    const first = await startEmulator({ dataDir });
    const before = connect(first.url);
    await before.inboxes.create({ username: 'support', domain: 'acme.test' });
    const sendAt = new Date(Date.now() + HOUR_MS);
    const draft = await before.inboxes.drafts.create(INBOX, { to: ['a@x.test'], sendAt });
    await first.control.setSwitches({ clientIdAfterDelete: 'conflict' });
    await first.control.setClockOffset(HOUR_MS / 2);
    await first.close();
    appendFileSync(join(dataDir, 'journal.ndjson'), '[{"c":"messages","i":"half a li');
    const second = await startEmulator({ dataDir });
    try {
      expect((await second.control.clock()).offsetMs).toBe(HOUR_MS / 2);
      expect((await second.control.switches()).clientIdAfterDelete).toBe('conflict');
      expect((await second.control.outbox()).count).toBe(0);
      await second.control.advanceClock(HOUR_MS / 2);
      const sent = await until(async () => (await second.control.outbox()).messages[0], 'the scheduled draft');
      expect(sent.draftId).toBe(draft.draftId);
    } finally {
      await second.close();
    }
  });

  it('names the damaged line of a journal instead of starting without it', async () => {
    const dataDir = newFolder();
    await (await startEmulator({ dataDir })).close();
    appendFileSync(join(dataDir, 'journal.ndjson'), 'not json\n');
    await expect(startEmulator({ dataDir })).rejects.toThrow(/line 2 of .*journal\.ndjson is damaged/);
  });

  it('says in one line that its port is busy', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const busy = await start('--port', String(port));
    expect(await busy.exit).toBe(1);
    expect(busy.output.err.trim().split('\n')).toEqual([
      `Port ${port} on 127.0.0.1 is busy: choose another with --port`,
    ]);
    await new Promise((resolve) => taken.close(resolve));
  });

  it('stops on SIGTERM', async () => {
    const emulator = await start();
    await emulator.url();
    emulator.child.kill('SIGTERM');
    expect(await emulator.exit).toBe(0);
  });
});
