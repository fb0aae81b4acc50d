import type { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { Config } from '../config.ts';
import type { Logger } from '../log.ts';
import type { Teardown } from '../runtime/teardown.ts';
import { addressOf, connectClient, connectWorker, type TemporalTarget } from '../temporal/connection.ts';
import { ensureRetention, ensureSearchAttributes } from '../temporal/namespace.ts';
import { startDevServer } from './dev-server.ts';
import { findTemporalCli } from './temporal-binary.ts';

/** Closed drafts stay visible in the Web UI this long; the audit table has no such limit. */
const RETENTION_DAYS = 30;

export type EmbeddedEngine = {
  client: Client;
  workerConnection: NativeConnection;
  address: string;
  uiUrl?: string;
  /** Resolves when our own server has ended; never for a cluster of others. */
  serverEnded: Promise<unknown>;
};

/** Temporal for the embedded system: the cluster the environment names, else a dev server of its own. */
export async function startEngine(
  config: Config,
  parts: { dataDir: string; log: Logger; teardown: Teardown; report?: (line: string) => void },
): Promise<EmbeddedEngine> {
  if (config.temporal.external) {
    const engine = await connectAll(config.temporal, parts.teardown);
    await ensureSearchAttributes(engine.client.connection, config.temporal.namespace);
    const { uiUrl } = config.temporal;
    return { ...engine, address: addressOf(config.temporal), uiUrl, serverEnded: new Promise(() => undefined) };
  }
  const { binaries } = config;
  const binary = await findTemporalCli({ ...binaries, explicitPath: binaries.temporalCliPath, report: parts.report });
  const server = await startDevServer({ binary, dataDir: parts.dataDir, ...config.temporal.devServer });
  parts.teardown.add('Temporal', server.stop);
  const target = { connection: { address: server.address }, namespace: 'default' };
  const engine = await connectAll(target, parts.teardown);
  const { connection } = engine.client;
  await Promise.all([
    ensureSearchAttributes(connection, target.namespace),
    ensureRetention(connection, target.namespace, RETENTION_DAYS),
  ]);
  return { ...engine, address: server.address, uiUrl: server.uiUrl, serverEnded: server.exited };
}

async function connectAll(target: TemporalTarget, teardown: Teardown) {
  // A server that has just come up listens before it is healthy: the client asks again until it is, a worker does not.
  const client = await connectClient(target);
  const workerConnection = await connectWorker(target).catch(async (error: unknown) => {
    await client.connection.close();
    throw error;
  });
  teardown.add('connections', async () => {
    await client.connection.close();
    await workerConnection.close();
  });
  return { client, workerConnection };
}
