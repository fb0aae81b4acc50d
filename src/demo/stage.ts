import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectControl } from '../../emulator/control-client.ts';
import { Countersign } from '../client/index.ts';
import { type Config, loadConfig } from '../config.ts';
import { startEmbedded } from '../embedded/system.ts';
import { createLogger } from '../log.ts';

export const INBOX = 'service@nordlicht.example';

/** The repository's `examples` folder, from source and from the build. */
const examples = fileURLToPath(
  new URL(import.meta.url.endsWith('.js') ? '../../../examples/' : '../../examples/', import.meta.url),
);

/** The whole system on a temporary folder, with an inbox, its mail, and a small customer database over HTTP. */
export async function setStage() {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-demo-'));
  // Nothing of the environment's servers, keys or ports: the demo touches only itself.
  const environment = loadConfig();
  const config: Config = {
    ...environment,
    dataDir: folder,
    http: { host: '127.0.0.1', port: 0 },
    temporal: { ...environment.temporal, external: false, connection: {}, devServer: { port: 0, uiPort: 0 } },
    database: {},
    agentmail: { emulatorPort: 0, webhookSecrets: [] },
    keys: [],
    httpSourceHosts: ['127.0.0.1'],
  };
  const customers = await serveCustomers();
  const system = await startEmbedded({ config, log: createLogger({ level: 'error', part: 'demo' }) });
  const { agentmail } = system.urls;
  if (!agentmail) throw new Error('the demo needs the local AgentMail');
  await createInbox(agentmail, system.agentmailKey);
  const { api } = system.urls;
  return {
    system,
    agentMail: connectControl(agentmail),
    agent: new Countersign({ baseUrl: api, apiKey: system.credentials.keys.agent }),
    reviewer: new Countersign({ baseUrl: api, apiKey: system.credentials.keys.reviewer }),
    customerUrl: (file: string) => `${customers.url}/${file}`,
    async strike() {
      await system.stop();
      await customers.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const example = (path: string) => readFile(join(examples, path));

export async function exampleThreads(): Promise<Buffer[]> {
  const names = (await readdir(join(examples, 'threads'))).filter((name) => name.endsWith('.eml')).sort();
  return Promise.all(names.map((name) => example(`threads/${name}`)));
}

async function createInbox(url: string, key: string): Promise<void> {
  const [username, domain] = INBOX.split('@');
  const response = await fetch(`${url}/v0/inboxes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ username, domain, display_name: 'Nordlicht' }),
  });
  if (!response.ok) throw new Error(`the inbox could not be made: ${response.status}`);
}

/** The JSON files of `examples/customers`, as a company's own service would answer them. */
async function serveCustomers(): Promise<{ url: string; close(): Promise<void> }> {
  const files = new Set(await readdir(join(examples, 'customers')));
  const server = createServer(async (request, response) => {
    const name = (request.url ?? '').slice(1);
    if (!files.has(name)) return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': 'application/json' }).end(await example(`customers/${name}`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
