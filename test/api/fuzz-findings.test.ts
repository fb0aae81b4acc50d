import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, createEdge, type Edge, secret } from './support.ts';

interface Operation {
  method: string;
  path: string;
  body: boolean;
  parameters: { name: string; in: string }[];
}
interface Document {
  paths: Record<
    string,
    Record<string, { parameters?: { name: string; in: string }[]; requestBody?: { content: object } }>
  >;
  components: { schemas: Record<string, unknown> };
}
const DRAFT = {
  inbox: 'support@acme.test',
  content: { to: ['Beck <beck@example.com>'], subject: 'Hi', text: 'Hello' },
};
const CALLERS = ['agent', 'ben', 'adam'];

let edge: Edge;
let document: Document;
beforeAll(async () => {
  edge = await createEdge();
  document = await (await edge.app.request('/openapi.json')).json();
});
afterAll(() => edge.close());

const operations = (): Operation[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
      ...{ method: method.toUpperCase(), path, parameters },
      body: Object.keys(requestBody?.content ?? {}).includes('application/json'),
    })),
  );

const send = (as: string, method: string, path: string, body?: string) =>
  edge.app.request(path, {
    method,
    headers: { Authorization: `Bearer ${secret(as)}`, ...(body && { 'Content-Type': 'application/json' }) },
    body,
  });
