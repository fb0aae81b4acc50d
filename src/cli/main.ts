#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { packageVersion } from '../runtime/built.ts';
import type { Io } from './context.ts';
import { type CliEnvironment, readEnvironment } from './environment.ts';
import { UsageError } from './exit.ts';
import { run } from './run.ts';

const { stdin, stdout, stderr } = process;
// biome-ignore lint/style/noProcessEnv: the command line's own environment, parsed here once
const env = readEnvironment(process.env);
const stop = new AbortController();

const io: Io = {
  env,
  write: (chunk) => void stdout.write(chunk),
  writeError: (chunk) => void stderr.write(chunk),
  columns: stdout.columns ?? env.COLUMNS ?? 120,
  color: Boolean(stdout.isTTY) && env.NO_COLOR === undefined && env.TERM !== 'dumb',
  interactive: Boolean(stdin.isTTY && stdout.isTTY),
  stdinIsTerminal: Boolean(stdin.isTTY),
  readStdin: () => text(stdin),
  prompt: async (question) => {
    const terminal = createInterface({ input: stdin, output: stderr });
    return terminal.question(question, { signal: stop.signal }).finally(() => terminal.close());
  },
  openEditor: (file) => openEditor(env, file),
  signal: stop.signal,
};

/** Through a shell, as git does: EDITOR may hold arguments. The file's name is passed apart from it. */
function openEditor({ VISUAL, EDITOR }: CliEnvironment, file: string): Promise<void> {
  const editor = VISUAL ?? EDITOR ?? 'vi';
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, 'countersign', file], { stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new UsageError(`The editor "${editor}" ended with ${code}; set EDITOR to one that works.`));
    });
  });
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  });
}
// A closed pipe (`countersign list | head`) is no error.
stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await run(process.argv.slice(2), io, packageVersion());
// Ctrl-C may leave a request under way that nobody waits for any more.
if (stop.signal.aborted) process.exit();
