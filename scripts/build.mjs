// Builds everything into dist/: compiled code, the desk, the workflow bundle, the prepared database template.
// Emits without type checking: `npm test` checks types, an installation need not wait for it.
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { checkFirstLoad, packAssets } from './desk-size.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const stamp = join(dist, '.built');
const bin = (name) => join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);

const steps = {
  async code(out) {
    await run(bin('tsc'), ['-p', 'tsconfig.build.json', '--noCheck', '--outDir', out]);
    await Promise.all([copyAssets('src', out), copyAssets('emulator', out), makeExecutable(out)]);
    await run(process.execPath, [join(out, 'src/store/build-template.js'), join(out, 'pglite-template.tar.gz')]);
  },
  async desk(out) {
    const args = ['build', 'dashboard', '--outDir', join(out, 'dashboard'), '--emptyOutDir', '--logLevel', 'warn'];
    await run(bin('vite'), args);
    await Promise.all([packAssets(join(out, 'dashboard')), checkFirstLoad(join(out, 'dashboard'))]);
  },
  async workflows(out) {
    const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
    const workflowsPath = join(root, 'src/workflows/index.ts');
    const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
    await writeFile(join(out, 'workflow-bundle.js'), code);
  },
};

/** npm marks commands executable when it links them, once; a later build would leave `npx countersign` without permission. */
export async function makeExecutable(out) {
  const { bin: commands } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  for (const file of Object.values(commands)) await chmod(join(out, relative('dist', file)), 0o755);
}

/** What compilers leave behind: migrations, templates, style sheets, sample mails. */
async function copyAssets(folder, out) {
  const compiled = new Set(['.ts', '.tsx']);
  await cp(join(root, folder), join(out, folder), {
    recursive: true,
    filter: async (path) => !compiled.has(extname(path)) || (await stat(path)).isDirectory(),
  });
}

function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: command.endsWith('.cmd'),
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} ${args.join(' ')}: exit code ${code}`)),
    );
  });
}

async function timed(name, step, out) {
  const start = Date.now();
  await step(out);
  console.log(`build: ${name} ${((Date.now() - start) / 1_000).toFixed(1)} s`);
}

/**
 * Builds all parts at once beside the old ones and then takes their places, so that a system running from dist/ never
 * finds it empty. Rejects when one part fails, leaving the old ones.
 */
export async function build() {
  const startedAt = new Date();
  const next = join(dist, `.next-${process.pid}`);
  try {
    await mkdir(next, { recursive: true });
    const results = await Promise.allSettled(Object.entries(steps).map(([name, step]) => timed(name, step, next)));
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('\n'));
    for (const entry of await readdir(next)) {
      await rm(join(dist, entry), { recursive: true, force: true });
      await rename(join(next, entry), join(dist, entry));
    }
    // Dated back to the start: what was saved while this ran is newer, and built next time.
    await writeFile(stamp, '');
    await utimes(stamp, startedAt, startedAt);
  } finally {
    await rm(next, { recursive: true, force: true });
  }
}

/** Whether nothing that is built changed since it was. */
export function isBuilt() {
  const builtMs = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = [
    'src',
    'emulator',
    'dashboard',
    'scripts/build.mjs',
    'scripts/desk-size.mjs',
    'package-lock.json',
    'tsconfig.build.json',
  ];
  return sources.every((source) => newestMs(join(root, source)) <= builtMs);
}

function newestMs(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return 0;
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

/** `--if-changed` is for npm, which runs `prepare` also when `npx countersign` is used in a checkout. */
async function main() {
  if (process.argv.includes('--if-changed') && isBuilt()) return;
  await build();
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error) => {
    console.error(`build failed: ${error.message}`);
    process.exitCode = 1;
  });
}
