import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CreateDraft, createDraftSchema } from '../../src/api/schemas/index.ts';
import type { Io } from '../../src/cli/context.ts';
import { readEnvironment } from '../../src/cli/environment.ts';
import { run } from '../../src/cli/run.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';

let dir: string;
let database: TestDatabase;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'countersign-import-'));
  const keys = { agent: 'key-agent', reviewer: 'key-reviewer', operator: 'key-operator' };
  writeFileSync(join(dir, 'credentials.json'), JSON.stringify({ url: 'http://app.test', keys }));
  database = await createTestDatabase();
});
afterAll(async () => {
  await database?.drop();
  rmSync(dir, { recursive: true });
});

/** What became of drafts that were taken over, where it is not a review. */
const ENDS: Record<string, object> = {
  'draft-am-bad': { status: 'changes_requested', blocked: true },
  'draft-am-gone': { status: 'failed', reason: { code: 'adopt_failed', message: 'It could not be adopted.' } },
  'draft-am-sent': { status: 'sent' },
  'draft-am-back': { status: 'changes_requested' },
  'draft-am-lost': { status: 'needs_attention', reason: { code: 'unknown', message: 'Its answer was lost.' } },
};

/** A server that keeps what it is asked, checks bodies with the contract, and reads a draft back at the second look. */
class Server {
  readonly created = new Map<string, CreateDraft>();
  readonly decided: { id: string; key: string }[] = [];
  readonly keys: string[] = [];
  private readonly looks = new Map<string, number>();

  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    const key = request.headers.get('authorization') ?? '';
    const body: unknown = request.method === 'POST' ? await request.json() : null;
    if (pathname === '/v1/me') return Response.json({ id: 'key_ana', name: 'Ana Ruiz' });
    if (pathname === '/v1/drafts') {
      const draft = createDraftSchema.parse(body);
      this.keys.push(key);
      if (draft.inbox === 'nobody@acme.test') {
        const problem = { status: 422, code: 'invalid_request', message: 'no such inbox', title: '', requestId: 'r' };
        return Response.json(problem, { status: 422 });
      }
      this.created.set(draft.requestId ?? '', draft);
      return Response.json({ id: `draft-${draft.adopt?.draftId}`, status: 'composing' });
    }
    const [, id = ''] = /^\/v1\/drafts\/([^/]+)/.exec(pathname) ?? [];
    if (pathname.endsWith('/decisions')) {
      this.decided.push({ id, key, ...(body as object) });
      return Response.json({ status: id.endsWith('two') ? 'in_review' : 'scheduled' });
    }
    const look = (this.looks.get(id) ?? 0) + 1;
    this.looks.set(id, look);
    const base = { id, status: 'in_review', revision: 1, digest: 'd', blocked: false, reason: null };
    return Response.json({ ...base, ...(look === 1 && id === 'draft-am1' ? { status: 'composing' } : ENDS[id]) });
  };
}

async function cli(server: Server, ...args: string[]) {
  let out = '';
  let err = '';
  const io: Io = {
    env: readEnvironment({ COUNTERSIGN_DATA_DIR: dir }),
    write: (text) => {
      out += text;
    },
    writeError: (text) => {
      err += text;
    },
    ...{ columns: 100, color: false, interactive: false, stdinIsTerminal: false },
    readStdin: async () => '',
    prompt: async () => 'n',
    openEditor: async () => {},
    signal: new AbortController().signal,
    fetch: server.fetch,
  };
  const code = await run(['import-table', ...args], io, '1.2.3');
  return { code, out, err };
}

