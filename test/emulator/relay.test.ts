import { type AddressInfo, createServer } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/index.ts';
import { connect, INBOX } from './support.ts';

/** For a busy machine; polls end as soon as it is so. */
const SOON = { timeout: 8_000 };

interface Taken {
  from: string;
  to: string[];
  raw: string;
}

/** A mail server on this machine; `refusals` are given before it takes anything. */
async function startSmtp(refusals: number[] = [], unknown: string[] = []) {
  const taken: Taken[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onRcptTo: ({ address }, _session, callback) => {
      if (!unknown.includes(address)) return callback();
      callback(Object.assign(new Error('no such user'), { responseCode: 550 }));
    },
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const refusal = refusals.shift();
        if (refusal !== undefined) return callback(Object.assign(new Error('not now'), { responseCode: refusal }));
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        taken.push({ from, to: rcptTo.map(({ address }) => address), raw: Buffer.concat(chunks).toString('utf8') });
        callback();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(resolve));
  return { target: `127.0.0.1:${port}`, taken, close };
}

describe('the SMTP relay', () => {
  let emulator: Emulator;
  let smtp: Awaited<ReturnType<typeof startSmtp>>;
  const client = () => connect(emulator.url);
  const relayed = async () => (await emulator.control.relayed()).map(({ status, attempts }) => [status, attempts]);

  const start = async (refusals: number[] = [], unknown: string[] = []) => {
    smtp = await startSmtp(refusals, unknown);
    await emulator.control.setSwitches({ smtpRelay: smtp.target });
  };
  beforeEach(async () => {
    emulator = await startEmulator();
    await client().inboxes.create({ username: 'support', domain: 'acme.test', displayName: 'Acme' });
  });
  afterEach(async () => {
    await emulator.close();
    await smtp.close();
  });

  it('gets sent mail as it is, with its hidden recipients in the envelope only', async () => {
    await start();
    const to = ['Ana <ana@x.test>'];
    const draft = await client().inboxes.drafts.create(INBOX, { to, bcc: ['bo@x.test'], subject: 'Grüße', text: 'Hi' });
    const { messageId } = await client().inboxes.drafts.send(INBOX, draft.draftId, {});
    await expect.poll(relayed, SOON).toEqual([['relayed', 1]]);
    expect(smtp.taken).toMatchObject([{ from: INBOX, to: ['ana@x.test', 'bo@x.test'] }]);
    expect(smtp.taken[0]!.raw).toContain(messageId);
    expect(smtp.taken[0]!.raw).not.toContain('bo@x.test');
  });

  it('is asked again later by the clock while it cannot take the mail, and the send stands', async () => {
    await start([451, 421]);
    const { messageId } = await client().inboxes.messages.send(INBOX, { to: 'a@x.test', text: 'Hi' });
    expect((await emulator.control.outbox()).count).toBe(1);
    await expect.poll(relayed, SOON).toEqual([['pending', 1]]);
    await emulator.control.advanceClock(5_000);
    await expect.poll(relayed, SOON).toEqual([['pending', 2]]);
    expect((await emulator.control.relayed())[0]).toMatchObject({
      messageId,
      lastError: expect.stringContaining('421'),
    });
    await emulator.control.advanceClock(60_000);
    await expect.poll(relayed, SOON).toEqual([['relayed', 3]]);
    expect(smtp.taken).toHaveLength(1);
  });

  it('is not asked again after a definite no, nor for ever', async () => {
    await start([554]);
    await client().inboxes.messages.send(INBOX, { to: 'a@x.test' });
    await expect.poll(relayed, SOON).toEqual([['failed', 1]]);
    // A port that nobody listens to.
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    await emulator.control.setSwitches({ smtpRelay: `127.0.0.1:${port}` });
    await client().inboxes.messages.send(INBOX, { to: 'a@x.test' });
    for (let attempts = 1; attempts < 5; attempts += 1) {
      await expect.poll(async () => (await relayed())[1], SOON).toEqual(['pending', attempts]);
      await emulator.control.advanceClock(1_800_000);
    }
    await expect.poll(async () => (await relayed())[1], SOON).toEqual(['failed', 5]);
    expect((await emulator.control.outbox()).count).toBe(2);
  });

  it('tells whom it would not take', async () => {
    await start([], ['bo@x.test']);
    await client().inboxes.messages.send(INBOX, { to: ['a@x.test', 'bo@x.test'] });
    await expect.poll(relayed, SOON).toEqual([['relayed', 1]]);
    expect((await emulator.control.relayed())[0]).toMatchObject({ refused: ['bo@x.test'] });
    expect(smtp.taken).toMatchObject([{ to: ['a@x.test'] }]);
  });

  it('can be named at the start, and gets nothing that was sent before', async () => {
    await client().inboxes.messages.send(INBOX, { to: 'a@x.test' });
    await start();
    expect(await relayed()).toEqual([]);
    await emulator.close();
    emulator = await startEmulator({ smtpRelay: smtp.target });
    await client().inboxes.create({ username: 'support', domain: 'acme.test' });
    await client().inboxes.messages.send(INBOX, { to: 'b@x.test' });
    await expect.poll(relayed, SOON).toEqual([['relayed', 1]]);
    await expect(startEmulator({ smtpRelay: 'nowhere' })).rejects.toThrow('give host:port');
    await expect(emulator.control.setSwitches({ smtpRelay: 'nowhere' })).rejects.toThrow('400');
  });
});
