import type { Database } from './database.ts';

export function createWatch(_database: Database) {
  return {};
}