const post = async (body: unknown) => {
  const response = await ask(edge.app, 'agent', 'POST', '/v1/drafts', body);
  return { ...(await response.json()), status: response.status };
};

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('bodies that are JSON and cannot be kept', () => {
  it.each([
    ['nested 100,000 deep', nested(100_000)],
    ['with fields nested 100,000 deep', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['nested and cut off', '['.repeat(1_000_000)],
    ['nested within a field', `{"input":${nested(5_000)},"to":${nested(5_000)}}`],
    ['with NUL in a name', '{"a\\u0000":1}'],
    ['with numbers beyond all', '{"revision":1e400,"limit":-1e308,"offset":9007199254740993}'],
  ])('%s are refused by every operation', async (_, body) => {
    const asked = operations().filter((operation) => operation.body);
    expect(asked.length).toBeGreaterThan(20);
    for (const { method, path } of asked) {
      for (const as of CALLERS) {
        const { status } = await send(as, method, path.replace(/\{\w+\}/g, '1'), body);
        expect(status, `${method} ${path} as ${as}`).toBeGreaterThanOrEqual(400);
        expect(status, `${method} ${path} as ${as}`).toBeLessThan(500);
      }
    }
  });

  it('names the text at fault', async () => {
    for (const [bad, path] of [
      ['a\0b', 'content.text'],
      ['\ud83d', 'content.text'],
      ['\ude00\ud83d', 'content.text'],
    ] as const) {
      const answer = await post({ ...DRAFT, content: { ...DRAFT.content, text: bad } });
      expect([answer.status, answer.code, answer.fields[0].path]).toEqual([422, 'invalid_request', path]);
    }
    const draft = { ...DRAFT, content: { ...DRAFT.content, to: ['ok@example.com', '\ud800@example.com'] } };
    expect((await post(draft)).fields[0].path).toBe('content.to.1');
  });

  it('takes what only looks like it', async () => {
    const text = 'a \\u0000 written out, 😀 as a pair, {{{{ and [[[[ as text';
    const draft = { ...DRAFT, content: { ...DRAFT.content, text: `${text}${'['.repeat(1_000)}"\\` } };
    expect((await post(draft)).status).toBe(201);
    const escaped = JSON.stringify(draft).replace('😀', '\\ud83d\\ude00');
    expect((await send('agent', 'POST', '/v1/drafts', escaped)).status).toBe(201);
  });

  it('looks at nothing of a caller who may not', async () => {
    expect((await send('ana', 'POST', '/v1/drafts', nested(5_000))).status).toBe(403);
  });
});

describe('rows of a batch that are JSON and cannot be kept', () => {
  it('are bad rows, and the others are not', async () => {
    const wanted = { name: 'x', inbox: 'support@acme.test', recipe: 'invoice-reminder', format: 'jsonl' };
    const { id } = await (await ask(edge.app, 'agent', 'POST', '/v1/batches', wanted)).json();
    const response = await edge.app.request(`/v1/batches/${id}/rows?offset=0`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${secret('agent')}`, 'Content-Type': 'application/x-ndjson' },
      body: `{"a":${nested(50_000)}}\n{"customer":{"name":"\\ud800"}}\n{"a":1}\n`,
    });
    expect(response.status).toBe(200);
    const { items } = await (await ask(edge.app, 'agent', 'GET', `/v1/batches/${id}/rows`)).json();
    const errors = items.map(({ error }: { error: { code: string; message: string } }) => [error.code, error.message]);
    expect(errors).toEqual([
      ['json', 'must not be nested deeper than 100 levels'],
      ['json', 'customer.name: must not contain NUL or half of a surrogate pair'],
      ['recipe_input', expect.any(String)],
    ]);
  });
});

describe('parameters nobody would send', () => {
  const HOSTILE = [
    '%00',
    '%ED%A0%80',
    '%FF',
    '-1',
    '1e308',
    '99999999999999999999',
    '..%2F..',
    '%F0%9F%98%80',
    "'%3B--",
  ];

  it.each(HOSTILE)('%s in place of any of them is no fault of the server', async (value) => {
    // A stream has no end, and whether all parts are ready depends on parts that are not here.
    const asked = operations().filter(({ path }) => path !== '/v1/events' && path !== '/v1/ready');
    for (const { method, path, parameters } of asked) {
      const query = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => `${name}=${value}`);
      const urls = [path.replace(/\{\w+\}/g, value), ...query.map((one) => `${path.replace(/\{\w+\}/g, '1')}?${one}`)];
      for (const url of urls) {
        // The wire to AgentMail is not there in this test.
        const { status } = await send('ben', method, url, method === 'GET' ? undefined : '{}');
        expect(status === 502 ? 200 : status, `${method} ${url}`).toBeLessThan(500);
      }
    }
  });
});

describe('times nobody can wait for', () => {
  it.each([
    { kind: 'at', at: '9999-12-31T23:59:59-23:59' },
    { kind: 'at', at: '2200-01-01T00:00:00Z' },
    { kind: 'at', at: '0001-01-01T00:00:00Z' },
    { kind: 'at', at: '2999-01-01T09:00', timeZone: 'Europe/Berlin' },
    { kind: 'window', timeZone: 'UTC', earliest: '9999-12-31T23:59:59-23:59' },
  ])('%j is no schedule', async (schedule) => {
    expect(await post({ ...DRAFT, schedule })).toMatchObject({ status: 422, code: 'invalid_request' });
  });

  it('takes a time that a timer can wait for', async () => {
    expect((await post({ ...DRAFT, schedule: { kind: 'at', at: '2199-12-31T23:59:59Z' } })).status).toBe(201);
    const schedule = { kind: 'at', at: '2030-12-31T23:59', timeZone: 'Asia/Tokyo' };
    expect((await post({ ...DRAFT, schedule })).status).toBe(201);
  });

  it('an instant beyond the year 9999 is no instant', async () => {
    const body = { entry: 'far@example.com', expiresAt: '9999-12-31T23:59:59-23:59' };
    expect((await ask(edge.app, 'ben', 'POST', '/v1/suppressions', body)).status).toBe(422);
    const last = { ...body, expiresAt: '9999-12-31T23:59:59Z' };
    expect((await ask(edge.app, 'ben', 'POST', '/v1/suppressions', last)).status).toBe(201);
  });
});

describe('what the document says', () => {
  it('of the settings of notifications holds for the answer', async () => {
    const answer = await (await ask(edge.app, 'ben', 'GET', '/v1/me/notifications')).json();
    expect(answer.available).toEqual({ email: expect.any(Boolean), slack: expect.any(Boolean) });
    // One closed object with every field: a closed object extended by another fits nothing.
    const schema = document.components.schemas.MyNotifications;
    expect(schema).toMatchObject({ properties: { available: {}, email: {}, digest: {} } });
    expect(schema).not.toHaveProperty('allOf');
    expect(Object.keys(answer).sort()).toEqual(Object.keys(Object(schema).properties).sort());
  });

  it('holds no closed object that another extends', () => {
    const closed = Object.entries(document.components.schemas).filter(([, schema]) => {
      const parts: unknown = Object(schema).allOf;
      if (!Array.isArray(parts)) return false;
      const resolved = parts.map((part) => document.components.schemas[String(part.$ref).replace(/.*\//, '')] ?? part);
      return resolved.some((part) => Object(part).additionalProperties === false);
    });
    expect(closed.map(([name]) => name)).toEqual([]);
  });
});
