// Builds everything into dist/: compiled code, the desk, the workflow bundle, the prepared database template.
// Emits without type checking: `npm test` checks types, an installation need not wait for it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const bin = (name) => join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);

const steps = {
  async code() {
    await run(bin('tsc'), ['-p', 'tsconfig.build.json', '--noCheck']);
    await Promise.all([copyAssets('src'), copyAssets('emulator')]);
    const template = join(dist, 'src/store/build-template.js');
    if (!existsSync(template)) return 'no database template: src/store/build-template.ts is not there';
    await run(process.execPath, [template, join(dist, 'pglite-template.tar.gz')]);
  },
  async desk() {
    if (!existsSync(join(root, 'dashboard/index.html'))) return 'skipped: dashboard/index.html is not there';
    await run(bin('vite'), [
      'build',
      'dashboard',
      '--outDir',
      join(dist, 'dashboard'),
      '--emptyOutDir',
      '--logLevel',
      'warn',
    ]);
  },
  async workflows() {
    const workflowsPath = join(root, 'src/workflows/index.ts');
    if (!existsSync(workflowsPath)) return 'skipped: src/workflows/index.ts is not there';
    const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
    const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
    await writeFile(join(dist, 'workflow-bundle.js'), code);
  },
};

/** What compilers leave behind: migrations, templates, style sheets, sample mails. */
async function copyAssets(folder) {
  const compiled = new Set(['.ts', '.tsx']);
  await cp(join(root, folder), join(dist, folder), {
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

async function timed(name, step) {
  const start = Date.now();
  const note = await step();
  console.log(`build: ${name} ${note ?? `${((Date.now() - start) / 1_000).toFixed(1)} s`}`);
}

/** Empties dist/ and builds all parts at once. Rejects when one fails. */
export async function build() {
  const startedAt = new Date();
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  const results = await Promise.allSettled(Object.entries(steps).map(([name, step]) => timed(name, step)));
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('\n'));
  // Dated back to the start: what was saved while this ran is newer, and built next time.
  await writeFile(join(dist, '.built'), '');
  await utimes(join(dist, '.built'), startedAt, startedAt);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  build().catch((error) => {
    console.error(`build failed: ${error.message}`);
    process.exitCode = 1;
  });
}
