import type { ServerResponse } from 'node:http';
import { CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { answerOf, createAgentMail } from '../../src/agentmail/index.ts';
import { json, type Received, startServer } from './http-server.ts';

type Server = Awaited<ReturnType<typeof startServer>>;
const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function against(answer: (request: Received, response: ServerResponse) => void, timeoutMs = 5_000) {
  const server = await startServer(answer);
  servers.push(server);
  return { server, mail: createAgentMail({ apiKey: 'am_secret', baseUrl: server.baseUrl, timeoutMs }) };
}

const raw = (status: number, type: string, text: string) => (_: Received, response: ServerResponse) => {
  response.writeHead(status, { 'content-type': type });
  response.end(text);
};
const send = { idempotencyKey: 'x.r1', label: 'countersign-x', timeoutMs: 5_000 };
const draft = {
  inbox_id: 'i',
  draft_id: 'd',
  labels: [],
  updated_at: '2026-03-01T00:00:00Z',
  created_at: '2026-03-01T00:00:00Z',
};
const message = {
  inbox_id: 'i',
  thread_id: 't',
  labels: [],
  from: 'a@x.org',
  to: [],
  size: 1,
  updated_at: '2026-03-01T00:00:00Z',
  created_at: '2026-03-01T00:00:00Z',
};

describe('answers that are not AgentMail’s', () => {
  test.each([
    ['broken JSON with 200', raw(200, 'application/json', '{"message_id": "m'), 'agentmail.unexpected_response'],
    ['a page with 200', raw(200, 'text/html', '<h1>Welcome</h1>'), 'agentmail.unexpected_response'],
    ['an empty 200', raw(200, 'application/json', ''), 'agentmail.unexpected_response'],
    ['JSON without the ids', raw(200, 'application/json', '{}'), 'agentmail.unexpected_response'],
    ['a page with 404', raw(404, 'text/html', '<h1>Nothing</h1>'), 'agentmail.unexpected_response'],
    ['broken JSON with 400', raw(400, 'application/json', '{'), 'agentmail.network'],
    ['broken JSON with 500', raw(500, 'application/json', '{'), 'agentmail.network'],
    ['a page with 502', raw(502, 'text/html', '<h1>Bad gateway</h1>'), 'agentmail.unavailable'],
    ['a reset', (_: Received, response: ServerResponse) => response.socket?.destroy(), 'agentmail.network'],
    [
      'a body that breaks off',
      (_: Received, response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
        response.write('{"message_id"', () => response.socket?.destroy());
      },
      'agentmail.network',
    ],
  ])('%s leaves a send unknown, and a draft neither there nor gone', async (_, answer, type) => {
    const { mail, server } = await against(answer);
    const failed = await mail.sendDraft('i', 'd', send).catch((error: unknown) => error);
    expect(failed).toMatchObject({ type, nonRetryable: false });
    expect(answerOf(failed)).toBe('unknown');
    await expect(mail.getDraft('i', 'd')).rejects.toMatchObject({ nonRetryable: false });
    expect(server.received).toHaveLength(2);
  });

  test('a port where nobody listens is a network failure', async () => {
    const { mail, server } = await against(() => undefined);
    await server.close();
    await expect(mail.getDraft('i', 'd')).rejects.toMatchObject({ type: 'agentmail.network', nonRetryable: false });
  });
});

describe('the end of a call', () => {
  const silent = () => undefined;
  const endless = (_: Received, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"draft_id":');
  };

  test.each([
    ['no answer at all', silent],
    ['an answer that never ends', endless],
  ])('%s ends at the time limit', async (_, answer) => {
    const { mail } = await against(answer, 100);
    await expect(mail.getDraft('i', 'd')).rejects.toMatchObject({ type: 'agentmail.timeout', nonRetryable: false });
  });

  test('a cancelled activity ends its call and reports itself cancelled', async () => {
    const { mail, server } = await against(silent, 60_000);
    const env = new MockActivityEnvironment();
    const running = env.run(() => mail.getDraft('i', 'd'));
    const failed = expect(running).rejects.toBeInstanceOf(CancelledFailure);
    await expect.poll(() => server.received.length, { timeout: 10_000 }).toBe(1);
    env.cancel();
    await failed;
    expect(answerOf(await running.catch((error: unknown) => error))).toBe('unknown');
  });

  test('a signal that has fired sends nothing', async () => {
    const { server } = await against(silent);
    const signal = () => AbortSignal.abort();
    const mail = createAgentMail({ apiKey: 'k', baseUrl: server.baseUrl, signal });
    await expect(mail.sendDraft('i', 'd', send)).rejects.toBeInstanceOf(CancelledFailure);
    expect(server.received).toEqual([]);
  });
});

describe('what goes over the wire', () => {
  test('a send names its key and label, and repeats byte for byte', async () => {
    const { mail, server } = await against((_, response) => json(response, 200, { message_id: 'm', thread_id: 't' }));
    expect(await mail.sendDraft('agent@x.org', 'd', send)).toEqual({ messageId: 'm', threadId: 't' });
    await mail.sendDraft('agent@x.org', 'd', send);
    const [first, second] = server.received;
    expect(first).toMatchObject({
      method: 'POST',
      path: '/v0/inboxes/agent@x.org/drafts/d/send',
      body: { add_labels: ['countersign-x'] },
    });
    expect(first?.headers).toMatchObject({ 'idempotency-key': 'x.r1', authorization: 'Bearer am_secret' });
    expect(second?.body).toEqual(first?.body);
    expect(second?.headers['idempotency-key']).toBe('x.r1');
  });

  test('unknown fields and null fields of a draft do no harm', async () => {
    const { mail } = await against((_, response) =>
      json(response, 200, { ...draft, to: null, subject: null, send_status: 'paused', agent_armor: { verdict: 'ok' } }),
    );
    expect(await mail.getDraft('i', 'd')).toEqual({
      providerDraftId: 'd',
      inboxId: 'i',
      clientId: null,
      labels: [],
      to: [],
      cc: [],
      bcc: [],
      replyTo: [],
      subject: '',
      text: '',
      html: '',
      attachments: [],
      inReplyTo: null,
      forwardOf: null,
      sendAt: null,
      sendStatus: 'paused',
    });
  });
});

describe('pages', () => {
  const item = (id: string, labels: string[]) => ({
    ...message,
    message_id: id,
    labels,
    timestamp: '2026-03-01T00:00:00Z',
  });

  test('a label is looked for on every page, and only a message that has it counts', async () => {
    const { mail, server } = await against(({ path, query }, response) => {
      if (path.endsWith('/messages/m2')) return json(response, 200, item('m2', ['countersign-x']));
      if (query.get('page_token') === 'p2') {
        return json(response, 200, { count: 1, messages: [item('m2', ['countersign-x'])] });
      }
      return json(response, 200, { count: 1, messages: [item('m1', ['sent'])], next_page_token: 'p2' });
    });
    expect(await mail.findMessageByLabel('i', 'countersign-x')).toMatchObject({ messageId: 'm2' });
    expect(server.received.map(({ query }) => query.get('page_token'))).toEqual([null, 'p2', null]);
    expect(server.received[0]?.query.get('labels')).toBe('["countersign-x"]');
  });

  test('a message that is listed but not there is no answer', async () => {
    const { mail } = await against(({ path }, response) =>
      path.endsWith('/messages')
        ? json(response, 200, { count: 1, messages: [item('m1', ['countersign-x'])] })
        : json(response, 404, { name: 'NotFoundError', code: 'not_found', message: 'no' }),
    );
    await expect(mail.findMessageByLabel('i', 'countersign-x')).rejects.toMatchObject({ nonRetryable: false });
  });

  test('a page token that comes back again ends the reading', async () => {
    const { mail } = await against((_, response) =>
      json(response, 200, { count: 0, messages: [], next_page_token: 'same' }),
    );
    await expect(mail.findMessageByLabel('i', 'x')).rejects.toMatchObject({ type: 'agentmail.unexpected_response' });
  });

  test('pages of a thread, newest first, become one order, oldest first', async () => {
    const at = (id: string, second: number) => ({ ...item(id, []), timestamp: `2026-03-01T00:00:0${second}Z` });
    const { mail } = await against(({ path, query }, response) => {
      if (path.endsWith('/messages/m4')) return json(response, 200, at('m4', 4));
      const page = query.get('page_token') ? [at('m1', 1), at('m2', 2)] : [at('m3', 3), at('m4', 4)];
      json(response, 200, { count: 2, messages: page, ...(query.get('page_token') ? {} : { next_page_token: 'p' }) });
    });
    const thread = await mail.threadOf('i', 'm4');
    expect(thread?.map((one) => one.messageId)).toEqual(['m1', 'm2', 'm3', 'm4']);
  });
});

describe('send lists', () => {
  test('the pod stands between inbox and organization, and every list is read once for callers at the same time', async () => {
    const entries = (...names: string[]) => ({ count: names.length, entries: names.map((entry) => ({ entry })) });
    const { mail, server } = await against(({ path }, response) => {
      if (path === '/v0/inboxes/i') return json(response, 200, { pod_id: 'p', inbox_id: 'i' });
      if (path === '/v0/pods/p/lists/send/allow') return json(response, 200, entries('Ada@example.com'));
      if (path === '/v0/lists/send/block') return json(response, 200, entries('example.com'));
      json(response, 200, entries());
    });
    const ask = () => mail.blockedRecipients('i', ['ada@example.com', 'bob@example.com', 'not an address']);
    expect(await Promise.all([ask(), ask()])).toEqual([['bob@example.com'], ['bob@example.com']]);
    await ask();
    expect(server.received.map(({ path }) => path).sort()).toEqual([
      '/v0/inboxes/i',
      '/v0/inboxes/i/lists/send/allow',
      '/v0/inboxes/i/lists/send/block',
      '/v0/lists/send/allow',
      '/v0/lists/send/block',
      '/v0/pods/p/lists/send/allow',
      '/v0/pods/p/lists/send/block',
    ]);
  });

  test("one caller's cancellation does not end a read that others share", async () => {
    const waiting: (() => void)[] = [];
    const { server } = await against(({ path }, response) => {
      const body = path === '/v0/inboxes/i' ? { pod_id: 'p' } : { count: 0, entries: [] };
      waiting.push(() => json(response, 200, body));
    });
    const controller = new AbortController();
    const mail = createAgentMail({ apiKey: 'k', baseUrl: server.baseUrl, signal: () => controller.signal });
    const asked = mail.blockedRecipients('i', ['ada@example.com']);
    await expect.poll(() => waiting.length, { timeout: 10_000 }).toBe(5);
    controller.abort();
    const timer = setInterval(() => waiting.splice(0).forEach((answer) => void answer()), 5);
    expect(await asked).toEqual([]);
    clearInterval(timer);
  });
});

describe('downloads', () => {
  const linkTo = (url: string) => ({
    attachment_id: 'a',
    size: 1,
    download_url: url,
    expires_at: '2026-03-01T00:00:00Z',
  });
  async function serving(answer: (response: ServerResponse) => void, timeoutMs = 5_000) {
    const files = await startServer((_, response) => answer(response));
    servers.push(files);
    const { mail } = await against(
      (_, response) => json(response, 200, linkTo(`${files.baseUrl}/file?sig=1`)),
      timeoutMs,
    );
    return { files, read: () => mail.downloadDraftAttachment('i', 'd', 'a') };
  }

  test('the key does not go along to the download link', async () => {
    const { files, read } = await serving((response) => response.end('data'));
    expect(Buffer.from(await read()).toString()).toBe('data');
    expect(files.received[0]?.headers).not.toHaveProperty('authorization');
    expect(JSON.stringify(files.received)).not.toContain('am_secret');
  });

  test('a link that has expired can be asked for again', async () => {
    const { read } = await serving((response) => void response.writeHead(403).end('<Error/>'));
    await expect(read()).rejects.toMatchObject({ type: 'agentmail.download_failed', nonRetryable: false });
  });

  test('more than 30 MB is refused before it is read to the end', async () => {
    const chunk = Buffer.alloc(1024 * 1024);
    let sentChunks = 0;
    const { read } = await serving((response) => {
      const push = () => {
        if (response.destroyed || sentChunks >= 200) return response.end();
        sentChunks += 1;
        response.write(chunk, push);
      };
      push();
    });
    await expect(read()).rejects.toMatchObject({ type: 'agentmail.attachment_too_large', nonRetryable: true });
    expect(sentChunks).toBeLessThan(200);
  });

  test.each([
    ['stops', (response: ServerResponse) => void response.write('da'), 'agentmail.timeout'],
    [
      'breaks off',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '10' });
        response.write('da', () => response.socket?.destroy());
      },
      'agentmail.network',
    ],
  ])('a download that %s', async (_, answer, type) => {
    const { read } = await serving(answer, 300);
    await expect(read()).rejects.toMatchObject({ type, nonRetryable: false });
  });

  test.each(['file:///etc/passwd', 'data:text/plain,hi', 'not a link'])('never follows %s', async (url) => {
    const { mail } = await against((_, response) => json(response, 200, linkTo(url)));
    await expect(mail.downloadMessageAttachment('i', 'm', 'a')).rejects.toMatchObject({
      type: 'agentmail.unexpected_response',
    });
  });
});
