import { join } from 'node:path';
import { pino } from 'pino';
import { loadConfig } from './config.ts';
import { prepareDataDir } from './embedded/data-dir.ts';
import { type EmbeddedSystem, startEmbedded } from './embedded/system.ts';
import { createLogger } from './log.ts';
import { runMain, untilStopped } from './runtime/main.ts';

/** Everything in one process tree, for one machine: what `npm start` runs. */
async function main(): Promise<void> {
  const startedMs = performance.now();
  const stopped = untilStopped();
  const config = loadConfig();
  // The databases hold mail and decisions. A data folder that was there before may be open to others; what is in it is not.
  process.umask(0o077);
  const logFile = join(await prepareDataDir(config.dataDir), 'countersign.log');
  const destination = pino.destination({ dest: logFile, mode: 0o600, sync: true });
  const log = createLogger({ level: config.logLevel, part: 'embedded', destination });
  const system = await startEmbedded({ config, log });
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  process.stdout.write(`${summary(system, logFile, seconds)}\n`);
  try {
    await Promise.race([stopped, system.failed]);
    process.stdout.write('Stopping ...\n');
  } finally {
    await system.stop();
  }
  // Temporal's native threads and kept-alive sockets have nothing left to do.
  process.exit(0);
}

function summary({ urls, dataDir }: EmbeddedSystem, logFile: string, seconds: string): string {
  const lines: [string, string | undefined][] = [
    ['Review desk', `${urls.api}/  (the link that signs you in: npx countersign desk)`],
    ['HTTP API', `${urls.api}/v1  (contract: ${urls.api}/openapi.json)`],
    ['AgentMail', urls.agentmail ? `${urls.agentmail}` : 'the service itself'],
    ['Temporal', urls.temporalUi ? `${urls.temporal}  (Web UI: ${urls.temporalUi})` : urls.temporal],
    ['Keys', join(dataDir, 'credentials.json')],
    ['State', dataDir],
    ['Log', logFile],
  ];
  const rows = lines.map(([name, value]) => `  ${name.padEnd(12)} ${value}`);
  return [`Countersign is ready after ${seconds} s`, ...rows, 'Ctrl-C stops everything; the state stays.'].join('\n');
}

await runMain(main);
