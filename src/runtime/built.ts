import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** This module lies in src/runtime, or compiled in dist/src/runtime. */
const COMPILED = import.meta.url.endsWith('.js');

/** Folder of the built review desk, when it was built. */
export function builtDeskDir(): string | undefined {
  const dir = pathTo(COMPILED ? '../../dashboard' : '../../dist/dashboard');
  return existsSync(`${dir}/index.html`) ? dir : undefined;
}

export function packageVersion(): string {
  const file = pathTo(COMPILED ? '../../../package.json' : '../../package.json');
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).version;
}

function pathTo(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
