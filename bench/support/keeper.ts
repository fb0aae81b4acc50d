import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';

export interface Kept {
  pid: number;
  /** Resolves when it has ended, for whatever reason. */
  ended: Promise<void>;
  /** Its exit code once it has ended; null after a signal's death. */
  code(): number | null;
  /** SIGKILL to it and to everything it started. */
  kill(): Promise<void>;
}

export interface KeepOptions {
  env?: Record<string, string>;
  cwd?: string;
  user?: { uid: number; gid: number };
  logFile: string;
}

/**
 * Starts processes that end with this one: by `close`, and through a small shell that reads our pipe also when we are
 * killed with −9. Each has a process group of its own, so a Ctrl-C in the terminal reaches only us.
 */
export class Keeper {
  readonly #running = new Map<number, Kept>();
  readonly #reaper: ChildProcess;
  closed = false;

  constructor() {
    this.#reaper = spawn('/bin/sh', ['-c', REAPER], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    this.#reaper.stdin?.on('error', () => undefined);
    this.#reaper.unref();
  }

  /** @throws Error once it is closed: what would be started then would outlive everybody */
  start(command: string, args: string[], options: KeepOptions): Kept {
    if (this.closed) throw new Error(`${command} is not started any more`);
    const { PATH = '', HOME = '' } = process.env;
    const log = openSync(options.logFile, 'a');
    const child = spawn(command, args, {
      ...(options.user ?? {}),
      cwd: options.cwd,
      env: { PATH, HOME, ...options.env },
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    const { pid } = child;
    if (pid === undefined) throw new Error(`${command} cannot be started`);
    this.#tell(`add ${pid}`);
    const ended = once(child, 'exit').then(() => {
      this.#running.delete(pid);
      this.#tell(`gone ${pid}`);
    });
    const kill = () => {
      killTree(pid);
      return ended;
    };
    const kept = { pid, ended, code: () => child.exitCode, kill };
    this.#running.set(pid, kept);
    return kept;
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.#running.values()].map((kept) => kept.kill()));
    this.#reaper.stdin?.end();
  }

  #tell(line: string): void {
    if (this.#reaper.stdin?.writable) this.#reaper.stdin.write(`${line}\n`);
  }
}

/** Keeps a list of process groups (no `--` before one: not every shell's `kill` knows it); kills what is on it once nobody holds the other end of the pipe. */
const REAPER = `live=" "
while read -r op pid; do
  case $op in
    add) live="$live$pid ";;
    gone) live="\${live%% $pid *} \${live#* $pid }";;
  esac
done
for pid in $live; do kill -9 "-$pid" 2>/dev/null; done`;

/** A process and all its descendants at once; the parent first, so that nobody restarts or mourns a child. */
function killTree(root: number): void {
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
  for (const pid of found) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It had ended already.
    }
  }
}
