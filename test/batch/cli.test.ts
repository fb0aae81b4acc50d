import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../src/cli/environment.ts';
import { run } from '../../src/cli/run.ts';
import { createEdge, type Edge, secret } from '../api/support.ts';
import { note, noteCsv } from './support.ts';

let edge: Edge;
let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'countersign-batch-'));
  const keys = { agent: secret('agent'), reviewer: secret('ana'), operator: secret('olga') };
  writeFileSync(join(dir, 'credentials.json'), JSON.stringify({ url: 'http://app.test', keys }));
  edge = await createEdge({ recipes: new Map([[note.name, note]]) });
});
afterAll(async () => {
  await edge.close();
  rmSync(dir, { recursive: true });
});

async function cli(...args: string[]) {
  let out = '';
  let err = '';
  const code = await run(
    args,
    {
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
      fetch: async (input, init) => edge.app.fetch(new Request(input, init)),
    },
    '1.2.3',
  );
  return { code, out, err };
}

function file(name: string, content: string): string {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
}
const what = ['--recipe', 'note', '--inbox', 'support@acme.test'];

describe('countersign batch', () => {
  it('create uploads and says what is wrong; show, rows, list and results tell of it', async () => {
    const path = file('people.csv', noteCsv(5, 5));
    const made = await cli('batch', 'create', path, ...what, '--spread', '30m', '--window', 'Europe/Berlin', '--json');
    expect(made.err).toMatch(/goes on with `countersign batch upload batch-/);
    const batch = JSON.parse(made.out);
    expect(batch).toMatchObject({ name: 'people.csv', status: 'uploading', rows: { total: 5, waiting: 4, bad: 1 } });
    expect(batch.schedule).toMatchObject({ kind: 'window', spreadMs: 1_800_000 });
    expect((await cli('batch', 'show', batch.id)).out).toContain('5 rows: 0 started, 4 waiting, 1 bad');
    expect((await cli('batch', 'rows', batch.id, '--bad')).out).toMatch(/5 +bad +recipe note: to: /);
    expect((await cli('batch', 'list')).out).toContain(batch.id);
    const results = await cli('batch', 'results', batch.id, '--format', 'jsonl');
    expect(
      results.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).status),
    ).toEqual([...['waiting', 'waiting', 'waiting', 'waiting', 'bad']]);
  });

  it('upload goes on where it stopped', async () => {
    const whole = noteCsv(50);
    const half = file('half.csv', whole.slice(0, 700));
    const { id } = JSON.parse((await cli('batch', 'create', half, ...what, '--json')).out);
    const done = await cli('batch', 'upload', id, file('whole.csv', whole), '--json');
    expect(JSON.parse(done.out)).toMatchObject({ uploadedBytes: whole.length, rows: { total: 50, bad: 0 } });
    const shorter = await cli('batch', 'upload', id, half);
    expect(shorter).toMatchObject({ code: 1, err: expect.stringContaining('it is another one') });
  });

  it('upload mixes no two files: one that was changed before where it stopped is refused', async () => {
    const whole = noteCsv(50);
    const { id } = JSON.parse(
      (await cli('batch', 'create', file('part.csv', whole.slice(0, 700)), ...what, '--json')).out,
    );
    const edited = file('edited.csv', whole.replace('Person 3', 'Parson 3'));
    const refused = await cli('batch', 'upload', id, edited);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('first 700 bytes') });
    const { rows, uploadedBytes } = JSON.parse((await cli('batch', 'show', id, '--json')).out);
    expect([uploadedBytes, rows.total]).toEqual([700, expect.any(Number)]);
    expect((await cli('batch', 'upload', id, file('intact.csv', whole))).code).toBe(0);
  });

  it('--dry-run checks every row and leaves nothing that could start', async () => {
    const { out } = await cli('batch', 'create', file('dry.csv', noteCsv(4, 2)), ...what, '--dry-run');
    expect(out).toContain('4 rows: 2 good, 2 bad. Nothing was made.');
    const { items } = JSON.parse((await cli('batch', 'list', '--json')).out);
    expect(items.find(({ name }: { name: string }) => name === 'dry.csv').status).toBe('cancelled');
  });

  it('--map takes columns of another name', async () => {
    const path = file('crm.csv', 'E-Mail,Name,Score\na@example.com,Ana,7\n');
    const mapped = ['--map', 'E-Mail=to', '--map', 'Name=customer.name', '--json'];
    expect(JSON.parse((await cli('batch', 'create', path, ...what, ...mapped)).out).rows).toMatchObject({ waiting: 1 });
    const wrong = await cli('batch', 'create', path, ...what);
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('no field E-Mail') });
  });
});
