import { existsSync, openAsBlob } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PGlite, type PGliteOptions, types } from '@electric-sql/pglite';
import type { Engine } from './database.ts';
import { createStatements } from './embedded-statements.ts';
import { translateError } from './errors.ts';
import { startUpkeep } from './upkeep.ts';

/** PGlite's own way with bytes takes half a minute for 30 MB. */
const BYTES: Pick<PGliteOptions, 'parsers' | 'serializers'> = {
  parsers: { [types.BYTEA]: (text) => Buffer.from(text.slice(2), 'hex') },
  serializers: { [types.BYTEA]: (bytes: Uint8Array) => `\\x${Buffer.from(bytes).toString('hex')}` },
};

/**
 * Opens the embedded PostgreSQL in `dataDir` (in memory without one), from `templateFile` when the folder is new and that
 * file exists: seconds faster than making a database. `prepare` runs before the first opening counts as complete; when
 * the process dies before that, the next opening starts over. One process at a time may have the folder open.
 */
export async function openPGlite(
  dataDir: string | undefined,
  templateFile: string | undefined,
  prepare: (client: PGlite) => Promise<void>,
): Promise<PGlite> {
  const template = async () => (templateFile && existsSync(templateFile) ? openAsBlob(templateFile) : undefined);
  if (dataDir === undefined) {
    return prepared(await PGlite.create({ ...BYTES, loadDataDir: await template() }), prepare);
  }
  const unfinished = `${dataDir}.unfinished`;
  if (existsSync(unfinished)) await rm(dataDir, { recursive: true, force: true });
  if (existsSync(`${dataDir}/PG_VERSION`)) return prepared(await PGlite.create({ ...BYTES, dataDir }), prepare);
  await mkdir(dirname(dataDir), { recursive: true });
  await writeFile(unfinished, '');
  const client = await prepared(await PGlite.create({ ...BYTES, dataDir, loadDataDir: await template() }), prepare);
  await rm(unfinished);
  return client;
}

async function prepared(client: PGlite, prepare: (client: PGlite) => Promise<void>): Promise<PGlite> {
  try {
    await prepare(client);
    return client;
  } catch (error) {
    await client.close().catch(() => {});
    throw error;
  }
}

export function createPGliteEngine(client: PGlite, location: string): Engine {
  const stopUpkeep = startUpkeep(client);
  const runNamed = createStatements(client);
  return {
    shared: false,
    async rows(text, params, name) {
      try {
        if (name !== undefined) return await runNamed(name, text, params);
        const result = await client.query<unknown[]>(text, params, { rowMode: 'array' });
        return result.rows;
      } catch (error) {
        throw translateError(error, location);
      }
    },
    listen: (channel, onNotify) => client.listen(channel, onNotify),
    async close() {
      await stopUpkeep();
      await client.close();
    },
  };
}
