import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openPGlite } from './embedded.ts';
import { migratePGlite } from './migrate.ts';

/**
 * Writes an empty, migrated embedded database to `outFile`, which `openStore` loads in about a second; making one takes
 * many. A template of an older schema still works, since it is migrated after loading.
 */
export async function buildTemplate(outFile: string): Promise<void> {
  const client = await openPGlite(undefined, undefined, migratePGlite);
  try {
    const dump = await client.dumpDataDir('gzip');
    await mkdir(dirname(resolve(outFile)), { recursive: true });
    // Renamed into place: nobody ever loads half a template.
    const partial = `${outFile}.${process.pid}.partial`;
    await writeFile(partial, new Uint8Array(await dump.arrayBuffer()));
    await rename(partial, outFile);
  } finally {
    await client.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const outFile = process.argv[2];
  if (!outFile) throw new Error('Usage: build-template <file to write>');
  await buildTemplate(outFile);
}
