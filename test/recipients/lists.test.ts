import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Io } from '../../src/cli/context.ts';
import { readEnvironment } from '../../src/cli/environment.ts';
import { run } from '../../src/cli/run.ts';
import { ask, secret } from '../api/support.ts';
import { createHooked, deliver, draftTo, type HookedEdge, received, signed } from './support.ts';

let edge: HookedEdge;
let other: HookedEdge;
let dir: string;
beforeAll(async () => {
  [edge, other] = await Promise.all([createHooked(), createHooked()]);
  dir = mkdtempSync(join(tmpdir(), 'countersign-lists-'));
  const keys = { agent: secret('agent'), reviewer: secret('ana'), operator: secret('olga') };
  writeFileSync(join(dir, 'credentials.json'), JSON.stringify({ url: 'http://app.test', keys }));
});
afterAll(async () => {
  await Promise.all([edge.close(), other.close()]);
  rmSync(dir, { recursive: true });
});

async function cli(args: string[], given: Partial<Io> & { stdin?: string; at?: HookedEdge } = {}) {
  const { stdin = '', at = edge, ...io } = given;
  const texts = { out: '', err: '' };
  const code = await run(
    args,
    {
      env: readEnvironment({ COUNTERSIGN_DATA_DIR: dir }),
      write: (text) => {
        texts.out += text;
      },
      writeError: (text) => {
        texts.err += text;
      },
      ...{ columns: 160, color: false, interactive: false, stdinIsTerminal: false },
      ...{ readStdin: async () => stdin, prompt: async () => 'n', openEditor: async () => {} },
      signal: new AbortController().signal,
      fetch: async (input, init) => at.app.fetch(new Request(input, init)),
      ...io,
    },
    '1.2.3',
  );
  return { code, ...texts };
}
const file = (name: string, text: string) => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};
const entries = async (at: HookedEdge) =>
  (await at.store.listSuppressions({ limit: 1_000 })).items.map(({ entry, scope, reason, note, expiresAtMs }) => [
    ...[entry, scope, reason, note, expiresAtMs],
  ]);

