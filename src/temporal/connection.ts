import { Client, Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { Config } from '../config.ts';
import { failAfterClose } from './after-close.ts';

/** Where Temporal is, and as whom: from the environment, or the embedded server's. */
export type TemporalTarget = Pick<Config['temporal'], 'connection' | 'namespace'>;

const DEFAULT_TEMPORAL_ADDRESS = '127.0.0.1:7233';

/**
 * A connected client. Close `client.connection` when done.
 * @throws TemporalUnreachable when no server answers.
 */
export async function connectClient(target: TemporalTarget): Promise<Client> {
  const interceptors = [makeGrpcRetryInterceptor(defaultGrpcRetryOptions()), failAfterClose];
  const connection = await orUnreachable(target, () => Connection.connect({ ...optionsOf(target), interceptors }));
  return new Client({ connection, namespace: target.namespace });
}

/** A worker's connection; the worker has its own gRPC stack. */
export function connectWorker(target: TemporalTarget): Promise<NativeConnection> {
  return orUnreachable(target, () => NativeConnection.connect(optionsOf(target)));
}

export class TemporalUnreachable extends Error {
  override name = 'TemporalUnreachable';
}

async function orUnreachable<T>(target: TemporalTarget, connect: () => Promise<T>): Promise<T> {
  try {
    return await connect();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TemporalUnreachable(
      `No Temporal server answers at ${addressOf(target)} (${reason}); check TEMPORAL_ADDRESS, TEMPORAL_TLS and TEMPORAL_API_KEY`,
      { cause: error },
    );
  }
}

/** The gRPC address in use; Temporal's own default when none is configured. */
export function addressOf(target: TemporalTarget): string {
  return target.connection.address ?? DEFAULT_TEMPORAL_ADDRESS;
}

function optionsOf(target: TemporalTarget) {
  return { ...target.connection, address: addressOf(target) };
}
