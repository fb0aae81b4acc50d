import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serialization } from 'agentmail';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { INBOX, until, useEmulator } from './support.ts';

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

/** For a busy machine; polls end as soon as it is so. */
const SOON = { timeout: 8_000 };

const STRICT = { unrecognizedObjectKeys: 'fail' } as const;

describe('webhooks', () => {
  const bench = useEmulator();
  const received: Received[] = [];
  let failures = 0;
  let server: Server;
  let url: string;

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      failures -= 1;
      response.writeHead(failures >= 0 ? 503 : 204).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(async () => {
    received.length = 0;
    failures = 0;
    await bench.emulator.control.setSwitches({ webhookRetryMs: [20, 40] });
  });

  const arrivals = (count: number) =>
    until(async () => (received.length >= count ? received : undefined), `${count} deliveries`);
  const verify = ({ headers, body }: Received, secret: string): unknown => {
    const [id, timestamp, signature] = ['svix-id', 'svix-timestamp', 'svix-signature'].map((name) => headers[name]);
    const standard = {
      'webhook-id': `${id}`,
      'webhook-timestamp': `${timestamp}`,
      'webhook-signature': `${signature}`,
    };
    return new Webhook(secret).verify(body, standard);
  };

  it('are signed in the way of Svix and carry bodies the SDK reads', async () => {
    const { client, emulator } = bench;
    const types = ['message.sent', 'message.received', 'message.delivered', 'message.bounced'] as const;
    const more = ['message.complained', 'message.rejected', 'message.opened'] as const;
    const hook = await client.webhooks.create({ url, eventTypes: [...types, ...more] });
    expect(hook.secret).toMatch(/^whsec_/);
    const sent = await client.inboxes.messages.send(INBOX, { to: ['a@x.test'], bcc: 'Bo <b@x.test>', subject: 's' });
    await arrivals(1);
    await emulator.control.reply({ messageId: sent.messageId, text: 'thanks' });
    await arrivals(2);
    for (const event of ['delivered', 'bounced', 'complained', 'rejected', 'opened'] as const) {
      await emulator.control.emit({ event, messageId: sent.messageId });
      await arrivals(3 + ['delivered', 'bounced', 'complained', 'rejected', 'opened'].indexOf(event));
    }
    const schemas = [
      serialization.MessageSentEvent,
      serialization.MessageReceivedEvent,
      serialization.MessageDeliveredEvent,
      serialization.MessageBouncedEvent,
      serialization.MessageComplainedEvent,
      serialization.MessageRejectedEvent,
      serialization.MessageOpenedEvent,
    ];
    const events = received.map((delivery) => verify(delivery, hook.secret));
    const parsed = schemas.map((schema, index) => schema.parseOrThrow(events[index], STRICT));
    expect(parsed).toMatchObject([
      { eventType: 'message.sent', send: { messageId: sent.messageId, recipients: ['a@x.test', 'b@x.test'] } },
      { eventType: 'message.received', message: { text: 'thanks' }, thread: { messageCount: 2 } },
      { eventType: 'message.delivered', delivery: { threadId: sent.threadId } },
      { eventType: 'message.bounced', bounce: { type: 'Permanent', recipients: [{ address: 'a@x.test' }, {}] } },
      { eventType: 'message.complained', complaint: { inboxId: INBOX } },
      { eventType: 'message.rejected', reject: { reason: 'Bad content' } },
      { eventType: 'message.opened', open: { messageId: sent.messageId } },
    ]);
    expect(() => verify({ ...received[0]!, body: `${received[0]!.body} ` }, hook.secret)).toThrow();
  });

  it('are tried again under the same id until a 2xx', async () => {
    const { client, emulator } = bench;
    failures = 2;
    await client.webhooks.create({ url, eventTypes: ['message.sent'] });
    await client.inboxes.messages.send(INBOX, { to: 'a@x.test' });
    await arrivals(3);
    expect(new Set(received.map(({ headers }) => headers['svix-id'])).size).toBe(1);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    const done = await until(async () => {
      const [delivery] = await emulator.control.deliveries();
      return delivery?.status === 'delivered' ? delivery : undefined;
    }, 'the delivery to be done');
    expect(done).toMatchObject({ attempts: 3, lastStatus: 204 });
  });

  it('are given up after the last retry', async () => {
    const { client, emulator } = bench;
    failures = 100;
    await client.webhooks.create({ url, eventTypes: ['message.sent'] });
    await client.inboxes.messages.send(INBOX, { to: 'a@x.test' });
    const failed = await until(async () => {
      const [delivery] = await emulator.control.deliveries();
      return delivery?.status === 'failed' ? delivery : undefined;
    }, 'the delivery to fail');
    expect(failed).toMatchObject({ attempts: 3, lastStatus: 503 });
  });

  it('are tried again over hours by the clock of the emulator, every attempt listed', async () => {
    const { client, emulator } = bench;
    const schedule = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000].map((seconds) => seconds * 1_000);
    await emulator.control.reset();
    await client.inboxes.create({ username: 'support', domain: 'acme.test' });
    expect((await emulator.control.switches()).webhookRetryMs).toEqual(schedule);
    failures = 7;
    await client.webhooks.create({ url, eventTypes: ['message.sent'] });
    await client.inboxes.messages.send(INBOX, { to: 'a@x.test' });
    for (const [index, waitMs] of schedule.entries()) {
      await until(
        async () => {
          const [delivery] = await emulator.control.deliveries();
          return delivery?.attempts === index + 1 ? delivery : undefined;
        },
        `attempt ${index + 1}`,
      );
      const marginMs = Math.min(waitMs, 60_000);
      await emulator.control.advanceClock(waitMs - marginMs);
      expect(received).toHaveLength(index + 1);
      await emulator.control.advanceClock(marginMs);
      await arrivals(index + 2);
    }
    const [delivery] = await until(async () => {
      const all = await emulator.control.deliveries();
      return all[0]?.status === 'delivered' ? all : undefined;
    }, 'the delivery to be done');
    expect(new Set(received.map(({ headers }) => headers['svix-id']))).toEqual(new Set([delivery!.delivery_id]));
    expect(delivery!.history.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503, 503, 503, 204]);
    const times = delivery!.history.map(({ at }) => Date.parse(at));
    expect(times.at(-1)! - times[0]!).toBeGreaterThanOrEqual(schedule.reduce((sum, waitMs) => sum + waitMs, 0));
  });

  it('are sent again by hand, under the same id, also when given up', async () => {
    const { client, emulator } = bench;
    failures = 3;
    await client.webhooks.create({ url, eventTypes: ['message.sent'] });
    await client.inboxes.messages.send(INBOX, { to: 'a@x.test' });
    const status = async () => (await emulator.control.deliveries())[0]?.status;
    await expect.poll(status, SOON).toBe('failed');
    const [{ delivery_id: id } = { delivery_id: '' }] = await emulator.control.deliveries();
    await emulator.control.resendDelivery(id);
    await expect.poll(status, SOON).toBe('delivered');
    await emulator.control.resendDelivery(id);
    await arrivals(5);
    await expect.poll(async () => (await emulator.control.deliveries())[0]?.history.length, SOON).toBe(5);
    expect(received.map(({ headers }) => headers['svix-id'])).toEqual(Array(5).fill(id));
    await expect(emulator.control.resendDelivery('msg_unknown')).rejects.toThrow('404');
  });

  it('are given up when the webhook is deleted', async () => {
    const { client, emulator } = bench;
    failures = 1;
    await emulator.control.setSwitches({ webhookRetryMs: [60_000, 60_000] });
    const hook = await client.webhooks.create({ url, eventTypes: ['message.sent'] });
    await client.inboxes.messages.send(INBOX, { to: 'a@x.test' });
    await arrivals(1);
    await client.webhooks.delete(hook.webhookId);
    await emulator.control.advanceClock(60_000);
    await expect.poll(async () => (await emulator.control.deliveries())[0]?.status, SOON).toBe('failed');
  });

  it('come twice and out of order on a bad day, and are each done once', async () => {
    const { client, emulator } = bench;
    await emulator.control.setSwitches({ webhookDisorder: { maxDelayMs: 300, duplicates: 0.5, seed: 3 } });
    await client.webhooks.create({ url, eventTypes: ['message.sent'] });
    const sent: string[] = [];
    for (let n = 0; n < 12; n += 1) {
      sent.push((await client.inboxes.messages.send(INBOX, { to: 'a@x.test' })).messageId);
    }
    await expect
      .poll(
        async () => (await emulator.control.deliveries()).filter(({ status }) => status === 'delivered').length,
        SOON,
      )
      .toBe(12);
    const duplicates = async () =>
      (await emulator.control.deliveries()).filter(({ attempts }) => attempts === 2).length;
    await expect.poll(async () => received.length - 12 - (await duplicates()), SOON).toBe(0);
    expect(await duplicates()).toBeGreaterThan(1);
    expect(await duplicates()).toBeLessThan(11);
    const ids = received.map(({ body }) => (JSON.parse(body) as { send: { message_id: string } }).send.message_id);
    const firsts = [...new Set(ids)];
    expect(firsts).not.toEqual(sent);
    expect(firsts.sort()).toEqual(sent.sort());
  });

  it('hear only what they asked for', async () => {
    const { client, emulator } = bench;
    const other = await client.inboxes.create({ username: 'other', domain: 'acme.test' });
    await client.webhooks.create({ url, eventTypes: ['message.sent'], inboxIds: [other.inboxId] });
    await client.inboxes.webhooks.create(other.inboxId, { url, eventTypes: ['message.received'] });
    await client.inboxes.messages.send(INBOX, { to: 'a@x.test' });
    await client.inboxes.messages.send(other.inboxId, { to: 'a@x.test' });
    const [only] = await arrivals(1);
    expect(JSON.parse(only!.body)).toMatchObject({ event_type: 'message.sent', send: { inbox_id: other.inboxId } });
    expect(await emulator.control.deliveries()).toHaveLength(1);
  });

  it('report delivery by themselves when the switch says so', async () => {
    const { client, emulator } = bench;
    await emulator.control.setSwitches({ autoDelivered: true });
    await client.webhooks.create({ url, eventTypes: ['message.delivered'] });
    const { messageId } = await client.inboxes.messages.send(INBOX, { to: 'a@x.test' });
    const [delivered] = await arrivals(1);
    expect(JSON.parse(delivered!.body)).toMatchObject({
      delivery: { message_id: messageId, recipients: ['a@x.test'] },
    });
  });

  it('are listed, changed, deleted, and one per client_id', async () => {
    const { client } = bench;
    const hook = await client.webhooks.create({ url, eventTypes: ['message.sent'], clientId: 'w' });
    const again = await client.webhooks.create({ url: `${url}/2`, eventTypes: ['message.sent'], clientId: 'w' });
    expect(again).toEqual(hook);
    const changed = await client.webhooks.update(hook.webhookId, { eventTypes: ['message.bounced'] });
    expect(changed.eventTypes).toEqual(['message.bounced']);
    expect((await client.webhooks.list()).webhooks).toEqual([changed]);
    await client.webhooks.delete(hook.webhookId);
    expect((await client.webhooks.list()).count).toBe(0);
  });
});
