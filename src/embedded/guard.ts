import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Runs one program and ends it when our standard input closes: a pipe that the starting process holds, which the kernel
 * closes also when that process is killed with −9. Usage: `guard <program> [args ...]`.
 */
const KILL_AFTER_MS = 5_000;

const [program, ...args] = process.argv.slice(2);
if (program === undefined) {
  process.stderr.write('usage: guard <program> [args ...]\n');
  process.exit(64);
}
const child: ChildProcess = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
child.once('error', (error) => {
  process.stderr.write(`${program}: ${error.message}\n`);
  process.exit(1);
});
child.once('exit', (code) => process.exit(code ?? 1));

function stop() {
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
}

process.stdin.resume();
process.stdin.once('close', stop);
process.once('SIGTERM', stop);
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
