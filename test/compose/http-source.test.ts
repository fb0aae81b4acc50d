import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { fetchHttpSource, type SourceStep } from '../../src/compose/index.ts';
import { guardedFetch, type SourceFetch } from '../../src/compose/sources/guarded-fetch.ts';
import { isPrivateAddress } from '../../src/compose/sources/private-address.ts';

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((one) => new Promise((done) => one.close(done).closeAllConnections())));
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const step = (
  url: string,
  part: { headers?: Record<string, string>; allowedHosts?: string[] } = {},
  timeoutMs = 2_000,
): SourceStep => ({
  id: 'customer',
  kind: 'source',
  timeoutMs,
  maxAttempts: 1,
  source: { type: 'http', url, method: 'GET', headers: {}, allowedHosts: [], ...part },
});
const json =
  (value: unknown): RequestListener =>
  (_request, response) =>
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value));
const local = { allowedHosts: ['127.0.0.1'] };
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

test('gets JSON, with secrets in headers', async () => {
  let seen: IncomingHttpHeaders = {};
  const url = await serve((request, response) => {
    seen = request.headers;
    json({ name: 'Zoë' })(request, response);
  });
  const data = await fetchHttpSource(step(`${url}/c/1`, { headers: { Authorization: 'crm' } }), {
    ...local,
    secrets: { crm: 'Bearer s3' },
  });
  expect(data).toEqual({ name: 'Zoë' });
  expect(seen).toMatchObject({ authorization: 'Bearer s3', accept: 'application/json' });
});

test.each<[string, string, string[], RegExp]>([
  ['no list', 'https://crm.example/', [], /host crm\.example is not on the list/],
  ['another host', 'https://crm.example.evil.example/', ['crm.example', '*.crm.example'], /not on the list/],
  ['the suffix itself', 'https://crm.example/', ['*.crm.example'], /not on the list/],
  ['a look-alike suffix', 'https://evilcrm.example/', ['*.crm.example'], /not on the list/],
  ['plain http', 'http://crm.example/', ['crm.example'], /https is needed/],
  ['plain http by pattern', 'http://a.localhost/', ['*.localhost'], /https is needed/],
  ['a password in the URL', 'https://u:p@crm.example/', ['crm.example'], /carries a password/],
  ['a private address by pattern', 'https://10.0.0.1/', ['*.0.0.1'], /not a public one/],
])('refused: %s', async (_name, url, allowedHosts, message) => {
  const error = await failure(fetchHttpSource(step(url), { allowedHosts }));
  expect(error).toMatchObject({ code: 'source_refused', step: 'customer', retryable: false });
  expect(String(error)).toMatch(message);
});

test('a recipe narrows the hosts and a secret must be configured', async () => {
  const narrowed = step('https://crm.example/', { allowedHosts: ['other.example'] });
  expect(
    String(await failure(fetchHttpSource(narrowed, { allowedHosts: ['*'.concat('.example'), 'crm.example'] }))),
  ).toMatch(/one the recipe allows/);
  const secret = step('https://crm.example/', { headers: { 'x-key': 'toString' } });
  expect(String(await failure(fetchHttpSource(secret, { allowedHosts: ['crm.example'], secrets: {} })))).toMatch(
    /secret toString is not configured/,
  );
});

