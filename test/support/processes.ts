import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export type Program = {
  pid: number;
  /** What it has said so far, on both streams. */
  output(): string;
  /** Resolves with the first match in its output; rejects when it ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends the signal and resolves with the exit code (null after a signal's death). */
  end(signal: NodeJS.Signals): Promise<number | null>;
  ended: Promise<number | null>;
};

const running = new Set<ChildProcessByStdio<null, Readable, Readable>>();

/**
 * Runs a file of this project (path from its root; TypeScript as it is, JavaScript of `dist` as built) with `env` and
 * nothing of ours but PATH and HOME.
 */
export function startProgram(file: string, env: Record<string, string>, args: string[] = []): Program {
  const path = fileURLToPath(new URL(`../../${file}`, import.meta.url));
  const { PATH = '', HOME = '' } = process.env;
  const loader = file.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [];
  const child = spawn(process.execPath, [...loader, path, ...args], {
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      for (const listener of listeners) listener();
    });
  }
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child);
    return typeof code === 'number' ? code : null;
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    until(pattern) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(output);
          if (!match) return;
          listeners.delete(look);
          resolve(match);
        };
        listeners.add(look);
        look();
        void ended.then((code) => reject(new Error(`${file} ended (${code}) without ${pattern}:\n${output}`)));
      });
    },
    async end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

/** For `afterEach`: what a failed test left running. */
export function killPrograms(): void {
  for (const child of running) child.kill('SIGKILL');
}
