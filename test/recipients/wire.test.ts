import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentMailClient } from 'agentmail';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/index.ts';
import { recipientActivities } from '../../src/activities/recipients.ts';
import { createAgentMail, type MailProvider } from '../../src/agentmail/index.ts';
import { ensureSecrets, keepWebhookSecrets } from '../../src/embedded/secrets.ts';
import { type HttpServer, startHttp } from '../../src/runtime/http.ts';
import { registerWebhook, WebhookSecrets } from '../../src/runtime/webhook.ts';
import { suppress, suppression, unsuppress } from '../support/suppress.ts';
import { createHooked, draftTo, type HookedEdge, PATH } from './support.ts';

const log = pino({ level: 'silent' });
const secrets = new WebhookSecrets([]);
let emulator: Emulator;
let mail: MailProvider;
let sdk: AgentMailClient;
let edge: HookedEdge;
let http: HttpServer;
let inboxId: string;
beforeAll(async () => {
  emulator = await startEmulator();
  sdk = new AgentMailClient({ apiKey: 'key', baseUrl: emulator.url, maxRetries: 0 });
  mail = createAgentMail({ apiKey: 'key', baseUrl: emulator.url });
  ({ inboxId } = await sdk.inboxes.create({ username: 'hooked' }));
  edge = await createHooked({ webhookSecrets: secrets.all, mail });
  http = await startHttp({ fetch: edge.app.fetch, host: '127.0.0.1', port: 0, variable: 'COUNTERSIGN_PORT' });
});
afterAll(async () => {
  await http.close();
  await emulator.close();
  await edge.close();
});

