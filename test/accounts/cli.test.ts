import { afterAll, beforeAll, expect, it } from 'vitest';
import { readEnvironment } from '../../src/cli/environment.ts';
import { run } from '../../src/cli/run.ts';
import { ask, secret } from '../api/support.ts';
import { Browser, createPeople, ORIGIN, PASSWORD, type People, tokenIn } from './support.ts';

let people: People;
beforeAll(async () => {
  people = await createPeople({ sendMail: undefined });
});
afterAll(() => people?.close());

async function cli(as: string, ...args: string[]) {
  let out = '';
  let err = '';
  const code = await run(
    args,
    {
      env: readEnvironment({ COUNTERSIGN_URL: ORIGIN, COUNTERSIGN_API_KEY: secret(as) }),
      write: (text) => {
        out += text;
      },
      writeError: (text) => {
        err += text;
      },
      ...{ columns: 200, color: false, interactive: false, stdinIsTerminal: false },
      readStdin: async () => '',
      prompt: async () => 'n',
      openEditor: async () => {},
      signal: new AbortController().signal,
      fetch: async (input, init) => people.app.fetch(new Request(input, init)),
    },
    '1.2.3',
  );
  return { code, out, err };
}

it('invites people, changes what they may do, and shows who did', async () => {
  const made = await cli('adam', 'users', 'invite', 'rita@acme.test', '--name', 'Rita');
  expect([made.code, made.err]).toEqual([0, expect.stringContaining('Give it to them')]);
  const rita = new Browser(people.app);
  await rita.send('POST', '/auth/link/redeem', { token: tokenIn(made.out), password: PASSWORD });
  const { id } = await rita.json('GET', '/v1/me');
  expect((await cli('adam', 'users', 'list')).out).toContain('rita@acme.test');
  for (const more of [
    ['invite', 'ray@acme.test', '--role', 'reviewer'],
    ['change', id, '--role', 'auditor', '--role', 'operator'],
  ]) {
    const refused = await cli('adam', 'users', ...more);
    expect([refused.code === 0, refused.err]).toEqual([false, expect.stringContaining('sign in to the desk')]);
  }
  await people.store.changeUser(id, { roles: ['auditor', 'reviewer', 'operator'] }, 1);
  const fewer = ['--role', 'reviewer', '--role', 'operator', '--group', 'legal'];
  const changed = await cli('adam', 'users', 'change', id, ...fewer);
  expect(changed.out).toBe('Rita (rita@acme.test): reviewer, operator; in legal.\n');
  expect((await cli('adam', 'groups', 'list')).out).toContain(id);
  const log = await cli('aud', 'users', 'log', '--about', id, '--json');
  const events: { event: string }[] = JSON.parse(log.out).items;
  expect(events.map(({ event }) => event)).toEqual(
    expect.arrayContaining(['user_changed', 'signed_in', 'link_made', 'user_created']),
  );
  expect((await cli('adam', 'users', 'change', id, '--disable')).out).toContain('disabled');
  expect((await rita.send('GET', '/v1/me')).status).toBe(401);
  expect((await cli('ana', 'users', 'invite', 'x@acme.test')).code).not.toBe(0);
  expect((await cli('adam', 'users', 'change', id)).err).toContain('Say what to change');
});

it('makes, rotates and revokes keys; the key alone goes to standard output', async () => {
  const made = await cli('adam', 'keys', 'create', 'Billing', '--inbox', 'support@acme.test', '--days', '30');
  expect(made.out).toMatch(/^cs_[\w-]{32}\n$/);
  const { items } = JSON.parse((await cli('adam', 'keys', 'list', '--json')).out);
  expect(items[0]).toMatchObject({
    name: 'Billing',
    roles: ['agent'],
    inboxes: ['support@acme.test'],
    state: 'active',
  });
  const rotated = await cli('adam', 'keys', 'rotate', items[0].id, '--grace', '1');
  expect(rotated.out).toMatch(/^cs_/);
  expect(rotated.out).not.toBe(made.out);
  expect(rotated.err).toContain('works until');
  expect((await cli('adam', 'keys', 'revoke', items[0].id)).out).toContain('opens nothing any more');
  expect((await cli('adam', 'keys', 'list')).out).toContain('revoked');
});

it('says who is away and what an inbox does with its drafts, and shows whose a draft is', async () => {
  const said = await cli('ana', 'away', 'set', '--until', '5d', '--stand-in', 'ben');
  expect(said.out).toMatch(/^Ana Ruiz is away from \S+ \S+ until \S+ \S+; Ben Okoro stands in\.\n$/);
  expect((await cli('aud', 'away', 'list')).out).toMatch(/ana +Ana Ruiz .* Ben Okoro/);
  expect((await cli('ana', 'away', 'set', '--until', '5d', '--person', 'ben')).code).not.toBe(0);
  expect((await cli('ben', 'away', 'set', '--until', '2031-01-01', '--person', 'ana')).err).toContain('within a year');
  expect((await cli('ana', 'away', 'set')).err).toContain('--until 2026-12-01');
  expect((await cli('ana', 'away', 'set', '--until', 'soon')).err).toContain('give a day');
  const content = { to: ['beck@example.com'], subject: 'Refund', text: 'Hello.' };
  const made = await ask(people.app, 'agent', 'POST', '/v1/drafts', { inbox: 'support@acme.test', content });
  const { id } = await made.json();
  await ask(people.app, 'olga', 'PUT', `/v1/drafts/${id}/assignee`, { person: 'ana' });
  expect((await cli('olga', 'show', id)).out).toContain('with       Ben Okoro, who stands in for Ana Ruiz');
  expect((await cli('olga', 'away', 'end', '--person', 'ana')).out).toContain('Not away.');
  expect((await cli('aud', 'away', 'list')).err).toContain('Nobody is away.');

  await people.store.putGroup('finance', ['ana', 'ben'], 1);
  const set = await cli('olga', 'inbox', 'set', 'support@acme.test', '--assign', 'turn:finance');
  expect(set.out).toContain('finance in turn');
  const json = await cli('olga', 'inbox', 'set', 'support@acme.test', '--assign', 'nobody', '--json');
  expect(JSON.parse(json.out).assignTo).toBeNull();
  expect((await cli('olga', 'inbox', 'set', 'support@acme.test', '--assign', 'finance')).err).toContain('turn:NAME');
  expect((await cli('olga', 'inbox', 'set', 'support@acme.test', '--assign', 'group:none')).code).not.toBe(0);
});
