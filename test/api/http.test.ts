import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, createEdge, type Edge, secret } from './support.ts';

const DRAFT = {
  inbox: 'support@acme.test',
  content: { to: ['Beck <beck@example.com>'], subject: 'Hi', text: 'Hello' },
};
let edge: Edge;
let deskDir: string;
beforeAll(async () => {
  deskDir = mkdtempSync(join(tmpdir(), 'countersign-desk-'));
  mkdirSync(join(deskDir, 'assets'));
  writeFileSync(join(deskDir, 'index.html'), '<!doctype html><title>Desk</title>');
  writeFileSync(join(deskDir, 'assets', 'app.js'), 'export {};');
  edge = await createEdge({ deskDir });
});
afterAll(async () => {
  await edge.close();
  rmSync(deskDir, { recursive: true });
});
const post = (body: unknown, headers: object = {}) => ask(edge.app, 'agent', 'POST', '/v1/drafts', body, headers);

describe('requests that are not right', () => {
  it.each([
    [{ ...DRAFT, surprise: 1 }, 'surprise', 'unknown field'],
    [
      { ...DRAFT, content: { ...DRAFT.content, to: ['a\r\nBcc: x@y.z'] } },
      'content.to.0',
      'must not contain line breaks',
    ],
    [{ ...DRAFT, content: { ...DRAFT.content, from: 'x@y.z' } }, 'content.from', 'unknown field'],
    [{ ...DRAFT, adopt: { draftId: 'd' } }, '', 'give exactly one of content, recipe and adopt (content, adopt given)'],
    [{ inbox: 'i' }, '', 'give exactly one of content, recipe and adopt (none given)'],
    [{ ...DRAFT, recipe: undefined, schedule: { kind: 'at', at: 'tomorrow' } }, 'schedule.at', undefined],
    [{ inbox: 'i', recipe: { name: 'no-such', input: {} } }, 'recipe.name', undefined],
    [{ inbox: 'i', recipe: { name: 'invoice-reminder', input: {} } }, 'recipe.input', undefined],
    [
      { ...DRAFT, content: { ...DRAFT.content, attachments: [{ filename: 'a', contentBase64: '%%%' }] } },
      'content.attachments.0.contentBase64',
      'must be base64',
    ],
  ])('names the field at fault: %j', async (body, path, message) => {
    const response = await post(body);
    const problem = await response.json();
    expect([response.status, response.headers.get('Content-Type'), problem.code]).toEqual([
      422,
      'application/problem+json',
      'invalid_request',
    ]);
    expect(problem.fields.map((field: { path: string }) => field.path)).toContain(path);
    if (message) expect(problem.fields.map((field: { message: string }) => field.message)).toContain(message);
    expect(problem.requestId).toBe(response.headers.get('X-Request-Id'));
  });

  it('tells malformed JSON, another media type and too much apart', async () => {
    const raw = (body: string, type: string) =>
      edge.app.request('/v1/drafts', {
        method: 'POST',
        body,
        headers: { Authorization: `Bearer ${secret('agent')}`, 'Content-Type': type },
      });
    const codes = async (response: Response) => [response.status, (await response.json()).code];
    expect(await codes(await raw('{', 'application/json'))).toEqual([400, 'malformed_json']);
    expect(await codes(await raw('a=b', 'application/x-www-form-urlencoded'))).toEqual([415, 'unsupported_media_type']);
    const large = JSON.stringify({ ...DRAFT, content: { text: 'x'.repeat(8 * 1024 * 1024) } });
    expect(await codes(await raw(large, 'application/json'))).toEqual([413, 'payload_too_large']);
  });

  it('says what a key is for when it is missing or unknown', async () => {
    const missing = await edge.app.request('/v1/me');
    expect([missing.status, missing.headers.get('WWW-Authenticate')]).toEqual([401, 'Bearer']);
    expect((await missing.json()).message).toContain('Authorization: Bearer KEY');
    for (const header of ['Bearer wrong', `Basic ${secret('ana')}`, `Bearer ${secret('ana')}x`, 'Bearer ']) {
      const response = await edge.app.request('/v1/me', { headers: { Authorization: header } });
      expect([header, response.status]).toEqual([header, 401]);
    }
    expect(await (await ask(edge.app, 'ana', 'GET', '/v1/me')).json()).toEqual({
      ...{ id: 'ana', name: 'Ana Ruiz', kind: 'person', roles: ['reviewer'] },
      ...{ groups: [], inboxes: null, via: 'key' },
    });
  });

  it('answers other methods of known paths with 405, unknown paths with 404', async () => {
    const wrong = await ask(edge.app, 'ana', 'DELETE', '/v1/drafts/abc');
    expect([wrong.status, wrong.headers.get('Allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    expect((await wrong.json()).code).toBe('method_not_allowed');
    const options = await ask(edge.app, null, 'OPTIONS', '/v1/drafts');
    expect([options.status, options.headers.get('Allow')]).toEqual([204, 'GET, HEAD, OPTIONS, POST']);
    expect(options.headers.get('Access-Control-Allow-Origin')).toBeNull();
    const nothing = await ask(edge.app, 'ana', 'GET', '/v1/nothing');
    expect([nothing.status, (await nothing.json()).code]).toEqual([404, 'not_found']);
  });

  it('answers HEAD as GET without a body, also for streams', async () => {
    for (const path of ['/v1/drafts', '/v1/events', '/v1/health']) {
      const response = await ask(edge.app, 'ana', 'HEAD', path);
      expect([path, response.status, await response.text()]).toEqual([path, 200, '']);
    }
  });

  it('refuses unknown query parameters and cursors that are none', async () => {
    expect((await ask(edge.app, 'ana', 'GET', '/v1/drafts?stat=sent')).status).toBe(422);
    expect((await ask(edge.app, 'ana', 'GET', '/v1/drafts?cursor=xyz')).status).toBe(422);
    expect((await ask(edge.app, 'ana', 'GET', '/v1/drafts?status=sent,nope')).status).toBe(422);
    const stream = await ask(edge.app, 'ana', 'GET', '/v1/events', undefined, { 'Last-Event-ID': 'garbage' });
    expect(stream.status).toBe(422);
  });

  it('keeps mail out of caches and frames', async () => {
    const { headers } = await ask(edge.app, 'ana', 'GET', '/v1/drafts');
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('X-Frame-Options')).toBe('DENY');
  });
});

describe('creating', () => {
  it('makes one draft of one request id, and refuses it for another email', async () => {
    const first = await post(DRAFT, { 'Idempotency-Key': 'order-1' });
    const again = await post({ ...DRAFT, requestId: 'order-1' });
    expect([first.status, again.status]).toEqual([201, 200]);
    const { id } = await first.json();
    expect((await again.json()).id).toBe(id);
    expect(edge.engine.started.filter((started) => started === id)).toHaveLength(2);
    const others = [
      { ...DRAFT, holdMs: 1 },
      { ...DRAFT, content: { ...DRAFT.content, text: 'Other' } },
      { inbox: DRAFT.inbox, adopt: { draftId: 'd' } },
    ];
    for (const other of others) {
      const conflict = await post(other, { 'Idempotency-Key': 'order-1' });
      expect([conflict.status, (await conflict.json()).code]).toEqual([409, 'idempotency_conflict']);
    }
    const stranger = await ask(edge.app, 'other', 'POST', '/v1/drafts', DRAFT, { 'Idempotency-Key': 'order-1' });
    expect(stranger.status).toBe(201);
    expect((await stranger.json()).id).not.toBe(id);
    expect((await post({ ...DRAFT, requestId: 'a' }, { 'Idempotency-Key': 'b' })).status).toBe(422);
  });

  it('refuses an AgentMail draft that another draft has, and takes a repeat of the first', async () => {
    const adopt = { inbox: DRAFT.inbox, adopt: { draftId: 'am-handed-over' } };
    expect((await post(adopt, { 'Idempotency-Key': 'adopt-1' })).status).toBe(201);
    expect((await post(adopt, { 'Idempotency-Key': 'adopt-1' })).status).toBe(200);
    const second = await ask(edge.app, 'other', 'POST', '/v1/drafts', adopt, { 'Idempotency-Key': 'adopt-2' });
    expect([second.status, (await second.json()).code]).toEqual([409, 'already_adopted']);
    for (const draftId of ['.', '..']) {
      expect((await post({ ...adopt, adopt: { draftId } })).status).toBe(422);
      expect((await post({ ...DRAFT, inbox: draftId })).status).toBe(422);
    }
  });

  it('refuses input of a recipe that is nested beyond reason, without falling over', async () => {
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const answer = await edge.app.request('/v1/drafts', {
      method: 'POST',
      headers: { Authorization: `Bearer ${secret('agent')}`, 'Content-Type': 'application/json' },
      body: `{"inbox":"${DRAFT.inbox}","recipe":{"name":"reply-to-thread","input":${nested}}}`,
    });
    expect(answer.status).toBe(422);
    expect((await answer.json()).message).toContain('nested deeper');
  });

  it('says how to repeat what Temporal did not take, and takes it then', async () => {
    edge.engine.startAnswer = 'unavailable';
    const failed = await post(DRAFT, { 'Idempotency-Key': 'order-2' });
    const problem = await failed.json();
    expect([failed.status, problem.code, failed.headers.get('Retry-After')]).toEqual([503, 'engine_unavailable', '2']);
    expect(problem.message).toContain('order-2');
    edge.engine.startAnswer = 'started';
    const repeated = await post(DRAFT, { 'Idempotency-Key': 'order-2' });
    expect([repeated.status, (await repeated.json()).id]).toEqual([200, problem.draftId]);
    expect(edge.engine.started.at(-1)).toBe(problem.draftId);
  });

  it('stores attachments by hash, and takes none by hash alone', async () => {
    const bytes = Buffer.from('%PDF-1.7 not really');
    const attachments = [
      { filename: 'a.pdf', contentType: 'application/pdf', contentBase64: bytes.toString('base64') },
    ];
    const { id } = await (await post({ ...DRAFT, content: { ...DRAFT.content, attachments } })).json();
    const row = await edge.store.getDraft(id);
    const stored = await edge.store.getDocument(id, row?.documentRef ?? '');
    const sha256 = await edge.store.putBlob(bytes);
    expect(stored).toMatchObject({ attachments: [{ filename: 'a.pdf', size: bytes.length, sha256 }] });
    const byHash = await post({
      inbox: DRAFT.inbox,
      recipe: {
        name: 'invoice-reminder',
        input: { attachment: { filename: 'a.pdf', contentType: 'a/b', sha256, size: 1 } },
      },
    });
    expect((await byHash.json()).message).toContain('a hash alone is not accepted');
  });
});

describe('documents', () => {
  it('publishes a valid OpenAPI 3.1 document of every route', async () => {
    const response = await edge.app.request('/openapi.json');
    expect(response.status).toBe(200);
    const document = await response.json();
    const result = await new Validator().validate(document);
    expect(result.errors ?? []).toEqual([]);
    expect([result.valid, document.openapi]).toEqual([true, '3.1.0']);
    const operations = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    expect(new Set(operations).size).toBe(operations.length);
    expect(operations.every(Boolean)).toBe(true);
    expect(JSON.stringify(document.components.schemas.DraftSummary.properties.reason)).toContain('null');
  });

  it('serves the desk with its own page as the fallback, and nothing outside of its folder', async () => {
    const page = await edge.app.request('/drafts/some-id', { headers: { Accept: 'text/html' } });
    expect([page.status, await page.text()]).toEqual([200, '<!doctype html><title>Desk</title>']);
    expect(page.headers.get('Content-Security-Policy')).toContain("script-src 'self';");
    const script = await edge.app.request('/assets/app.js');
    expect(script.headers.get('Content-Type')).toContain('text/javascript');
    expect(script.headers.get('Cache-Control')).toContain('immutable');
    for (const path of ['/assets/none.js', '/..%2f..%2fetc/passwd', '/%00', '/%ff', '/assets']) {
      expect([path, (await edge.app.request(path)).status]).toEqual([path, 404]);
    }
    const api = await edge.app.request('/v1/nothing', { headers: { Accept: 'text/html' } });
    expect(api.status).toBe(404);
  });
});

describe('settings', () => {
  it('shows and changes the oversight of an inbox', async () => {
    const { items } = await (await ask(edge.app, 'agent', 'GET', '/v1/inboxes')).json();
    expect(items).toMatchObject([{ id: 'support@acme.test', displayName: 'Support', mode: 'review_all' }]);
    const path = '/v1/inboxes/support%40acme.test';
    const paused = await ask(edge.app, 'olga', 'PATCH', path, { paused: true, pausedReason: 'audit' });
    expect(await paused.json()).toMatchObject({ paused: true, pausedReason: 'audit' });
    const resumed = await ask(edge.app, 'olga', 'PATCH', path, { paused: false });
    expect(await resumed.json()).toMatchObject({ paused: false, pausedReason: null });
    expect((await ask(edge.app, 'olga', 'PATCH', path, {})).status).toBe(422);
  });

  it('suppresses an address by its bare form and allows it again', async () => {
    const added = await ask(edge.app, 'ana', 'POST', '/v1/suppressions', {
      ...{ entry: 'Stop <STOP@Example.com>', note: 'asked' },
    });
    expect([added.status, (await added.json()).entry]).toEqual([201, 'stop@example.com']);
    const listed = await (await ask(edge.app, 'olga', 'GET', '/v1/suppressions?q=stop')).json();
    expect(listed.items).toMatchObject([{ entry: 'stop@example.com', createdBy: { id: 'ana', name: 'Ana Ruiz' } }]);
    expect((await ask(edge.app, 'olga', 'DELETE', '/v1/suppressions/stop%40example.com')).status).toBe(204);
    expect((await ask(edge.app, 'olga', 'DELETE', '/v1/suppressions/stop%40example.com')).status).toBe(404);
  });
});
