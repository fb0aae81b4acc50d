import { afterAll, beforeAll, expect, it } from 'vitest';
import { readEnvironment } from '../../src/cli/environment.ts';
import { run } from '../../src/cli/run.ts';
import { createEdge, type Edge, type KeyId, secret } from '../api/support.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await createEdge();
});
afterAll(() => edge.close());

async function cli(as: KeyId, ...args: string[]) {
  let out = '';
  let err = '';
  const variables = { COUNTERSIGN_URL: 'http://app.test', COUNTERSIGN_API_KEY: secret(as) };
  const code = await run(
    args,
    {
      env: readEnvironment(variables),
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

it('pauses and resumes all, an inbox, a recipe, an agent or a batch', async () => {
  const targets = [['all'], ['inbox', 'a@acme.test'], ['recipe', 'r'], ['agent', 'agent'], ['batch', 'b-1']];
  for (const target of targets) expect((await cli('ana', 'pause', ...target, '--reason', 'audit')).code).toBe(0);
  const { out } = await cli('ana', 'pauses');
  for (const [kind = '', id = ''] of targets) expect(out).toMatch(new RegExp(`${kind} +${id} +audit +Ana Ruiz`));
  expect(JSON.parse((await cli('ana', 'pauses', '--json')).out).items).toHaveLength(5);
  expect(await cli('ana', 'resume', 'all')).toMatchObject({ code: 3, err: expect.stringContaining('operator') });
  for (const target of targets) {
    const { code, out } = await cli('olga', 'resume', ...target);
    expect([code, out]).toEqual([0, expect.stringMatching(/^Resumed: .*checked again: 0\.\n$/)]);
  }
  expect((await cli('olga', 'resume', 'all')).code).toBe(4);
  expect((await cli('ana', 'pauses')).err).toContain('Nothing is paused.');
});

it('says how to name what is to be paused', async () => {
  expect(await cli('ana', 'pause', 'inbox')).toMatchObject({ code: 2, err: expect.stringContaining('which inbox') });
  expect(await cli('ana', 'pause', 'all', 'x')).toMatchObject({ code: 2, err: expect.stringContaining('no id') });
  expect((await cli('ana', 'pause', 'moon', 'x')).code).toBe(2);
  expect((await cli('agent', 'pause', 'all')).code).toBe(3);
});

it('sets, lists and removes limits', async () => {
  expect((await cli('olga', 'limits', 'list')).err).toContain('no limits');
  const set = await cli('olga', 'limits', 'set', 'inbox', '*', '10/s', '500/1h');
  expect([set.code, set.out]).toEqual([0, 'inbox * (each): at most 10/1s, 500/1h.\n']);
  expect((await cli('olga', 'limits', 'set', 'domain', 'example.com', '1/500ms')).code).toBe(2);
  expect((await cli('olga', 'limits', 'set', 'domain', 'example.com', '1/2s')).code).toBe(0);
  expect((await cli('ana', 'limits', 'set', 'inbox', '*', '10/s')).code).toBe(3);
  const { out } = await cli('ana', 'limits', 'list');
  expect(out).toMatch(/inbox +\* \(each\) +10\/1s, 500\/1h/);
  expect(out).toMatch(/recipient_domain +example\.com +1\/2s/);
  for (const target of [
    ['inbox', '*'],
    ['domain', 'example.com'],
  ]) {
    expect((await cli('olga', 'limits', 'remove', ...target)).code).toBe(0);
    expect((await cli('olga', 'limits', 'remove', ...target)).code).toBe(4);
  }
});

it('shows and sets the quota', async () => {
  expect((await cli('ana', 'quota')).out).toBe('0 messages sent this month; no quota is set.\n');
  expect((await cli('olga', 'quota', '--set', '3000', '--warn', '70')).out).toContain('0 of 3000');
  expect(JSON.parse((await cli('ana', 'quota', '--json')).out)).toMatchObject({
    ...{ monthlyQuota: 3_000, warningPercent: 70, criticalPercent: 95, used: 0, level: 'ok' },
  });
  expect((await cli('olga', 'quota', '--set', 'many')).code).toBe(2);
  expect((await cli('olga', 'quota', '--critical', '60')).code).toBe(2);
  expect((await cli('olga', 'quota', '--set', 'none')).out).toContain('no quota is set');
});
