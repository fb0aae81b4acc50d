import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { loadConfig } from '../../src/config.ts';
import { findTemporalCli } from '../../src/embedded/temporal-binary.ts';
import { freePort } from '../../test/support/postgres-cluster.ts';
import type { Keeper } from './keeper.ts';
import { Part } from './part.ts';
import type { PostgresServer } from './postgres.ts';
import { findTemporalServer } from './temporal-server.ts';

export interface TemporalCluster {
  part: Part;
  address: string;
}

const DATABASES = { temporal: 'temporal', visibility: 'temporal_visibility' };
const RETENTION_MS = 3 * 86_400_000;

/** Temporal's own server on PostgreSQL, its namespace `default` ready. */
export async function startTemporalServer(
  keeper: Keeper,
  dir: string,
  postgres: PostgresServer,
  report: (line: string) => void,
): Promise<TemporalCluster> {
  const { server, sqlTool, schemaDir } = await findTemporalServer(report);
  for (const [schema, database] of Object.entries(DATABASES)) {
    const target = ['--ep', '127.0.0.1', '-p', String(postgres.port), '-u', 'postgres', '--pw', 'unused'];
    const sql = (...args: string[]) =>
      execFileSync(sqlTool, [...target, '--pl', 'postgres12', '--db', database, ...args], { stdio: 'pipe' });
    sql('create');
    sql('setup-schema', '-v', '0.0');
    sql('update-schema', '-d', join(schemaDir, schema, 'versioned'));
  }
  const config = join(dir, 'temporal');
  mkdirSync(config);
  const frontendPort = await lowPort();
  // JSON is YAML as well.
  writeFileSync(join(config, 'private.yaml'), JSON.stringify(await configuration(frontendPort, postgres.port, config)));
  writeFileSync(join(config, 'dynamic.yaml'), JSON.stringify(DYNAMIC));
  const address = `127.0.0.1:${frontendPort}`;
  const args = ['--root', dir, '--config', 'temporal', '--env', 'private', 'start'];
  const logFile = join(dir, 'temporal.log');
  const part = new Part({
    name: 'Temporal',
    keeper,
    launch: () => keeper.start(server, args, { cwd: dir, logFile }),
    probe: () => withConnection(address, hasNamespace),
  });
  const starting = part.start();
  await Promise.all([starting, registerNamespace(address)]);
  return { part, address };
}

/** The dev server on a SQLite file: nothing to build, up in a second. */
export async function startDevServer(keeper: Keeper, dir: string): Promise<TemporalCluster> {
  const cli = await findTemporalCli(loadConfig().binaries);
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const args = [
    ...['server', 'start-dev', '--headless', '--port', String(port), '--db-filename', join(dir, 'temporal.db')],
    ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal', '--log-level', 'warn'],
    ...['--dynamic-config-value', 'matching.enableFairness=true'],
  ];
  const logFile = join(dir, 'temporal.log');
  const part = new Part({
    name: 'Temporal',
    keeper,
    launch: () => keeper.start(cli, args, { cwd: dir, logFile }),
    probe: () => withConnection(address, hasNamespace),
  });
  await part.start();
  return { part, address };
}

/** New search attributes are seen at once, one partition a queue is plenty for one machine, and inboxes take turns. */
const DYNAMIC = {
  'system.forceSearchAttributesCacheRefreshOnRead': [{ value: true }],
  'matching.enableFairness': [{ value: true }],
  'matching.useNewMatcher': [{ value: true }],
  'matching.numTaskqueueReadPartitions': [{ value: 1 }],
  'matching.numTaskqueueWritePartitions': [{ value: 1 }],
};

async function configuration(frontendPort: number, postgresPort: number, dir: string) {
  const store = (databaseName: string, maxConns: number) => ({
    sql: {
      pluginName: 'postgres12',
      databaseName,
      connectAddr: `127.0.0.1:${postgresPort}`,
      connectProtocol: 'tcp',
      user: 'postgres',
      password: 'unused',
      maxConns,
      maxIdleConns: maxConns,
      maxConnLifetime: '1h',
    },
  });
  const service = async (grpcPort?: number) => ({
    rpc: { grpcPort: grpcPort ?? (await lowPort()), membershipPort: await lowPort(), bindOnLocalHost: true },
  });
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: 4,
      datastores: { default: store(DATABASES.temporal, 20), visibility: store(DATABASES.visibility, 5) },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: {
      frontend: await service(frontendPort),
      matching: await service(),
      history: await service(),
      worker: await service(),
    },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          rpcAddress: `127.0.0.1:${frontendPort}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: { filepath: join(dir, 'dynamic.yaml'), pollInterval: '10s' },
  };
}

/** A free port below 32768: the server keeps its members' ports in a smallint. */
async function lowPort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 22_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

const hasNamespace = (connection: Connection) => connection.workflowService.describeNamespace({ namespace: 'default' });

async function registerNamespace(address: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      await withConnection(address, (connection) =>
        connection.workflowService.registerNamespace({
          namespace: 'default',
          workflowExecutionRetentionPeriod: msToTs(RETENTION_MS),
        }),
      );
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
}

async function withConnection<T>(address: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address, connectTimeout: 2_000 });
  try {
    return await connection.withDeadline(Date.now() + 3_000, () => work(connection));
  } finally {
    await connection.close();
  }
}