describe('suppressions in files', () => {
  const GOOD = [
    'Email,Scope,Reason,Note,expires_at,whatever',
    'Ann <ANN@Example.com>,,,,,x',
    '"bo+tag@example.com",organization,complaint,"said ""never"", twice",,',
    'bücher.example,billing@agentmail.to,hard_bounce,,2030-01-02T03:04:05Z,',
    '=sum@example.com,,manual,=1+1,,',
    "'quoted@example.com,,manual,'@x,,",
  ];
  const BAD = ['not an address,,,,,', 'eve@example.com,,bored,,,', 'eve@example.com,,complaint,,2030-01-01T00:00:00Z,'];

  it('are checked by a dry run that changes nothing, and imported but for the bad rows', async () => {
    const csv = file('list.csv', `\uFEFF${[...GOOD, ...BAD, GOOD[1]].join('\r\n')}\r\n`);
    const waiting = await draftTo(edge.store, ['ann@example.com']);
    const dry = await cli(['suppressions', 'import', csv, '--dry-run']);
    expect(dry.out).toBe('5 would be added, 1 already there, 3 not usable.\n');
    expect([dry.code, await entries(edge), edge.engine.noticed]).toEqual([1, [], []]);
    const imported = await cli(['suppressions', 'import', csv, '--json']);
    const result = JSON.parse(imported.out);
    expect(result).toMatchObject({ dryRun: false, added: 5, unchanged: 1 });
    expect(result.invalid.map(({ line }: { line: number }) => line)).toEqual([7, 8, 9]);
    expect(JSON.stringify(result.invalid)).toMatch(/entry: must be an address.*reason.*expiresAt: cannot expire/);
    expect(await entries(edge)).toEqual([
      ["'quoted@example.com", 'organization', 'manual', '@x', null],
      ['=sum@example.com', 'organization', 'manual', '=1+1', null],
      ['ann@example.com', 'organization', 'imported', null, null],
      ['bo+tag@example.com', 'organization', 'complaint', 'said "never", twice', null],
      ['xn--bcher-kva.example', 'billing@agentmail.to', 'hard_bounce', null, Date.UTC(2030, 0, 2, 3, 4, 5)],
    ]);
    expect(edge.engine.noticed).toEqual([waiting]);
    const again = await cli(['suppressions', 'import', csv]);
    expect(again.out).toBe('0 added, 6 already there, 3 not usable.\n');
  });

  it('come back the same from an export, which no spreadsheet runs', async () => {
    const out = join(dir, 'export.csv');
    expect((await cli(['suppressions', 'export', out])).code).toBe(0);
    const csv = readFileSync(out, 'utf8');
    expect(csv.split('\n')[0]).toBe('entry,scope,reason,note,source,created_by,created_at,expires_at');
    for (const cell of csv.split(/[,\n]/)) expect(cell).not.toMatch(/^[=+\-@]/);
    expect((await cli(['suppressions', 'export'])).out).toBe(csv);
    expect((await cli(['suppressions', 'import', '-'], { stdin: csv, at: other })).code).toBe(0);
    expect(await entries(other)).toEqual(await entries(edge));
  });

  it('are sent in pieces, with a bar for whoever watches', async () => {
    const rows = Array.from({ length: 1_201 }, (_, i) => `u${i}@many.example`);
    const csv = file('many.csv', rows.join('\n'));
    const watched = await cli(['suppressions', 'import', csv], { at: other, interactive: true });
    expect(watched.out).toBe('1201 added, 0 already there, 0 not usable.\n');
    expect(watched.err).toMatch(/\[#+\.*\] \d+% 500 rows imported/);
    expect(watched.err).toContain('100% 1201 rows imported');
    expect((await cli(['suppressions', 'import', csv, '--dry-run'], { at: other })).err).toBe('');
  });

  it('are counted once by a dry run in pieces, as they would be added', async () => {
    const rows = Array.from({ length: 600 }, (_, i) => `d${i}@dry.example,hard_bounce,2040-01-01T00:00:00Z`);
    const again = [
      'D1@dry.example,hard_bounce,2039-01-01T00:00:00Z',
      'd2@dry.example,hard_bounce,',
      'd3@dry.example,manual,',
      'd4@dry.example,bored,',
    ];
    const csv = file('dry.csv', ['entry,reason,expires_at', ...rows, ...again].join('\n'));
    const dry = await cli(['suppressions', 'import', csv, '--dry-run'], { at: other });
    expect(dry.out).toBe('602 would be added, 1 already there, 1 not usable.\n');
    const done = await cli(['suppressions', 'import', csv], { at: other });
    expect(done.out).toBe('602 added, 1 already there, 1 not usable.\n');
  });

  it.each([
    ['no column of entries', 'name,phone\nann,1', 2, 'names no column "entry"'],
    ['a quote without an end', 'entry\n"ann@example.com', 2, 'Quote'],
  ])('with %s are refused', async (_, text, code, says) => {
    const refused = await cli(['suppressions', 'import', file('bad.csv', text)]);
    expect([refused.code, refused.err]).toEqual([code, expect.stringContaining(says)]);
  });

  it('that are not there are named', async () => {
    const refused = await cli(['suppressions', 'import', join(dir, 'none.csv')]);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('none.csv')]);
  });
});

