import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Pool } from 'pg';
import type { Engine } from './database.ts';
import { translateError, withoutPassword } from './errors.ts';

export interface PostgresOptions {
  /** Connections of the pool; one more listens for events. */
  poolSize: number;
  statementTimeoutMs: number;
  /** A server that went silent is given up then; longer than its own limit, which says more. */
  queryTimeoutMs: number;
  connectTimeoutMs: number;
  /** Shown in `pg_stat_activity`. */
  applicationName: string;
}
export const POSTGRES_DEFAULTS: PostgresOptions = {
  poolSize: 10,
  statementTimeoutMs: 30_000,
  queryTimeoutMs: 35_000,
  connectTimeoutMs: 10_000,
  applicationName: 'countersign',
};

/** A pool of connections to a PostgreSQL server (14 or newer). Connects when first used. */
export function createPostgresEngine(databaseUrl: string, options: PostgresOptions): Engine {
  const location = withoutPassword(databaseUrl);
  const pool = new Pool({
    connectionString: databaseUrl,
    max: options.poolSize,
    statement_timeout: options.statementTimeoutMs,
    query_timeout: options.queryTimeoutMs,
    connectionTimeoutMillis: options.connectTimeoutMs,
    application_name: options.applicationName,
    keepAlive: true,
  });
  // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  const listeners = new Set<() => Promise<void>>();
  return {
    shared: true,
    async rows(text, values, name) {
      try {
        const result = await pool.query<unknown[]>({ text, values, name, rowMode: 'array' });
        return result.rows;
      } catch (error) {
        throw translateError(error, location);
      }
    },
    async listen(channel, onNotify) {
      const config = {
        connectionString: databaseUrl,
        connectionTimeoutMillis: options.connectTimeoutMs,
        application_name: `${options.applicationName} (events)`,
        keepAlive: true,
      };
      const stop = await keepListening(() => new Client(config), channel, onNotify).catch((error) => {
        throw translateError(error, location);
      });
      const unlisten = async () => {
        if (listeners.delete(unlisten)) await stop();
      };
      listeners.add(unlisten);
      return unlisten;
    },
    async close() {
      await Promise.all([...listeners].map((unlisten) => unlisten()));
      await pool.end();
    },
  };
}

/** Holds one listening connection, opens another when it breaks, and calls back after each gap. */
async function keepListening(connect: () => Client, channel: string, onNotify: () => void) {
  const stopping = new AbortController();
  let current = await listenOnce();
  return async () => {
    stopping.abort();
    await current.end().catch(() => {});
  };

  async function listenOnce(): Promise<Client> {
    const client = connect();
    let broken = false;
    const onBreak = () => {
      if (broken) return;
      broken = true;
      if (client === current) void reconnect();
    };
    client.on('error', onBreak).on('end', onBreak).on('notification', onNotify);
    try {
      await client.connect();
      await client.query(`listen ${client.escapeIdentifier(channel)}`);
      return client;
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
  }

  async function reconnect() {
    for (let delayMs = 100; !stopping.signal.aborted; delayMs = Math.min(delayMs * 2, 10_000)) {
      await sleep(delayMs, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
      if (stopping.signal.aborted) return;
      try {
        current = await listenOnce();
      } catch {
        continue;
      }
      if (stopping.signal.aborted) return void current.end().catch(() => {});
      return onNotify();
    }
  }
}