test.each<[string, RequestListener, object]>([
  [
    '503',
    (_q, r) => r.writeHead(503, { 'retry-after': '3' }).end('private body'),
    { code: 'source_failed', retryable: true, retryAfterMs: 3_000 },
  ],
  [
    '429',
    (_q, r) => r.writeHead(429).end('private body'),
    { code: 'source_failed', retryable: true, retryAfterMs: null },
  ],
  ['404', (_q, r) => r.writeHead(404).end('private body'), { code: 'source_refused', retryable: false }],
  [
    'HTML',
    (_q, r) => r.writeHead(200, { 'content-type': 'text/html' }).end('private body'),
    { code: 'source_invalid' },
  ],
  [
    'broken JSON',
    (_q, r) => r.writeHead(200, { 'content-type': 'application/json' }).end('{"a": private body'),
    { code: 'source_invalid' },
  ],
  ['2 MB', (q, r) => json('private body'.repeat(200_000))(q, r), { code: 'source_invalid' }],
  [
    'a broken answer',
    (_q, r) => {
      r.writeHead(200, { 'content-type': 'application/json', 'content-length': '99' }).write('{');
      setTimeout(() => r.destroy(), 20);
    },
    { code: 'source_failed', retryable: true },
  ],
])('an answer of %s is an error without the body', async (_name, listener, expected) => {
  const error = await failure(fetchHttpSource(step(await serve(listener)), local));
  expect(error).toMatchObject({ step: 'customer', ...expected });
  expect(`${error} ${(error as Error).cause} ${(error as Error).stack}`).not.toContain('private body');
});

test('a server that does not answer in time, and one that is not there', async () => {
  const silent = await serve(() => {});
  const late = await failure(fetchHttpSource(step(silent, {}, 200), local));
  expect(late).toMatchObject({ code: 'source_failed', retryable: true });
  expect(String(late)).toMatch(/no answer in time/);
  const gone = await failure(fetchHttpSource(step('http://127.0.0.1:1/'), local));
  expect(String(gone)).toMatch(/ECONNREFUSED/);
});

test('redirects: within the hosts only, secrets stay with their origin', async () => {
  const seen: (string | undefined)[] = [];
  const target = await serve((request, response) => {
    seen.push(request.headers.authorization);
    json({ ok: true })(request, response);
  });
  const to = (location: string) => serve((_request, response) => response.writeHead(302, { location }).end());
  const secret = { headers: { authorization: 'crm' } };
  const options = { ...local, secrets: { crm: 's3' } };
  expect(await fetchHttpSource(step(await to(`${target}/next`), secret), options)).toEqual({ ok: true });
  expect(seen).toEqual([undefined]);
  for (const location of [
    'http://169.254.169.254/meta',
    'https://evil.example/',
    'file:///etc/passwd',
    `http://localhost${new URL(target).port}/`,
  ]) {
    expect(await failure(fetchHttpSource(step(await to(location)), local))).toMatchObject({ code: 'source_refused' });
  }
  const loop: string = await serve((_request, response) => response.writeHead(302, { location: '/again' }).end());
  expect(String(await failure(fetchHttpSource(step(loop), local)))).toMatch(/more than 3 redirects/);
});

test('only a host that is named exactly may be private', async () => {
  const asked: boolean[] = [];
  const fetch: SourceFetch = async (_url, { allowPrivate }) => {
    asked.push(allowPrivate);
    return { status: 404, headers: { get: () => null }, body: (async function* () {})() };
  };
  await failure(fetchHttpSource(step('https://a.corp.example/'), { allowedHosts: ['*.corp.example'], fetch }));
  await failure(
    fetchHttpSource(step('https://A.corp.example./'), { allowedHosts: ['*.corp.example', 'a.corp.example'], fetch }),
  );
  expect(asked).toEqual([false, true]);
});

test('a name that resolves to this machine is not asked', async () => {
  const url = new URL(await serve(json({ secret: true })));
  url.hostname = 'localhost';
  const options = { headers: {}, signal: AbortSignal.timeout(2_000) };
  await expect(guardedFetch(url, { ...options, allowPrivate: false })).rejects.toThrow(/not public/);
});

test.each([
  '10.1.2.3',
  '127.0.0.1',
  '169.254.169.254',
  '172.31.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '0.0.0.0',
  '::1',
  '::',
  'fe80::1',
  'fd00::1',
  '::ffff:10.0.0.1',
  '::ffff:7f00:1',
  '64:ff9b::a00:1',
  '2002:a00:1::',
  '2001:db8::1',
  '255.255.255.255',
  'not an address',
])('%s is not public', (address) => expect(isPrivateAddress(address)).toBe(true));
test.each(['1.1.1.1', '93.184.216.34', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])('%s is public', (address) =>
  expect(isPrivateAddress(address)).toBe(false),
);