describe('suppressions one by one', () => {
  it('are added with scope, reason and end, and lifted', async () => {
    const add = [
      'suppressions',
      'add',
      'Stop@Later.example',
      '--inbox',
      'billing@agentmail.to',
      '--reason',
      'hard_bounce',
    ];
    const added = JSON.parse((await cli([...add, '--for', '30d', '--note', 'full', '--json'])).out);
    expect(added).toMatchObject({
      entry: 'stop@later.example',
      kind: 'address',
      scope: 'billing@agentmail.to',
      note: 'full',
    });
    expect(Date.parse(added.expiresAt)).toBeGreaterThan(Date.now() + 29 * 86_400_000);
    expect((await cli(['suppressions', 'list', 'later'])).out).toContain('hard_bounce');
    expect((await cli(['suppressions', 'remove', 'stop@later.example'])).code).toBe(4);
    const lift = ['suppressions', 'remove', 'stop@later.example', '--inbox', 'billing@agentmail.to'];
    expect((await cli(lift)).code).toBe(0);
    expect((await cli(['suppressions', 'add', 'x@y.example', '--reason', 'complaint', '--for', '1d'])).code).toBe(2);
  });

  it('mirror where the settings say so', async () => {
    const mirrored = async (at: HookedEdge, body: object) => {
      await ask(at.app, 'ana', 'POST', '/v1/suppressions', body);
      return (await at.store.pendingMirrors({ nowMs: Date.now(), limit: 9 })).map(({ entry, scope }) => [entry, scope]);
    };
    expect(await mirrored(edge, { entry: 'a@mirror.example' })).toEqual([]);
    await edge.store.putInbox('in@agentmail.to', { mirrorSuppressions: true });
    const scoped = { entry: 'b@mirror.example', scope: 'in@agentmail.to' };
    expect(await mirrored(edge, scoped)).toEqual([['b@mirror.example', 'in@agentmail.to']]);
    const whole = await createHooked({ mirrorSuppressions: true });
    expect(await mirrored(whole, { entry: 'mirror.example' })).toEqual([['mirror.example', 'organization']]);
    await whole.close();
  });
});

describe('what recipients prefer', () => {
  it('is set, kept, shown and forgotten', async () => {
    const address = 'Ann+x@prefs.example';
    expect((await cli(['recipients', 'show', address])).code).toBe(4);
    const quiet = [
      '--time-zone',
      'Asia/Tokyo',
      '--quiet',
      '22:00-07:30',
      '--opt-out',
      'newsletter',
      '--opt-out',
      'offers',
    ];
    expect((await cli(['recipients', 'set', address, ...quiet])).out).toContain('22:00 to 07:30');
    const changed = await cli(['recipients', 'set', address, '--opt-in', 'offers', '--quiet', 'none', '--json']);
    expect(JSON.parse(changed.out)).toMatchObject({
      ...{ address: 'ann+x@prefs.example', timeZone: 'Asia/Tokyo', quietHours: null, optedOut: ['newsletter'] },
      updatedBy: { name: 'Ana Ruiz' },
    });
    const path = `/v1/recipients/${encodeURIComponent(address)}/preferences`;
    expect((await ask(edge.app, 'olga', 'DELETE', path)).status).toBe(204);
    expect((await ask(edge.app, 'olga', 'GET', path)).status).toBe(404);
  });

  it.each([
    { timeZone: 'Mars/Olympus' },
    { quietHours: { from: '25:00', to: '07:00' } },
    { quietHours: { from: '07:00', to: '07:00' } },
    { language: 'not a language' },
    { optedOut: ['News Letter'] },
    {},
  ])('%j is refused', async (body) => {
    const response = await ask(edge.app, 'ana', 'PUT', '/v1/recipients/a%40b.example/preferences', body);
    expect(response.status).toBe(422);
  });
});

it('proposals are listed and decided on from the command line', async () => {
  await deliver(edge, signed(received({ from: 'gone@props.example', text: 'unsubscribe' })));
  const { items } = JSON.parse((await cli(['proposals', 'list', '--json'])).out);
  expect((await cli(['proposals', 'list'])).out).toContain('gone@props.example');
  expect((await cli(['proposals', 'accept', items[0].id])).out).toBe('gone@props.example is suppressed.\n');
  expect((await cli(['proposals', 'dismiss', items[0].id])).code).toBe(3);
  expect((await cli(['proposals', 'list'])).err).toContain('Nobody asked');
});
