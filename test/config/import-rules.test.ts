import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { checkFile, checkImports, roomOf } from '../../scripts/import-rules.ts';

test('the code keeps to its directions', () => {
  expect(checkImports(fileURLToPath(new URL('../..', import.meta.url)))).toEqual([]);
});

test.each([
  ['src/domain/a.ts', "import { b } from '../store/b.ts';", 'domain may not import store'],
  ['src/domain/a.ts', "import type { b } from '../store/b.ts';", 'domain may not import store'],
  ['src/domain/a.ts', "import { createHash } from 'node:crypto';", "must run in Temporal's sandbox"],
  ['src/workflows/a.ts', "import { b } from '../activities/b.ts';", 'workflows may not import activities (types only)'],
  ['src/workflows/a.ts', "import { type B, c } from '../activities/b.ts';", 'workflows may not import activities'],
  ['src/workflows/a.ts', "import { z } from 'zod';", 'may not import the package zod'],
  ['src/workflows/a.ts', "const b = await import('../store/b.ts');", 'workflows may not import store'],
  ['src/client/a.ts', "export { b } from '../workflows/draft.ts';", 'client may not import workflows'],
  ['src/client/a.ts', "export * from '../store/b.ts';", 'client may not import store'],
  ['src/store/a.ts', "import '../agentmail/b.ts';", 'store may not import agentmail'],
  ['src/embedded/a.ts', "import { b } from '../../dashboard/b.ts';", 'embedded may not import dashboard'],
  ['emulator/state/a.ts', "import { b } from '../../src/config.ts';", 'emulator may not import base'],
  ['dashboard/src/a.tsx', "import { b } from '../../src/client/b.ts';", 'dashboard may not import client (types only)'],
  ['src/novel/a.ts', '', 'has no rule'],
])('%s: %s is refused', (file, source, reason) => {
  expect(checkFile(file, source).join('\n')).toContain(reason);
});

test.each([
  ['src/workflows/a.ts', "import type { B } from '../activities/b.ts';"],
  ['src/workflows/a.ts', "import { type B, type C } from '../activities/b.ts';"],
  ['src/client/a.ts', "import { b } from '../workflows/messages.ts';"],
  ['src/dev.ts', "import { b } from './embedded/b.ts';"],
  ['src/activities/a.ts', "import { b } from '../store/b.ts'; import { readFile } from 'node:fs/promises';"],
  ['emulator/http/a.ts', "import { b } from '../state/b.ts';"],
])('%s: %s is fine', (file, source) => {
  expect(checkFile(file, source)).toEqual([]);
});

test('rooms', () => {
  expect(['src/config.ts', 'src/dev.ts', 'src/workflows/messages.ts', 'test/a.ts'].map(roomOf)).toEqual([
    'base',
    'entry',
    'contract',
    undefined,
  ]);
});
