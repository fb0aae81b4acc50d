// `npm test`: builds what is out of date, runs the static checks, then the tests, and sums all of it up in one line,
// also in test-results/summary.txt. Arguments go to Vitest.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isBuilt } from './build.mjs';
import { ensureChromium } from './ensure-chromium.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const results = join(root, 'test-results');
const report = join(results, 'vitest.json');
const bin = (name) => join(root, 'node_modules', '.bin', name);
const failed = [];
let passed = 0;

async function check(name, command, args) {
  const { code, output } = await run(command, args);
  if (code === 0) {
    passed++;
    console.log(`ok    ${name}`);
  } else {
    failed.push(name);
    console.log(`FAIL  ${name}\n${output.trimEnd()}\n`);
  }
}

function run(command, args, stdio = 'pipe') {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', stdio, stdio] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
    child.once('error', (error) => resolve({ code: 1, output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Vitest's own figures; a run that broke off without them, or without a single test, has failed. */
async function runTests() {
  const { code } = await run(
    bin('vitest'),
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)],
    'inherit',
  );
  let figures;
  try {
    figures = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    failed.push('vitest wrote no report');
    return;
  }
  passed += figures.numPassedTests;
  const suites = figures.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  failed.push(...suites.map(({ name }) => name), ...Array(figures.numFailedTests).fill('test'));
  if (figures.numTotalTests === 0) failed.push('no test was found');
  if (code !== 0 && failed.length === 0) failed.push('vitest failed outside of tests');
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
if (!isBuilt()) await check('build', process.execPath, ['scripts/build.mjs']);
await Promise.all([
  check('types (tsc)', bin('tsc'), ['-p', 'tsconfig.json']),
  check('lint and format (biome)', bin('biome'), ['check', '--error-on-warnings', '.']),
]);
await Promise.all([
  check('import directions', process.execPath, ['--import', 'tsx', 'scripts/import-rules.ts']),
  check('dead code (knip)', bin('knip'), ['--no-progress', '--no-config-hints']),
]);
try {
  process.env.CHROMIUM_PATH = ensureChromium();
} catch (error) {
  console.log(`FAIL  ${error.message}`);
  failed.push('chromium');
}
await runTests();
const summary = `${passed} passed, ${failed.length} failed`;
writeFileSync(join(results, 'summary.txt'), `${summary}\n`);
console.log(summary);
process.exitCode = failed.length > 0 ? 1 : 0;
