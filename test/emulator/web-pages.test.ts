import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { startEmulator } from '../../emulator/index.ts';
import { useEmulator } from './support.ts';

/** `fetch` does not let a program choose Host, Origin or Sec-Fetch-Site; a raw request does, as a browser would. */
function ask(url: string, headers: Record<string, string>, body?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: body === undefined ? 'GET' : 'POST', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.on('error', reject).end(body);
  });
}

describe('a web page open in a browser of this machine', () => {
  const bench = useEmulator();
  const at = (path: string) => `${bench.emulator.url}${path}`;

  it('cannot post to the control plane, although a plain form needs no permission to', async () => {
    const form = { 'Content-Type': 'text/plain', Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' };
    expect(await ask(at('/_emulator/reset'), form, '{}')).toBe(403);
    expect(await ask(at('/_emulator/clock'), { 'Sec-Fetch-Site': 'cross-site' }, '{"advanceMs":9}')).toBe(403);
    expect(await ask(at('/_emulator/reset'), { Origin: 'null' }, '{}')).toBe(403);
    expect(await ask(at('/_emulator/reset'), { Origin: 'http://localhost:3000' }, '{}')).toBe(403);
    expect((await bench.client.inboxes.list()).count).toBe(1);
    expect((await bench.emulator.control.clock()).offsetMs).toBe(0);
  });

  it('cannot read through a name of its own that points here', async () => {
    const host = `evil.example:${bench.emulator.port}`;
    expect(await ask(at('/_emulator/outbox'), { Host: host })).toBe(403);
    expect(await ask(at('/v0/inboxes'), { Host: host, Authorization: 'Bearer any' })).toBe(403);
    expect(await ask(at('/_emulator/outbox'), { Host: 'localhost.evil.example' })).toBe(403);
  });

  it('is not what a program, an address bar or another name of this machine is', async () => {
    const { port } = bench.emulator;
    expect(await ask(at('/_emulator/outbox'), {})).toBe(200);
    expect(await ask(at('/_emulator/outbox'), { 'Sec-Fetch-Site': 'none' })).toBe(200);
    for (const host of [`localhost:${port}`, `[::1]:${port}`, `mail.localhost:${port}`]) {
      expect(await ask(at('/v0/inboxes'), { Host: host, Authorization: 'Bearer any' })).toBe(200);
    }
  });

  it('listening for other machines, it answers to any name, and still to no other site', async () => {
    const open = await startEmulator({ host: '0.0.0.0' });
    const url = `http://127.0.0.1:${open.port}/_emulator/outbox`;
    try {
      expect(await ask(url, { Host: 'agentmail:4401' })).toBe(200);
      expect(await ask(url, { Host: 'agentmail:4401', Origin: 'https://evil.example' })).toBe(403);
    } finally {
      await open.close();
    }
  });
});
