import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { z } from 'zod';

const VERSION = '4.32.5';

export const CHECKS = [
  'not_a_server_error',
  'response_schema_conformance',
  'status_code_conformance',
  'content_type_conformance',
];
/** A request that takes longer than this on a busy machine hangs. */
const REQUEST_TIMEOUT_S = 30;
/** What a run may take beyond its time: the document is read, the last requests end, reports are written. */
const GRACE_MS = 120_000;

const PYTHON_MISSING =
  'The fuzz run needs schemathesis 4, and to install it Python 3.10 or later with venv (Debian: apt-get install python3-venv), or have `st` on the PATH';

/** Path of `st`: the one on the PATH when it is version 4, else one kept in `cacheDir`. */
export function ensureSchemathesis(cacheDir: string): string {
  const onPath = (process.env.PATH ?? '').split(delimiter).map((dir) => join(dir, 'st'));
  const found = onPath.find((path) => existsSync(path) && isUsable(path));
  if (found) return found;
  const venv = join(cacheDir, `schemathesis-${VERSION}`);
  const kept = join(venv, 'bin', 'st');
  if (existsSync(kept) && isUsable(kept)) return kept;
  process.stderr.write(`Installing schemathesis ${VERSION} into ${venv} ...\n`);
  mkdirSync(cacheDir, { recursive: true });
  must('python3', ['-m', 'venv', '--clear', venv], PYTHON_MISSING);
  const install = ['install', '--quiet', '--disable-pip-version-check', `schemathesis==${VERSION}`];
  must(join(venv, 'bin', 'pip'), install, `pip could not install schemathesis ${VERSION}; ${PYTHON_MISSING}`);
  return kept;
}

const isUsable = (path: string) =>
  / 4\.\d+/.test(spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 60_000 }).stdout ?? '');

function must(command: string, args: string[], otherwise: string): void {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(otherwise);
}

const reportSchema = z.object({
  stop_reason: z.string(),
  operations: z.object({ selected: z.int(), tested: z.int() }).nullable(),
  test_cases: z.object({ generated: z.int() }),
  failures: z.array(z.object({ title: z.string(), count: z.int(), operations: z.array(z.string()) })),
  errors: z.array(z.object({ title: z.string(), count: z.int() })),
});
export type Report = z.infer<typeof reportSchema>;

export interface FuzzRun {
  st: string;
  url: string;
  apiKey: string;
  seconds: number;
  seed: number;
  /** Operations without an end of their own. */
  exclude: string[];
  /** Values that exist, by place and name of the parameter, such as `path.id`. */
  known: Record<string, string[]>;
  /** Folder for what the run writes. */
  dir: string;
  maxExamples: number;
}

/** One run as the holder of one key. Its text names every finding with a request that repeats it. */
export async function runSchemathesis(run: FuzzRun): Promise<{ report: Report; text: string }> {
  mkdirSync(run.dir, { recursive: true });
  const config = join(run.dir, 'schemathesis.toml');
  const report = join(run.dir, 'report.json');
  writeFileSync(config, configOf(run.known));
  const args = [
    ...['--config-file', config, 'run', `${run.url}/openapi.json`, '--checks', CHECKS.join(',')],
    ...['--header', `Authorization: Bearer ${run.apiKey}`, '--phases', 'examples,coverage,fuzzing,stateful'],
    ...['--max-examples', String(run.maxExamples), '--max-time', String(run.seconds), '--seed', String(run.seed)],
    ...['--request-timeout', String(REQUEST_TIMEOUT_S), '--generation-database', 'none', '--continue-on-failure'],
    // How fast data is made says something about this machine only.
    ...['--suppress-health-check', 'all', '--no-color', '--warnings', 'off'],
    ...['--report', 'json', '--report-json-path', report],
    ...run.exclude.flatMap((id) => ['--exclude-operation-id', id]),
  ];
  const text = await output(run.st, args, run.seconds * 1_000 + GRACE_MS);
  if (!existsSync(report)) throw new Error(`schemathesis wrote no report:\n${text}`);
  return { report: reportSchema.parse(JSON.parse(readFileSync(report, 'utf8'))), text };
}

/** Most requests are about something that is there; the others about anything at all. */
function configOf(known: Record<string, string[]>): string {
  const names = Object.keys(known);
  const quote = (text: string) => JSON.stringify(text);
  return [
    ...names.map((name, at) => `[dictionaries.known${at}]\nvalues = [${known[name]?.map(quote).join(', ')}]`),
    '[parameters]',
    // Waiting for an outcome takes the time of everything else.
    '"query.waitMs" = 20',
    ...names.map((name, at) => `${quote(name)} = { dictionary = "known${at}", probability = 0.7 }`),
  ].join('\n');
}

function output(command: string, args: string[], timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
    child.once('error', reject);
    child.once('close', () => resolve(text));
  });
}
