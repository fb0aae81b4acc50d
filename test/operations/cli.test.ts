import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readEnvironment } from '../../src/cli/environment.ts';
import { run } from '../../src/cli/run.ts';
import type { Operation } from '../../src/client/index.ts';
import { ask, createEdge, type Edge, secret } from '../api/support.ts';

let edge: Edge;
let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'countersign-fleet-'));
  const keys = { agent: secret('agent'), reviewer: secret('ana'), operator: secret('olga') };
  writeFileSync(join(dir, 'credentials.json'), JSON.stringify({ url: 'http://app.test', keys }));
  edge = await createEdge();
  for (const subject of ['First', 'Second']) {
    const content = { to: ['beck@example.com'], subject, text: 'Hello' };
    await ask(edge.app, 'agent', 'POST', '/v1/drafts', { inbox: 'support@acme.test', content });
  }
});
afterAll(async () => {
  await edge.close();
  rmSync(dir, { recursive: true });
});

async function cli(args: string[], { answer = 'n', interactive = false } = {}) {
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
      ...{ columns: 100, color: false, interactive, stdinIsTerminal: false },
      readStdin: async () => '',
      prompt: async () => answer,
      openEditor: async () => {},
      signal: new AbortController().signal,
      fetch: async (input, init) => edge.app.fetch(new Request(input, init)),
    },
    '1.2.3',
  );
  return { code, out, err };
}

it('previews, asks, and tells what is wrong with a wish', async () => {
  const preview = await cli(['fleet', 'preview', 'pause', '--inbox', 'support@acme.test', '--comment', 'wrong prices']);
  expect(preview.out).toContain('2 drafts match: 2 can take it, 0 cannot');
  const made: Operation = JSON.parse((await cli(['--json', 'fleet', 'preview', 'recompose', '--all'])).out);
  expect(made).toMatchObject({ action: 'recompose', status: 'previewed', counts: { waiting: 0, skipped: 2 } });
  expect((await cli(['fleet', 'show', made.id])).out).toContain('2 left: No recipe made it');
  expect((await cli(['fleet', 'results', made.id])).out).toContain(',skipped,no_recipe,');

  const refused = await cli(['fleet', 'run', 'pause', '--all']);
  expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('give --yes') });
  const no = await cli(['fleet', 'run', 'pause', '--all'], { interactive: true });
  expect(no.code).toBe(0);
  expect((await cli(['fleet', 'list'])).err).toContain('No operations.');
  for (const [args, message] of [
    [['pause'], 'Say which drafts'],
    [['stop', '--all'], 'is none of pause'],
    [['pause', 'draft-1', '--all'], 'not both'],
    [['reassign', '--all'], 'Say to whom'],
  ] as const) {
    expect(await cli(['fleet', 'preview', ...args])).toMatchObject({ code: 2, err: expect.stringContaining(message) });
  }
  expect((await cli(['fleet', 'cancel', 'operation-none'])).code).toBe(4);
});
