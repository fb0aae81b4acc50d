import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SEARCH_ATTRIBUTE_TYPES } from '../domain/search-attributes.ts';
import { StartupError } from './errors.ts';
import { startGuarded } from './guarded-process.ts';
import { claimPort } from './ports.ts';

export type DevServer = {
  address: string;
  uiUrl: string;
  /** Resolves when the server has ended, asked or not. */
  exited: Promise<number>;
  stop(): Promise<void>;
};

export type DevServerOptions = {
  /** Path of the `temporal` CLI. */
  binary: string;
  /** Existing folder for the database file and the log. */
  dataDir: string;
  /** 0 takes any free port. */
  port: number;
  uiPort: number;
};

const HOST = '127.0.0.1';
const START_TIMEOUT_MS = 60_000;

/**
 * Starts Temporal's dev server on a SQLite file and resolves once it listens. The server ends with this process, however
 * that ends. A WAL with normal synchronisation survives a kill −9 and is 2 to 3 times faster than the default.
 * @throws StartupError when a port is taken or the server does not come up.
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const [port, uiPort] = await Promise.all([
    claimPort(HOST, options.port, 'COUNTERSIGN_TEMPORAL_PORT'),
    claimPort(HOST, options.uiPort, 'COUNTERSIGN_TEMPORAL_UI_PORT'),
  ]);
  const logFile = join(options.dataDir, 'temporal.log');
  const server = startGuarded(options.binary, argumentsFor({ ...options, port, uiPort }), logFile);
  const failed = server.exited.then((code) => {
    throw new StartupError(`The Temporal dev server ended while starting (exit code ${code}); see ${logFile}`);
  });
  failed.catch(() => undefined);
  try {
    await Promise.race([untilListening(port, logFile), failed]);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { address: `${HOST}:${port}`, uiUrl: `http://${HOST}:${uiPort}`, exited: server.exited, stop: server.stop };
}

function argumentsFor({ dataDir, port, uiPort }: Omit<DevServerOptions, 'binary'>): string[] {
  const file = join(dataDir, 'temporal.db');
  // Only a new namespace takes these; an existing one is brought up to date over its operator service.
  const attributes = Object.entries(SEARCH_ATTRIBUTE_TYPES).flatMap(([name, type]) => [
    '--search-attribute',
    `${name}=${type}`,
  ]);
  return [
    ...[
      'server',
      'start-dev',
      '--db-filename',
      file,
      '--ip',
      HOST,
      '--port',
      String(port),
      '--ui-port',
      String(uiPort),
    ],
    ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal'],
    // One inbox's many sends do not keep another's few waiting: its fairness key counts.
    ...['--dynamic-config-value', 'matching.enableFairness=true'],
    ...['--ui-disable-news-fetch', '--log-level', 'warn', '--log-format', 'json'],
    ...attributes,
  ];
}

async function untilListening(port: number, logFile: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await accepts(port))) {
    if (Date.now() > deadline)
      throw new StartupError(`The Temporal dev server does not listen on ${port}; see ${logFile}`);
    await sleep(25);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