const CSV = [
  'draft_id,inbox_id,send_at,approved,created_by',
  'am1,billing@acme.test,2026-12-01T10:00:00+01:00,true,bot',
  'am2,billing@acme.test,,false,bot',
  'am3,billing@acme.test,2026-12-01 09:00,true,bot',
  ',billing@acme.test,,,',
  'am4,nobody@acme.test,,no,',
  'am-bad,billing@acme.test,,t,',
  'am-own,billing@acme.test,,t,ana ruiz',
  'am-gone,billing@acme.test,2026-12-01T10:00:00Z,t,',
  'am-sent,billing@acme.test,,t,',
  'am-two,billing@acme.test,,t,',
  'am-wait,billing@acme.test,2026-12-01T10:00:00Z,no,',
  '',
].join('\n');
const csvFile = () => {
  const file = join(dir, 'table.csv');
  writeFileSync(file, CSV);
  return file;
};
const json = (out: string) =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('import-table --csv', () => {
  test('a dry run asks nobody for anything', async () => {
    const server = new Server();
    const { code, err } = await cli(server, '--csv', csvFile(), '--dry-run');
    expect([code, server.keys]).toEqual([1, []]);
    expect(err).toContain('9 would adopt, 2 failed');
  });

  test('each row is taken over at its time, one that fails stops no other, a repeat asks for the same', async () => {
    const server = new Server();
    const { code, out, err } = await cli(server, '--csv', csvFile(), '--json');
    expect(code).toBe(1);
    const reports = new Map(json(out).map((report) => [report.row, report]));
    expect(reports.get('am1')).toMatchObject({
      outcome: 'adopted',
      draftId: 'draft-am1',
      note: expect.stringContaining('waits for a review'),
    });
    expect(reports.get('am2')).toMatchObject({ outcome: 'adopted', sendAt: null });
    expect(reports.get('am3')).toMatchObject({ outcome: 'failed', note: expect.stringContaining('offset') });
    expect(reports.get('row 4')).toMatchObject({ outcome: 'failed', note: 'has no draft_id' });
    expect(reports.get('am4')).toMatchObject({ outcome: 'failed', note: 'no such inbox' });
    // What cannot be read back, for example because AgentMail has it no more, was not taken over.
    expect(reports.get('am-gone')).toMatchObject({
      outcome: 'failed',
      note: 'its status is failed: It could not be adopted.',
    });
    expect(reports.get('am-bad')).toMatchObject({ outcome: 'adopted', note: expect.stringContaining('errors') });
    expect(err).toContain('7 adopted, 4 failed');
    const bodies = [...server.created.values()];
    expect(bodies.map(({ adopt, schedule }) => [adopt?.draftId, schedule])).toEqual(
      expect.arrayContaining([
        ['am1', { kind: 'at', at: '2026-12-01T09:00:00.000Z' }],
        ['am2', { kind: 'held' }],
        // Not approved in the table: its inbox may let go by its time alone.
        ['am-wait', { kind: 'held' }],
      ]),
    );
    expect(server.decided).toEqual([]);
    expect(new Set(server.keys)).toEqual(new Set(['Bearer key-agent']));
    await cli(server, '--csv', csvFile());
    expect([...server.created.values()]).toHaveLength(bodies.length);
  });

  test('approvals are kept in the name of the reviewer, for what was read back', async () => {
    const server = new Server();
    const { code, out } = await cli(server, '--csv', csvFile(), '--keep-approvals', '--json');
    expect(code).toBe(1);
    expect(server.decided.map(({ id }) => id).sort()).toEqual(['draft-am-two', 'draft-am1']);
    expect(server.decided).toContainEqual({
      id: 'draft-am1',
      key: 'Bearer key-reviewer',
      decision: 'approve',
      revision: 1,
      digest: 'd',
      comment: 'Approved in the table it comes from, made there by bot.',
      decisionId: 'draft-am1-table-r1',
    });
    const reports = new Map(json(out).map((report) => [report.row, report]));
    expect(reports.get('am1')).toMatchObject({ outcome: 'approved', createdBy: 'bot' });
    expect(reports.get('am-own')).toMatchObject({ outcome: 'adopted', note: expect.stringContaining('somebody else') });
    expect(reports.get('am-bad')).toMatchObject({ outcome: 'failed', note: expect.stringContaining('checks') });
    expect(reports.get('am-gone')).toMatchObject({
      outcome: 'failed',
      note: 'its status is failed: It could not be adopted.',
    });
    expect(reports.get('am-sent')).toMatchObject({ outcome: 'approved', note: 'its status is sent' });
    expect(reports.get('am-two')).toMatchObject({ outcome: 'adopted', note: expect.stringContaining('else, too') });
  });

  test('what people sent back, and what AgentMail never answered, are said as such', async () => {
    const file = join(dir, 'again.csv');
    const [header = ''] = CSV.split('\n');
    const rows = ['am-back', 'am-lost'].map((id) => `${id},billing@acme.test,,t,`);
    writeFileSync(file, [header, ...rows, ''].join('\n'));
    const notes = async (...options: string[]) =>
      new Map(json((await cli(new Server(), '--csv', file, '--json', ...options)).out).map((one) => [one.row, one]));
    const kept = await notes('--keep-approvals');
    expect(kept.get('am-back')).toMatchObject({
      outcome: 'failed',
      note: 'somebody asked for changes; it waits for a new revision',
    });
    expect(kept.get('am-lost')).toMatchObject({ outcome: 'approved', note: 'its status is needs attention' });
    const adopted = await notes();
    expect([...adopted.values()].map(({ outcome }) => outcome)).toEqual(['adopted', 'adopted']);
  });

  test('a file without the columns, and none at all, is said', async () => {
    const file = join(dir, 'other.csv');
    writeFileSync(file, 'id,inbox\n1,2\n');
    expect(await cli(new Server(), '--csv', file)).toMatchObject({ code: 2, err: expect.stringContaining('draft_id') });
    expect(await cli(new Server(), '--csv', join(dir, 'none.csv'))).toMatchObject({ code: 2 });
    expect(await cli(new Server())).toMatchObject({ code: 2, err: expect.stringContaining('--from') });
  });
});

