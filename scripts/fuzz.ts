// `npm run fuzz -- [--seconds N] [--seed S]`: asks every operation of /openapi.json with thousands of right and wrong
// requests, once as each role, and fails on an answer of 5xx or one that the document does not foresee.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { Command } from 'commander';
import { z } from 'zod';
import { Countersign } from '../src/client/index.ts';
import { loadConfig } from '../src/config.ts';
import { credentialsSchema } from '../src/embedded/credentials.ts';
import { killPrograms, startProgram } from '../test/support/processes.ts';
import { ensureSchemathesis, type Report, runSchemathesis } from './fuzz/schemathesis.ts';
import { seed } from './fuzz/seed.ts';

const ROLES = ['agent', 'reviewer', 'operator'] as const;
const DEFAULT_SEED = 20_261_122;

const whole = (text: string) => z.coerce.number().int().min(1).parse(text);
const options = new Command('fuzz')
  .option('--seconds <n>', 'time for each role', whole, 60)
  .option('--seed <s>', 'the same seed makes the same requests', whole, DEFAULT_SEED)
  .option('--examples <n>', 'random requests an operation, at most', whole, 30)
  .option('--role <role...>', `of ${ROLES.join(', ')}; default: all`)
  .parse()
  .opts<{ seconds: number; seed: number; examples: number; role?: string[] }>();

const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        operationId: z.string(),
        responses: z.record(z.string(), z.object({ content: z.record(z.string(), z.unknown()).optional() })),
      }),
    ),
  ),
});

const failureSchema = z.object({
  method: z.string(),
  path: z.string(),
  err: z.object({ stack: z.string() }).optional(),
});

/** Streams of events have no end, and their answers no schema. */
async function streamsOf(url: string): Promise<string[]> {
  const { paths } = documentSchema.parse(await (await fetch(`${url}/openapi.json`)).json());
  return Object.values(paths)
    .flatMap((methods) => Object.values(methods))
    .filter(({ responses }) => Object.values(responses).some(({ content }) => content?.['text/event-stream']))
    .map(({ operationId }) => operationId);
}

const st = ensureSchemathesis(loadConfig().binaries.cacheDir);
const dir = mkdtempSync(join(tmpdir(), 'countersign-fuzz-'));
const dataDir = join(dir, 'state');
const program = startProgram('src/dev.ts', {
  COUNTERSIGN_DATA_DIR: dataDir,
  COUNTERSIGN_LOG_LEVEL: 'error',
  COUNTERSIGN_PORT: '0',
  COUNTERSIGN_EMULATOR_PORT: '0',
  COUNTERSIGN_TEMPORAL_PORT: '0',
  COUNTERSIGN_TEMPORAL_UI_PORT: '0',
});
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    void program.end('SIGTERM').finally(() => process.exit(1));
  });

const reports = new Map<string, Report>();
let serverErrors = '';
try {
  const ready = await program.until(/is ready after[\s\S]*AgentMail +(http\S+)/);
  const { url, keys } = credentialsSchema.parse(JSON.parse(readFileSync(join(dataDir, 'credentials.json'), 'utf8')));
  const client = (apiKey: string) => new Countersign({ baseUrl: url, apiKey });
  const clients = { agent: client(keys.agent), reviewer: client(keys.reviewer), operator: client(keys.operator) };
  const known = await seed(clients, ready[1] ?? '');
  const exclude = await streamsOf(url);
  for (const role of ROLES.filter((name) => options.role?.includes(name) ?? true)) {
    const { seconds, examples: maxExamples } = options;
    console.log(`As ${role}, ${seconds} s ...`);
    const run = { st, url, apiKey: keys[role], seconds, seed: options.seed, exclude, known, maxExamples };
    const { report, text } = await runSchemathesis({ ...run, dir: join(dir, role) });
    reports.set(role, report);
    if (findingsOf(report) > 0) console.log(text);
  }
  serverErrors = failedRequests(readFileSync(join(dataDir, 'countersign.log'), 'utf8'));
} finally {
  await program.end('SIGTERM');
  killPrograms();
  rmSync(dir, { recursive: true, force: true });
}

const table = new Table({ head: ['role', 'operations', 'requests', 'findings', 'errors', 'ended'] });
for (const [role, report] of reports) {
  const { operations, test_cases: cases, failures, errors } = report;
  const tested = `${operations?.tested ?? 0} of ${operations?.selected ?? 0}`;
  table.push([role, tested, cases.generated, failures.length, errors.length, report.stop_reason]);
}
console.log(table.toString());
for (const [role, { failures, errors }] of reports) {
  for (const { title, count, operations } of failures)
    console.log(`${role}: ${title} (${count}): ${operations.join(', ')}`);
  for (const { title, count } of errors) console.log(`${role}: ${title} (${count})`);
}
const findings = [...reports.values()].reduce((sum, report) => sum + findingsOf(report), 0);
if (serverErrors) console.log(`What failed on the server:\n${serverErrors}`);
console.log(findings === 0 ? 'No finding.' : `${findings} findings; seed ${options.seed}.`);
process.exitCode = findings === 0 && reports.size > 0 ? 0 : 1;

/** The server's own word on its answers of 5xx. */
function failedRequests(log: string): string {
  return log
    .split('\n')
    .filter((line) => line.includes('"request failed"'))
    .map((line) => {
      const { method, path, err } = failureSchema.parse(JSON.parse(line));
      return `${method} ${path}: ${err?.stack ?? 'no reason'}`;
    })
    .join('\n');
}

/** A run that tested nothing has found nothing out, and counts as one. */
function findingsOf({ failures, errors, operations, stop_reason: ended }: Report): number {
  const idle = ended === 'error' || (operations?.tested ?? 0) === 0 ? 1 : 0;
  return failures.length + errors.length + idle;
}
