import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store, type StoreOptions } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/postgres.ts';

export interface TestStore {
  store: Store;
  /** Another store on the same database where several may be open at once; undefined on the embedded engine. */
  openAnother?: (options?: StoreOptions) => Promise<Store>;
  databaseUrl?: string;
  close(): Promise<void>;
}

export const ENGINES: { engine: string; open: (options?: StoreOptions) => Promise<TestStore> }[] = [
  {
    engine: 'PGlite',
    async open(options) {
      const store = await openStore({ memory: true }, options);
      return { store, close: () => store.close() };
    },
  },
  {
    engine: 'PostgreSQL',
    async open(options) {
      const database = await createTestDatabase();
      const openAnother = (more?: StoreOptions) => openStore({ databaseUrl: database.url }, more);
      const store = await openAnother(options);
      return {
        store,
        openAnother,
        databaseUrl: database.url,
        async close() {
          await store.close();
          await database.drop();
        },
      };
    },
  },
];

export function temporaryDir(): { dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'countersign-store-'));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
