import { describe, expect, it } from 'vitest';
import {
  Countersign,
  InvalidRequestError,
  NotFoundError,
  RefusedError,
  UnauthorizedError,
  UnavailableError,
} from '../../src/client/index.ts';

type Answer = Response | Error | ((request: Request) => Response | Promise<Response>);
/** A server that gives these answers in turn, and what it was asked. */
function scripted(...answers: Answer[]) {
  const asked: { method: string; url: string; headers: Headers; body: string }[] = [];
  const client = new Countersign({
    ...{ baseUrl: 'http://server.test/', apiKey: 'k' },
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const { method, url, headers } = request;
      asked.push({ method, url, headers, body: await request.clone().text() });
      const answer = answers[Math.min(asked.length, answers.length) - 1];
      if (answer instanceof Error) throw answer;
      return typeof answer === 'function' ? answer(request) : (answer as Response).clone();
    },
  });
  return { client, asked };
}
const ok = (body: unknown) => Response.json(body);
const problem = (status: number, code: string, headers = {}) =>
  Response.json({ status, title: '', code, message: `message of ${code}`, requestId: 'r' }, { status, headers });
const draft = { inbox: 'i', content: { text: 'Hello' } };

describe('repeats', () => {
  it('creates once over a lost answer: the same request id every time', async () => {
    const { client, asked } = scripted(
      new TypeError('fetch failed'),
      problem(503, 'engine_unavailable'),
      ok({ id: 'd' }),
    );
    expect(await client.drafts.create(draft)).toEqual({ id: 'd' });
    const ids = asked.map(({ body }) => JSON.parse(body).requestId);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('decides once over a lost answer, under your id or its own', async () => {
    const { client, asked } = scripted(new TypeError('fetch failed'), ok({}));
    await client.drafts.decide('d', { decision: 'approve', revision: 1, digest: 'x', decisionId: 'mine' });
    expect(asked.map(({ body }) => JSON.parse(body).decisionId)).toEqual(['mine', 'mine']);
    await client.drafts.withdraw('d');
    expect(JSON.parse(asked[2]?.body ?? '{}').decisionId).toBeTruthy();
  });

  it('waits as long as the server asks for', async () => {
    const { client } = scripted(problem(503, 'engine_unavailable', { 'Retry-After': '1' }), ok({ items: [] }));
    const startMs = performance.now();
    await client.recipes.list();
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(990);
  });

  it('gives up after its attempts, and at once on what a repeat cannot mend', async () => {
    const down = scripted(new TypeError('fetch failed'));
    await expect(down.client.me()).rejects.toThrow('http://server.test cannot be reached');
    expect(down.asked).toHaveLength(4);
    const refused = scripted(problem(409, 'stale_revision'));
    await expect(refused.client.drafts.revoke('d', { revision: 1 })).rejects.toBeInstanceOf(RefusedError);
    expect(refused.asked).toHaveLength(1);
    const removal = scripted(new TypeError('fetch failed'));
    await expect(removal.client.suppressions.remove('a@b.c')).rejects.toBeInstanceOf(UnavailableError);
    expect(removal.asked).toHaveLength(1);
  });
});

describe('answers', () => {
  it.each([
    [401, 'unauthenticated', UnauthorizedError],
    [403, 'self_approval', RefusedError],
    [404, 'not_found', NotFoundError],
    [409, 'already_ended', RefusedError],
    [422, 'invalid_request', InvalidRequestError],
  ])('become errors one can act on: %i %s', async (status, code, kind) => {
    const error = await scripted(problem(status, code))
      .client.drafts.get('d')
      .catch((caught) => caught);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ code, status, message: `message of ${code}`, problem: { requestId: 'r' } });
  });

  it('are not trusted to be ours', async () => {
    const html = new Response('<h1>It works!</h1>', { status: 404, headers: { 'Content-Type': 'text/html' } });
    await expect(scripted(html).client.me()).rejects.toMatchObject({ code: 'unexpected', status: 404 });
  });

  it('tell what is down even when the server is not ready', async () => {
    const body = { status: 'unavailable', checks: {} };
    expect(await scripted(Response.json(body, { status: 503 })).client.ready()).toEqual(body);
  });

  it('are asked for with ids that need escaping, and without empty parameters', async () => {
    const { client, asked } = scripted(ok({ items: [], nextCursor: null }));
    await client.drafts.list({ status: ['in_review', 'sent'], q: undefined, limit: 5 });
    expect(asked[0]?.url).toBe('http://server.test/v1/drafts?status=in_review%2Csent&limit=5');
    await client.inboxes.get('a/b@c.d');
    expect(asked[1]?.url).toBe('http://server.test/v1/inboxes/a%2Fb%40c.d');
    expect(asked[0]?.headers.get('Authorization')).toBe('Bearer k');
  });
});

describe('waiting and watching', () => {
  it('waits over many long polls, and no longer than told', async () => {
    const pending = { ended: false, status: 'in_review' };
    const { client, asked } = scripted(ok(pending), ok(pending), ok({ ended: true, status: 'sent' }));
    expect(await client.drafts.waitForOutcome('d')).toMatchObject({ status: 'sent' });
    expect(asked).toHaveLength(3);
    const late = scripted(ok(pending)).client.drafts.waitForOutcome('d', { timeoutMs: 20 });
    await expect(late).rejects.toMatchObject({ code: 'timeout' });
  });

  const stream = (...events: [string, string, object][]) =>
    new Response(
      events.map(([event, id, data]) => `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`).join(''),
      {
        headers: { 'Content-Type': 'text/event-stream' },
      },
    );

  it('comes back where a stream broke off', async () => {
    const { client, asked } = scripted(
      stream(['snapshot', '1', { counts: { sent: 1 } }], ['event', '2', { type: 'created' }]),
      new TypeError('fetch failed'),
      stream(['event', '3', { type: 'approved' }]),
    );
    const seen: string[] = [];
    for await (const item of client.watch()) {
      seen.push(item.kind === 'snapshot' ? 'snapshot' : item.event.type);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual(['snapshot', 'created', 'approved']);
    expect(asked.map(({ headers }) => headers.get('Last-Event-ID'))).toEqual([null, '2', '2']);
  });

  it('ends when told to, and throws what no reconnect can mend', async () => {
    const stop = new AbortController();
    const open = scripted(() => new Response(new ReadableStream({ start() {} })));
    const watching = open.client.watch({ signal: stop.signal }).next();
    setTimeout(() => stop.abort(), 50);
    expect(await watching).toEqual({ done: true, value: undefined });
    await expect(scripted(problem(404, 'not_found')).client.drafts.watch('d').next()).rejects.toBeInstanceOf(
      NotFoundError,
    );
  });
});
