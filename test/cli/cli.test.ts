import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Io } from '../../src/cli/context.ts';
import { readEnvironment } from '../../src/cli/environment.ts';
import { run } from '../../src/cli/run.ts';
import { createWhole, secret, type Whole } from '../api/support.ts';
import { INBOX } from '../support/rig.ts';
import { startDevServer } from '../support/temporal.ts';

const URL = 'http://app.test';
let env: TestWorkflowEnvironment;
let whole: Whole;
let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'countersign-cli-'));
  const keys = { agent: secret('agent'), reviewer: secret('ana'), operator: secret('olga') };
  writeFileSync(join(dir, 'credentials.json'), JSON.stringify({ url: URL, keys }));
  env = await startDevServer();
  whole = await createWhole(env);
});
afterAll(async () => {
  await whole?.rig.close();
  await env?.teardown();
  rmSync(dir, { recursive: true });
});

interface Given extends Partial<Io> {
  stdin?: string;
  variables?: Record<string, string>;
}
async function cli(args: string[], { stdin = '', variables = {}, ...io }: Given = {}) {
  let out = '';
  let err = '';
  const code = await run(
    args,
    {
      env: readEnvironment({ COUNTERSIGN_DATA_DIR: dir, ...variables }),
      write: (text) => {
        out += text;
      },
      writeError: (text) => {
        err += text;
      },
      ...{ columns: 100, color: false, interactive: false, stdinIsTerminal: false },
      readStdin: async () => stdin,
      prompt: async () => 'n',
      openEditor: async () => {},
      signal: new AbortController().signal,
      fetch: async (input, init) => whole.app.fetch(new Request(input, init)),
      ...io,
    },
    '1.2.3',
  );
  return { code, out, err };
}

async function composed(...more: string[]): Promise<string> {
  const args = ['compose', '--inbox', INBOX, '--to', 'Beck <beck@example.com>', '--subject', 'Your refund', '--json'];
  const { out, code, err } = await cli([...args, ...more], { stdin: 'Hello Beck\nline two\n' });
  expect([code, err]).toEqual([0, '']);
  const { id } = JSON.parse(out);
  await expect.poll(async () => (await whole.ana.drafts.get(id)).status, { timeout: 15_000 }).toBe('in_review');
  return id;
}

