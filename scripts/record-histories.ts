/**
 * Records one workflow history for each path into test/histories, for the replay suite: `npx tsx scripts/record-histories.ts`.
 * Histories of released versions stay; those of this version are replaced.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { loadConfig } from '../src/config.ts';
import { findTemporalCli } from '../src/embedded/temporal-binary.ts';
import { orderRecipe } from '../test/support/acts.ts';
import { startEagerDevServer } from '../test/support/dev-env.ts';
import { createRig, type DraftHandle, type Rig } from '../test/support/rig.ts';
import { SCENARIOS } from '../test/support/scenarios.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = new URL('../test/histories/', import.meta.url);

/** The runs of a draft in order: more than one after a continue-as-new. */
async function runsOf(rig: Rig, handle: DraftHandle): Promise<string[]> {
  const runs: string[] = [];
  let runId: string | undefined = (await rig.store.getDraft(handle.workflowId))?.firstRunId ?? undefined;
  while (runId) {
    runs.push(runId);
    const { events } = await rig.client.workflow.getHandle(handle.workflowId, runId).fetchHistory();
    runId = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  }
  return runs;
}

async function record(rig: Rig, name: string, version: string, orderUrl: string): Promise<void> {
  const scenario = SCENARIOS[name];
  if (!scenario) throw new Error(`no scenario ${name}`);
  const handle = await scenario.live(rig, orderUrl);
  await rig.client.workflow
    .getHandle(handle.workflowId)
    .result()
    .catch(() => undefined);
  const status = (await rig.store.getDraft(handle.workflowId))?.projection?.status;
  if (status !== scenario.ends) throw new Error(`${name} ended ${status}, not ${scenario.ends}`);
  for (const [index, runId] of (await runsOf(rig, handle)).entries()) {
    const history = await rig.client.workflow.getHandle(handle.workflowId, runId).fetchHistory();
    const file = new URL(`${name}${index === 0 ? '' : `.run${index + 1}`}.v${version}.json`, folder);
    // Stack traces name the recorder's own folders; nothing of that belongs into the project.
    const json = JSON.stringify(JSON.parse(historyToJSON(history))).replaceAll(root, '');
    await writeFile(file, `${json}\n`);
    process.stdout.write(`${name}${index === 0 ? '' : ` run ${index + 1}`}: ${history.events?.length} events\n`);
  }
}

const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
const { binaries } = loadConfig();
const env = await startEagerDevServer(await findTemporalCli({ ...binaries, explicitPath: binaries.temporalCliPath }));
const rig = await createRig(env, { recipes: [orderRecipe] });
const server = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ number: 'A-17', state: 'packed' }));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const port = address !== null && typeof address === 'object' ? address.port : 0;
try {
  for (const name of Object.keys(SCENARIOS)) await record(rig, name, version, `http://127.0.0.1:${port}/order.json`);
} finally {
  server.close();
  await rig.close();
  await env.teardown();
}
