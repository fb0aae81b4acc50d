import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startEmulator } from '../../emulator/index.ts';
import { createAgentMail, type MailProvider } from '../agentmail/index.ts';
import type { Config } from '../config.ts';
import type { Teardown } from '../runtime/teardown.ts';
import { openStore, type Store } from '../store/index.ts';
import type { DataDir } from './data-dir.ts';
import { claimPort } from './ports.ts';

/** Accepted by the local AgentMail until it has keys of its own. */
const LOCAL_AGENTMAIL_KEY = 'am_local';

/**
 * The database the environment names, else PGlite in the data folder. Whoever reaches the embedded Temporal is this
 * machine's user, so its approve signals count there, and
 * one person may both edit and approve; on a shared server neither holds.
 */
export async function openEmbeddedStore(config: Config, dir: DataDir, teardown: Teardown): Promise<Store> {
  const { url } = config.database;
  const location = url ? { databaseUrl: url } : { dataDir: dir.databaseDir };
  const inboxDefaults = config.temporal.external ? {} : { acceptUnverifiedSignals: true, editorMayApprove: true };
  const store = await openStore(location, { templateFile: builtTemplate(), inboxDefaults });
  teardown.add('database', () => store.close());
  return store;
}

export type OpenAgentMail = { mail: MailProvider; apiKey: string; url?: string };

/** The real AgentMail when there is a key for it, else the local one, kept in the data folder. */
export async function openAgentMail(config: Config, dir: DataDir, teardown: Teardown): Promise<OpenAgentMail> {
  const { apiKey, baseUrl, emulatorPort } = config.agentmail;
  if (apiKey) return { mail: createAgentMail({ apiKey, baseUrl }), apiKey, url: baseUrl };
  const port = await claimPort('127.0.0.1', emulatorPort, 'COUNTERSIGN_EMULATOR_PORT');
  const emulator = await startEmulator({ port, dataDir: dir.emulatorDir });
  teardown.add('AgentMail', emulator.close);
  const local = { apiKey: LOCAL_AGENTMAIL_KEY, baseUrl: emulator.url };
  return { mail: createAgentMail(local), apiKey: local.apiKey, url: emulator.url };
}

/** The empty database that the build prepared; also found when running from source. */
function builtTemplate(): string | undefined {
  const dist = import.meta.url.endsWith('.js') ? '../../' : '../../dist/';
  const file = fileURLToPath(new URL(`${dist}pglite-template.tar.gz`, import.meta.url));
  return existsSync(file) ? file : undefined;
}
