import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('a build leaves every command executable, so that `npx countersign` works after each', () => {
  const { bin } = z
    .object({ bin: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  const out = mkdtempSync(join(tmpdir(), 'countersign-build-'));
  try {
    const files = Object.values(bin).map((file) => join(out, relative('dist', file)));
    expect(files).not.toEqual([]);
    for (const file of files) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, '', { mode: 0o644 });
    }
    const script = `import(${JSON.stringify(join(root, 'scripts/build.mjs'))}).then((b) => b.makeExecutable(process.argv[1]))`;
    execFileSync(process.execPath, ['-e', script, out]);
    for (const file of files) expect(statSync(file).mode & 0o111).toBe(0o111);
  } finally {
    rmSync(out, { recursive: true });
  }
});