describe('import-table --from', () => {
  test('reads a table page by page, and only reads', async () => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query(`create schema old`);
    await client.query(
      `create table old."Mail queue" (draft_id text, inbox_id text, send_at timestamptz, approved boolean, created_by text)`,
    );
    await client.query(
      `insert into old."Mail queue" select 'am' || n, 'billing@acme.test', timestamptz '2026-12-01 09:00+00', true, 'bot'
       from generate_series(1, 1100) n`,
    );
    const server = new Server();
    const result = await cli(server, '--from', database.url, '--table', 'old.Mail queue');
    expect([result.code, server.created.size]).toEqual([0, 1100]);
    expect(result.err).toContain('1100 adopted');
    expect(result.err).toContain('1000 rows, 0 failed');
    expect([...server.created.values()][0]?.schedule).toEqual({ kind: 'at', at: '2026-12-01T09:00:00.000Z' });
    await client.end();
  });

  test('the same draft id in two inboxes is two rows, also across pages, and rows without an id are all told', async () => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query(
      `create table twins (draft_id text, inbox_id text, send_at timestamptz, approved boolean, created_by text)`,
    );
    // The 500th row in order is the first of the twins.
    await client.query(
      `insert into twins select 'am' || lpad(n::text, 4, '0'), 'a@acme.test' from generate_series(1, 500) n`,
    );
    await client.query(`insert into twins values ('am0500', 'b@acme.test'), (null, 'a@acme.test'), (null, null)`);
    const server = new Server();
    const result = await cli(server, '--from', database.url, '--table', 'twins');
    expect([result.code, server.created.size]).toEqual([1, 501]);
    expect(result.err).toContain('501 adopted, 2 failed');
    await client.end();
  });

  test('a table that is not there is said', async () => {
    const result = await cli(new Server(), '--from', database.url, '--table', 'nope"; drop table x; --');
    expect(result).toMatchObject({ code: 2, err: expect.stringContaining('cannot be read') });
  });
});