describe('over the wire', () => {
  it('a webhook registers itself, and what AgentMail then says arrives, is believed and taken', async () => {
    const registered = new Promise<string>((resolve) => {
      const onSecret = async (secret: string) => {
        secrets.add(secret);
        resolve(secret);
      };
      registerWebhook({ mail, publicUrl: http.url, onSecret, log });
    });
    expect(await registered).toMatch(/^whsec_/);
    const to = 'gone@wire.example';
    const { messageId } = await sdk.inboxes.messages.send(inboxId, { to, subject: 's', text: 't' });
    const waiting = await draftTo(edge.store, [to]);
    await emulator.control.emit({ event: 'bounced', messageId });
    const among = () => edge.store.suppressedAmong([to], { inboxId, nowMs: Date.now() });
    await expect.poll(among, { timeout: 10_000 }).toMatchObject([{ reason: 'hard_bounce' }]);
    await expect.poll(() => edge.engine.noticed).toContain(waiting);
    await emulator.control.reply({ messageId, text: 'Please unsubscribe me' });
    const proposals = async () => (await edge.store.listProposals({ limit: 9 })).items.map(({ address }) => address);
    await expect.poll(proposals, { timeout: 10_000 }).toEqual([to]);
    const failed = (await emulator.control.deliveries()).filter(({ status }) => status === 'failed');
    expect(failed).toEqual([]);
  });

  it('10 MB are refused, whether their length is told or not', async () => {
    const post = (init: RequestInit & { duplex?: 'half' }) =>
      fetch(`${http.url}${PATH}`, { method: 'POST', ...init }).then(
        ({ status }) => status,
        // Refused before all of it was sent.
        () => 413,
      );
    expect(await post({ body: 'x'.repeat(10_000_000) })).toBe(413);
    const endless = new ReadableStream<Uint8Array>({
      start(stream) {
        for (let i = 0; i < 10; i += 1) stream.enqueue(new Uint8Array(1_000_000));
        stream.close();
      },
    });
    expect(await post({ body: endless, duplex: 'half' })).toBe(413);
    expect((await fetch(`${http.url}/v1/health`)).status).toBe(200);
  });

  it("AgentMail's block list follows, through failures, and loses only what we put there", async () => {
    let now = Date.now();
    const { store } = edge;
    const work = recipientActivities({ store, mail, clock: () => now, log });
    const blocked = async () =>
      (await sdk.lists.list('send', 'block')).entries
        .map(({ entry }) => entry)
        .filter((e) => e.endsWith('@list.example'));
    await sdk.lists.create('send', 'block', { entry: 'theirs@list.example' });
    await store.addSuppression(
      {
        ...{ entry: 'ours@list.example', scope: 'organization', reason: 'manual' },
        ...{ note: null, source: null },
        createdBy: 'x',
        createdAtMs: now,
        expiresAtMs: null,
      },
      { mirror: true },
    );
    await store.addSuppression(suppression('theirs@list.example', { createdAtMs: now }), { mirror: true });
    const down = recipientActivities({
      ...{ store, clock: () => now, log },
      mail: { ...mail, blockRecipient: () => Promise.reject(new Error('down')) },
    });
    expect(await down.mirrorSuppressions()).toEqual({ done: 0, failed: 2 });
    expect(await work.mirrorSuppressions()).toEqual({ done: 0, failed: 0 });
    now += 60_000;
    expect(await work.mirrorSuppressions()).toEqual({ done: 2, failed: 0 });
    expect((await blocked()).sort()).toEqual(['ours@list.example', 'theirs@list.example']);
    for (const entry of ['ours@list.example', 'theirs@list.example']) await unsuppress(store, entry);
    expect(await work.mirrorSuppressions()).toEqual({ done: 2, failed: 0 });
    expect(await blocked()).toEqual(['theirs@list.example']);
  });

  it('what is lifted before it was mirrored takes off only what we put on the list, whatever became of the wish', async () => {
    let now = Date.now();
    const { store } = edge;
    const parts = { store, clock: () => now, log };
    const work = recipientActivities({ ...parts, mail });
    const entryOf = async (entry: string) =>
      (await sdk.lists.list('send', 'block', { limit: 100 })).entries.find((found) => found.entry === entry) ?? null;
    const theirs = ['never@owner.example', 'failed@owner.example', 'crossed@owner.example'];
    for (const entry of theirs) await sdk.lists.create('send', 'block', { entry, reason: 'competitor' });
    const wish = (entry: string) => store.addSuppression(suppression(entry, { createdAtMs: now }), { mirror: true });

    await wish('never@owner.example');
    await unsuppress(store, 'never@owner.example');
    expect(await work.mirrorSuppressions()).toEqual({ done: 1, failed: 0 });

    await wish('failed@owner.example');
    await wish('lost@owner.example');
    const lossy = {
      ...mail,
      async blockRecipient(...asked: Parameters<typeof mail.blockRecipient>): Promise<never> {
        // Of one the answer is lost, the other never gets there.
        if (asked[0] === 'lost@owner.example') await mail.blockRecipient(...asked);
        throw new Error('down');
      },
    };
    expect(await recipientActivities({ ...parts, mail: lossy }).mirrorSuppressions()).toEqual({ done: 0, failed: 2 });
    expect(await entryOf('lost@owner.example')).toMatchObject({ reason: 'Countersign: manual' });
    for (const entry of ['failed@owner.example', 'lost@owner.example']) await unsuppress(store, entry);
    now += 60_000;
    expect(await work.mirrorSuppressions()).toEqual({ done: 2, failed: 0 });

    await wish('crossed@owner.example');
    const crossing = {
      ...mail,
      async blockRecipient(...asked: Parameters<typeof mail.blockRecipient>) {
        const owner = await mail.blockRecipient(...asked);
        await unsuppress(store, asked[0]);
        return owner;
      },
      unblockRecipient: () => Promise.reject(new Error('not to be asked')),
    };
    await recipientActivities({ ...parts, mail: crossing }).mirrorSuppressions();
    now += 60_000;
    await work.mirrorSuppressions();
    for (const entry of theirs) expect(await entryOf(entry)).toMatchObject({ reason: 'competitor' });
    expect(await entryOf('lost@owner.example')).toBeNull();
  });

  it('a list that was there before mirroring was switched on follows, all of it while there is time', async () => {
    const { store } = edge;
    const clock = () => Date.now();
    const all = Array.from({ length: 230 }, (_, i) => `m${i}@before.example`);
    for (const entry of all) await suppress(store, entry);
    await suppress(store, 'over@before.example', { expiresAtMs: 2 });
    await suppress(store, 'inbox@before.example', { scope: inboxId });
    const blocked = async () => {
      const names: string[] = [];
      for (let pageToken: string | undefined, first = true; first || pageToken; first = false) {
        const page = await sdk.lists.list('send', 'block', { limit: 100, pageToken });
        names.push(...page.entries.map(({ entry }) => entry).filter((entry) => entry.endsWith('@before.example')));
        pageToken = page.nextPageToken;
      }
      return names.length;
    };
    const off = recipientActivities({ store, mail, clock, log });
    expect(await off.mirrorSuppressions()).toEqual({ done: 0, failed: 0 });
    // The sending key's own calls: one after the other.
    let underWay = 0;
    let most = 0;
    const counted: typeof mail = {
      ...mail,
      async blockRecipient(...asked) {
        underWay += 1;
        most = Math.max(most, underWay);
        return mail.blockRecipient(...asked).finally(() => {
          underWay -= 1;
        });
      },
    };
    const on = recipientActivities({ store, mail: counted, clock, log, mirrorSuppressions: true });
    let batches = 0;
    await on.mirrorSuppressions({ hasTime: () => batches++ < 20 });
    expect(await blocked()).toBeLessThan(100);
    await on.mirrorSuppressions();
    expect(await blocked()).toBe(230);
    expect(most).toBe(1);
    expect((await sdk.inboxes.lists.list(inboxId, 'send', 'block')).entries).toEqual([]);
    await store.putInbox(inboxId, { mirrorSuppressions: true });
    expect(await off.mirrorSuppressions()).toEqual({ done: 1, failed: 0 });
    expect((await sdk.inboxes.lists.list(inboxId, 'send', 'block')).entries).toMatchObject([
      { entry: 'inbox@before.example', reason: 'Countersign: manual' },
    ]);
  });
});

it('keeps the secrets of the embedded system for its owner alone, the same at each start', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-secrets-'));
  try {
    const file = join(dir, 'secrets.json');
    const { secret } = await ensureSecrets(file);
    expect(secret.length).toBeGreaterThanOrEqual(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await keepWebhookSecrets(file, ['whsec_a', 'whsec_b']);
    expect(await ensureSecrets(file)).toEqual({ secret, webhooks: ['whsec_a', 'whsec_b'] });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const known = new WebhookSecrets(['given'], ['whsec_a', 'whsec_b']);
    known.add('whsec_c');
    expect(known.all()).toEqual(['given', 'whsec_c', 'whsec_a']);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