describe('countersign', () => {
  it('prints the link that signs in to the desk, with the reviewer’s key, to who asks for it', async () => {
    expect(await cli(['desk'])).toMatchObject({ code: 0, out: `${URL}/#key=${secret('ana')}\n` });
    expect((await cli(['desk', '--as', 'operator'])).out).toContain(secret('olga'));
  });

  it('composes from parts, shows it, approves it and follows it to its end', async () => {
    const file = join(dir, 'notes.txt');
    writeFileSync(file, 'some notes');
    const id = await composed('--attach', file, '--held');
    const shown = await cli(['show', id]);
    expect(shown.out).toContain('To: Beck <beck@example.com>');
    expect(shown.out).toMatch(/Attachment 0: notes.txt, text\/plain, 10 bytes/);
    expect(shown.out).toContain('line two');
    const listed = await cli(['list', '--search', 'refund']);
    expect(listed.out.split('\n').every((line) => line.length <= 100)).toBe(true);
    expect(listed.out).toContain(id);
    const narrow = await cli(['list', '--search', 'refund'], { columns: 60 });
    expect(narrow.out.split('\n').every((line) => line.length <= 60)).toBe(true);
    expect(narrow.out).toContain(id);
    expect(narrow.out).not.toContain('DUE');

    const unread = await cli(['approve', id]);
    expect([unread.code, unread.err]).toEqual([2, expect.stringContaining('--revision')]);
    expect((await cli(['approve', id, '--revision', '1', '--as', 'agent'])).code).toBe(3);
    expect((await cli(['approve', id, '--digest', '0123456789ab'])).code).toBe(3);
    const approved = await cli(['approve', id, '--revision', '1', '--comment', 'fine']);
    expect([approved.code, approved.out]).toEqual([0, `${id}  scheduled  revision 1, held\n`]);

    const watching = cli(['watch', id]);
    expect((await cli(['reschedule', id, '--now'])).code).toBe(0);
    expect((await watching).out).toContain('Revision 1 sent');
    const history = await cli(['history', id]);
    expect(history.out).toContain('Ana Ruiz');
    expect(history.out).toContain('Revision 1 approved: "fine"');
    const late = await cli(['approve', id, '--revision', '1']);
    expect([late.code, late.err]).toEqual([3, expect.stringContaining('The draft has ended.')]);
  });

  it('lists what is overdue, and the most urgent first', async () => {
    const waits = await composed();
    const missed = await composed('--at', '2026-01-01T09:00:00Z');
    const listed = async (...more: string[]) =>
      JSON.parse((await cli(['list', '--json', '--status', 'in_review', ...more])).out).items.map(
        ({ id }: { id: string }) => id,
      );
    expect(await listed('--overdue')).toEqual([missed]);
    expect(await listed('--due-within', '24')).toEqual([missed]);
    const urgent = await listed('--order', 'urgent');
    expect(urgent.indexOf(missed)).toBeLessThan(urgent.indexOf(waits));
    for (const id of [waits, missed]) expect((await cli(['withdraw', id])).code).toBe(0);
  });

  it('asks a person who reads at a terminal, and takes no for an answer', async () => {
    const id = await composed('--held');
    const asked: string[] = [];
    const answer = (text: string) => ({
      interactive: true,
      prompt: async (question: string) => {
        asked.push(question);
        return text;
      },
    });
    const no = await cli(['approve', id], answer(''));
    expect([no.code, no.out]).toEqual([1, expect.stringContaining('Hello Beck')]);
    expect(asked).toEqual(['Approve revision 1, "Your refund"? [y/N] ']);
    expect((await whole.ana.drafts.get(id)).status).toBe('in_review');
    expect((await cli(['approve', id], answer('y'))).code).toBe(0);
    expect((await cli(['revoke', id])).out).toContain('in_review');
    expect((await cli(['withdraw', id])).out).toContain('withdrawn');
  });

  it('edits in an editor, shows the difference, and keeps the text a server refused', async () => {
    const id = await composed();
    const editor = (change: (text: string) => string): Given => ({
      interactive: true,
      openEditor: async (file) => writeFileSync(file, change(readFileSync(file, 'utf8'))),
    });
    const unchanged = await cli(
      ['edit', id],
      editor((text) => `${text}\n`),
    );
    expect([unchanged.code, unchanged.err]).toEqual([0, 'Nothing was changed.\n']);
    const edited = await cli(
      ['edit', id],
      editor((text) => text.replace('line two', 'line 2')),
    );
    expect([edited.code, edited.out]).toEqual([0, `${id}  in_review  revision 2\n`]);
    const diff = await cli(['diff', id]);
    expect(diff.out).toContain('-line two\n+line 2\n');

    const lost = editor((text) => {
      // Somebody else edits meanwhile.
      return text.replace('Your refund', 'My own words');
    });
    const refused = await cli(['edit', id], {
      ...lost,
      openEditor: async (file) => {
        await whole.ben.drafts.edit(id, { baseRevision: 2, content: { subject: 'Ben was faster' } });
        await lost.openEditor?.(file);
      },
    });
    expect([refused.code, refused.err]).toEqual([3, expect.stringContaining('older revision')]);
    const kept = /kept in (\S+);/.exec(refused.err)?.[1] ?? '';
    expect(readFileSync(kept, 'utf8')).toContain('My own words');
    const again = await cli(['edit', id, '--file', kept]);
    expect([again.code, (await whole.ana.drafts.get(id)).subject]).toEqual([0, 'My own words']);
    expect((await cli(['reject', id, '--revision', '4', '--reason', 'boredom'])).code).toBe(2);
    await cli(['reject', id, '--revision', '4', '--reason', 'tone', '--comment', 'Too friendly.']);
    await whole.agent.drafts.waitForOutcome(id);
    expect((await cli(['show', id])).out).toMatch(/^rejected +Wrong tone: Too friendly\.$/m);
    expect((await cli(['history', id])).out).toContain('Rejected: wrong tone');
  });

  it('neutralises what mail could do to a terminal', async () => {
    const id = await composed('--subject', 'Hi \u001b]0;owned\u0007\u202egnp.exe', '--held');
    for (const args of [['show', id], ['list'], ['list', '--json'], ['history', id]]) {
      const { out } = await cli(args);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is the point
      expect([args, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/.test(out)]).toEqual([args, false]);
    }
    const json = JSON.parse((await cli(['show', id, '--json'])).out);
    expect(json.subject).toBe('Hi \u001b]0;owned\u0007\u202egnp.exe');
    await cli(['cancel', id]);
  });

  it('composes by a recipe, lists recipes and their input', async () => {
    expect((await cli(['recipes'])).out).toContain('invoice-reminder');
    expect(JSON.parse((await cli(['recipes', 'invoice-reminder'])).out)).toMatchObject({ type: 'object' });
    expect((await cli(['recipes', 'nope'])).code).toBe(4);
    const unknownKey = await cli(['list', '--as', 'nobody']);
    expect([unknownKey.code, unknownKey.err]).toEqual([2, expect.stringContaining('--as <key>')]);
    expect(['60', '', 'x', '-5'].map((COLUMNS) => readEnvironment({ COLUMNS }).COLUMNS)).toEqual([60, ...Array(3)]);
    const wrong = await cli(['compose', '--inbox', INBOX, '--recipe', 'invoice-reminder', '--input', '-'], {
      stdin: '{}',
    });
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('recipe.input')]);
  });

  it('changes suppressions and the oversight of inboxes', async () => {
    expect((await cli(['suppressions', 'add', 'Stop@Example.com', '--note', 'asked'])).out).toContain(
      'stop@example.com',
    );
    expect((await cli(['suppressions', 'list'])).out).toContain('asked');
    expect((await cli(['suppressions', 'remove', 'stop@example.com'])).code).toBe(0);
    expect((await cli(['suppressions', 'remove', 'stop@example.com'])).code).toBe(4);
    expect((await cli(['inbox', 'set', INBOX, '--pause', 'audit'])).out).toContain('paused: audit');
    expect((await cli(['inbox', 'set', INBOX, '--pause', '--as', 'reviewer'])).code).toBe(3);
    expect((await cli(['inbox', 'set', INBOX, '--resume'])).code).toBe(0);
    expect((await cli(['inbox', 'list'])).out).toContain('review_all');
    const set = async (...options: string[]) =>
      JSON.parse((await cli(['inbox', 'set', INBOX, '--json', ...options])).out);
    expect(await set('--hold', '10s', '--remind-after', '4h', '--expire-after', '2d')).toMatchObject({
      ...{ holdMs: 10_000, remindAfterMs: 14_400_000, expireAfterMs: 172_800_000, escalateAfterMs: null },
    });
    expect(await set('--hold', 'never', '--remind-after', 'never', '--expire-after', 'never')).toMatchObject({
      ...{ holdMs: 0, remindAfterMs: null, expireAfterMs: null },
    });
    const both = await cli(['inbox', 'set', INBOX, '--escalate-after', 'never', '--escalate-to', 'leads']);
    expect([both.code, both.err]).toEqual([2, expect.stringContaining('contradict each other')]);
    expect((await cli(['inbox', 'set', '--help'])).out).toMatch(/--escalate-to <group>\s+the group/);
  });

  it('says in words when reviewers are reminded and others asked', async () => {
    const times = { remindAfterMs: 5_400_000, escalateAfterMs: 172_800_000, escalateTo: 'leads' };
    const said = { at: '2026-11-23T09:30:00.000Z', mode: 'review_all', version: 3, why: 'Why.', route: null };
    const fetch = async () => Response.json({ recorded: { ...said, times, rules: [] }, now: null });
    const { out } = await cli(['policy', 'explain', 'some-draft'], { fetch });
    expect(out).toContain('Reminds after 90 minutes.\nAsks leads as well after 2 days.');
  });

  it('says what is wrong with the system', async () => {
    const well = await cli(['doctor', '--json']);
    const findings: { what: string; state: string }[] = JSON.parse(well.out).findings;
    expect(well.code).toBe(0);
    expect(Object.fromEntries(findings.map(({ what, state }) => [what, state]))).toEqual({
      ...{ node: 'ok', server: 'ok', key: 'ok', temporal: 'ok', worker: 'ok', database: 'ok', agentmail: 'ok' },
      'other keys': 'warning',
    });
    const away = await cli(['doctor'], { fetch: () => Promise.reject(new TypeError('fetch failed')) });
    expect([away.code, away.out]).toEqual([5, expect.stringContaining('cannot be reached')]);
  });

  it('sees the AgentMail keys that get mail past review', async () => {
    const { url } = whole.rig.emulator;
    const made = await fetch(`${url}/v0/api-keys`, {
      method: 'POST',
      headers: { authorization: 'Bearer test-key', 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'newsletter tool' }),
    });
    expect(made.ok).toBe(true);
    const { api_key: key } = (await made.json()) as { api_key: string };
    const variables = { AGENTMAIL_API_KEY: key, AGENTMAIL_BASE_URL: url };
    const own = await cli(['doctor', '--json'], { variables });
    expect(own.out).toContain('no other key may change or send drafts');
    await fetch(`${url}/v0/api-keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'stray script', permissions: { draft_read: true, draft_send: true } }),
    });
    expect((await cli(['doctor', '--json'], { variables })).out).toContain('"stray script\\" may draft_send');
  });

  it.each([
    [['show', 'draft-none'], 4, 'no draft draft-none'],
    [['list', '--status', 'nope'], 2, 'none of composing'],
    [['list', '--order', 'upside-down'], 2, 'urgent'],
    [['nonsense'], 2, 'unknown command'],
    [['reschedule', 'x'], 2, '--held'],
    [['reschedule', 'x', '--now', '--held'], 2, 'contradict'],
    [['resolve', 'x'], 2, '--give-up'],
    [['request-changes', 'x', '--revision', '1'], 2, '--comment'],
    [['compose', '--inbox', 'i', '--adopt', 'd', '--subject', 's'], 2, 'not both'],
    [['list', '--as', 'boss'], 2, 'agent'],
    [['list', '--url', 'http://elsewhere.test'], 2, 'COUNTERSIGN_API_KEY'],
  ])('ends %j with %i', async (args, code, message) => {
    const result = await cli(args);
    expect([result.code, result.err]).toEqual([code, expect.stringContaining(message)]);
  });
});
