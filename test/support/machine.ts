import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Control, connectControl } from '../../emulator/control-client.ts';
import { Countersign } from '../../src/client/index.ts';
import { freePort } from './postgres-cluster.ts';
import { type Program, startProgram } from './processes.ts';

/** SIGKILL to a program and everything it started, in one go. */
export async function killTree(program: Program): Promise<void> {
  for (const pid of tree(program.pid)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It had ended already.
    }
  }
  await program.ended;
}

/** A process and all its descendants, the deepest last: killed parent first, nobody restarts or mourns a child. */
function tree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // It ended while we looked.
    }
  }
  const found = [root];
  for (let at = 0; at < found.length; at += 1) found.push(...(children.get(found[at] ?? -1) ?? []));
  return found;
}

/** The embedded system in its own process tree, on ports that stay the same over restarts. */
export interface Machine {
  start(): Promise<void>;
  kill(): Promise<void>;
  agent(): Countersign;
  reviewer(): Countersign;
  mail: Control;
  mailUrl: string;
  temporalAddress: string;
  dataDir: string;
  output(): string;
  dispose(): Promise<void>;
}

export async function createMachine(env: Record<string, string> = {}): Promise<Machine> {
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-machine-'));
  const [api, mail, temporal, ui] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const ports = {
    COUNTERSIGN_PORT: String(api),
    COUNTERSIGN_EMULATOR_PORT: String(mail),
    COUNTERSIGN_TEMPORAL_PORT: String(temporal),
    COUNTERSIGN_TEMPORAL_UI_PORT: String(ui),
  };
  let program: Program | undefined;
  const client = (as: 'agent' | 'reviewer') => {
    const { url, keys } = JSON.parse(readFileSync(join(dataDir, 'credentials.json'), 'utf8'));
    return new Countersign({ baseUrl: url, apiKey: keys[as] });
  };
  const mailUrl = `http://127.0.0.1:${mail}`;
  return {
    async start() {
      program = startProgram('dist/src/dev.js', { COUNTERSIGN_DATA_DIR: dataDir, ...ports, ...env });
      await program.until(/is ready after/);
    },
    kill: async () => program && killTree(program),
    agent: () => client('agent'),
    reviewer: () => client('reviewer'),
    mail: connectControl(mailUrl),
    mailUrl,
    temporalAddress: `127.0.0.1:${temporal}`,
    dataDir,
    output: () => program?.output() ?? '',
    async dispose() {
      if (program) await killTree(program);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Makes an inbox in the local AgentMail at `url`. */
export async function createInbox(url: string, address: string, key = 'am_local'): Promise<void> {
  const [username, domain] = address.split('@');
  const response = await fetch(`${url}/v0/inboxes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ username, domain }),
  });
  if (!response.ok) throw new Error(`inbox: ${response.status} ${await response.text()}`);
}

export async function eventually<T>(
  what: string,
  look: () => Promise<T | null | false>,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await look().catch(() => null);
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await sleep(50);
  }
}
