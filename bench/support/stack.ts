import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Control, connectControl } from '../../emulator/control-client.ts';
import { Countersign } from '../../src/client/index.ts';
import { freePort } from '../../test/support/postgres-cluster.ts';
import { Keeper, type Kept } from './keeper.ts';
import { Part } from './part.ts';
import { createPostgres, type PostgresServer } from './postgres.ts';
import { startDevServer, startTemporalServer } from './temporal-cluster.ts';

export interface StackOptions {
  workers: number;
  /** `postgres`: Temporal's real server on the same PostgreSQL as the app. `dev`: its dev server on SQLite. */
  engine: 'postgres' | 'dev';
  /** Folder of the built project; `dist` of this one when absent. */
  dist?: string;
  /** More settings of API and workers. */
  env?: Record<string, string>;
  report(line: string): void;
}

/** The whole system, each part a process of its own on a free port. */
export interface Stack {
  dir: string;
  apiUrl: string;
  mailUrl: string;
  mail: Control;
  temporalAddress: string;
  agent: Countersign;
  reviewer: Countersign;
  /** Another reviewer: who wrote a revision cannot approve it. */
  editor: Countersign;
  operator: Countersign;
  parts: { emulator: Part; postgres: Part; temporal: Part; api: Part; workers: Part[] };
  databaseUrl: string;
  /** One more Node process that ends with the rest. */
  startExtra(name: string, args: string[]): Kept;
  /** Ends every process and, unless told to keep it, removes the folder with data and logs. */
  close(keep?: boolean): Promise<void>;
}

export const MAIL_KEY = 'am_storm';

export async function startStack(options: StackOptions): Promise<Stack> {
  const dist = resolve(options.dist ?? fileURLToPath(new URL('../../dist', import.meta.url)));
  const dir = mkdtempSync(join(tmpdir(), 'countersign-storm-'));
  const keeper = new Keeper();
  const close = async (keep = false) => {
    await keeper.close();
    if (!keep) rmSync(dir, { recursive: true, force: true });
  };
  try {
    return await assemble(options, { dist, dir, keeper, close });
  } catch (error) {
    await close(true);
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The system did not start (logs in ${dir}): ${reason}`, { cause: error });
  }
}

interface Ground {
  dist: string;
  dir: string;
  keeper: Keeper;
  close(keep?: boolean): Promise<void>;
}

async function assemble(options: StackOptions, { dist, dir, keeper, close }: Ground): Promise<Stack> {
  const { engine, workers, report } = options;
  const node = (file: string, name: string, args: string[], env: Record<string, string> = {}) =>
    keeper.start(process.execPath, [join(dist, file), ...args], { env, cwd: dir, logFile: join(dir, `${name}.log`) });

  const postgres = await createPostgres(keeper, dir);
  await postgres.part.start();
  await postgres.createDatabase('countersign');
  const databaseUrl = postgres.url('countersign');

  const mailPort = await freePort();
  const mailUrl = `http://127.0.0.1:${mailPort}`;
  const mail = connectControl(mailUrl);
  const data = join(dir, 'mail');
  mkdirSync(data);
  const emulator = new Part({
    name: 'emulator',
    keeper,
    launch: () => node('emulator/main.js', 'emulator', ['--port', String(mailPort), '--data', data]),
    probe: () => answers(`${mailUrl}/_emulator/health`),
  });
  await emulator.start();
  const temporal = await startTemporal(engine, keeper, dir, postgres, report);

  const apiPort = await freePort();
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  const keys = makeKeys();
  const env: Record<string, string> = {
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporal.address,
    AGENTMAIL_API_KEY: MAIL_KEY,
    AGENTMAIL_BASE_URL: mailUrl,
    COUNTERSIGN_KEYS: JSON.stringify(keys.map(({ secret: _secret, ...key }) => key)),
    COUNTERSIGN_PORT: String(apiPort),
    COUNTERSIGN_DATA_DIR: join(dir, 'data'),
    COUNTERSIGN_HTTP_SOURCE_HOSTS: '127.0.0.1',
    COUNTERSIGN_LOG_LEVEL: 'info',
    ...options.env,
  };
  await runSetup(() => node('src/setup.js', 'setup', [], env));
  const api = new Part({
    name: 'API',
    keeper,
    launch: () => node('src/server.js', 'api', [], env),
    probe: () => answers(`${apiUrl}/v1/health`),
  });
  const workerParts = await Promise.all(Array.from({ length: workers }, (_, n) => workerPart(n + 1)));
  report(`API ${apiUrl} · AgentMail ${mailUrl} · Temporal ${temporal.address} (${engine}) · logs in ${dir}`);
  await Promise.all([api.start(), ...workerParts.map((part) => part.start())]);
  const client = (id: string) =>
    new Countersign({ baseUrl: apiUrl, apiKey: keys.find((key) => key.id === id)?.secret, maxRetries: 0 });
  return {
    ...{ dir, apiUrl, mailUrl, mail, databaseUrl, close },
    temporalAddress: temporal.address,
    startExtra: (name, args) => keeper.start(process.execPath, args, { cwd: dir, logFile: join(dir, `${name}.log`) }),
    agent: client('agent'),
    reviewer: client('reviewer'),
    editor: client('editor'),
    operator: client('operator'),
    parts: { emulator, postgres: postgres.part, temporal: temporal.part, api, workers: workerParts },
  };

  async function workerPart(number: number): Promise<Part> {
    const healthPort = await freePort();
    const own = { ...env, COUNTERSIGN_WORKER_HEALTH_PORT: String(healthPort) };
    return new Part({
      name: `worker ${number}`,
      keeper,
      launch: () => node('src/worker.js', `worker-${number}`, [], own),
      probe: () => answers(`http://127.0.0.1:${healthPort}/health`),
    });
  }
}

function startTemporal(
  engine: StackOptions['engine'],
  keeper: Keeper,
  dir: string,
  postgres: PostgresServer,
  report: (line: string) => void,
) {
  return engine === 'dev' ? startDevServer(keeper, dir) : startTemporalServer(keeper, dir, postgres, report);
}

async function runSetup(launch: () => { ended: Promise<void>; code(): number | null }): Promise<void> {
  const setup = launch();
  await setup.ended;
  if (setup.code() !== 0) throw new Error('the set-up of database and namespace failed: see setup.log');
}

async function answers(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
}

function makeKeys() {
  const secret = () => `cs_${randomBytes(18).toString('base64url')}`;
  const key = (id: string, roles: string[]) => {
    const own = secret();
    return { id, name: id, roles, secret: own, sha256: createHash('sha256').update(own).digest('hex') };
  };
  return [
    key('agent', ['agent']),
    key('reviewer', ['reviewer']),
    key('editor', ['reviewer']),
    key('operator', ['operator']),
  ];
}
