import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AgentMailClient } from 'agentmail';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { type Control, connectControl } from '../../emulator/control-client.ts';
import { Countersign } from '../../src/client/index.ts';
import { loadConfig } from '../../src/config.ts';
import { hashApiKey } from '../../src/config-keys.ts';
import { type EmbeddedSystem, startEmbedded } from '../../src/embedded/system.ts';
import { createLogger } from '../../src/log.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The whole system with the desk in it, and people with names. */
export interface DeskSystem {
  url: string;
  system: EmbeddedSystem;
  agent: Countersign;
  /** Keys of two reviewers, of somebody who looks after accounts, and of the agent. */
  keys: { ana: string; maria: string; olga: string; agent: string };
  maria: Countersign;
  emulator: Control;
  inboxes: { support: string; billing: string };
  stop(): Promise<void>;
}

/** `prepare`: what is done to the data folder before the system opens it. */
export async function startDeskSystem(
  temporalCliPath?: string,
  prepare?: (dataDir: string) => Promise<void>,
): Promise<DeskSystem> {
  buildDesk();
  const dir = mkdtempSync(join(tmpdir(), 'countersign-desk-'));
  const dataDir = join(dir, 'state');
  await prepare?.(dataDir);
  const keys = { ana: newKey(), maria: newKey(), olga: newKey(), agent: newKey() };
  const config = loadConfig({
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    TEMPORAL_CLI_PATH: temporalCliPath ?? process.env.TEMPORAL_CLI_PATH,
    COUNTERSIGN_DATA_DIR: dataDir,
    COUNTERSIGN_PORT: '0',
    COUNTERSIGN_EMULATOR_PORT: '0',
    COUNTERSIGN_TEMPORAL_PORT: '0',
    COUNTERSIGN_TEMPORAL_UI_PORT: '0',
    COUNTERSIGN_LOG_LEVEL: 'error',
    COUNTERSIGN_KEYS: JSON.stringify([
      { id: 'ana', name: 'Ana Ruiz', roles: ['reviewer', 'operator'], sha256: hashApiKey(keys.ana) },
      { id: 'maria', name: 'Maria Keller', roles: ['reviewer'], sha256: hashApiKey(keys.maria) },
      { id: 'olga', name: 'Olga Petrova', roles: ['admin'], sha256: hashApiKey(keys.olga) },
      { id: 'support-agent', name: 'Support agent', roles: ['agent'], sha256: hashApiKey(keys.agent) },
    ]),
  });
  const system = await startEmbedded({ config, log: createLogger({ level: 'error', part: 'desk-test' }) });
  const agentmail = system.urls.agentmail ?? '';
  const mail = new AgentMailClient({ apiKey: system.agentmailKey, baseUrl: agentmail });
  const [support, billing] = await Promise.all([
    mail.inboxes.create({ username: 'support', displayName: 'Acme Support' }),
    mail.inboxes.create({ username: 'billing', displayName: 'Acme Billing' }),
  ]);
  const client = (apiKey: string) => new Countersign({ baseUrl: system.urls.api, apiKey });
  return {
    url: system.urls.api,
    system,
    agent: client(keys.agent),
    keys,
    maria: client(keys.maria),
    emulator: connectControl(agentmail),
    inboxes: { support: support.inboxId, billing: billing.inboxId },
    stop: async () => {
      await system.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const newKey = () => `cs_${randomBytes(24).toString('base64url')}`;

/** Builds the desk when its sources are newer than what was built: a test of an old page would prove nothing. */
export function buildDesk(): void {
  const source = join(root, 'dashboard');
  const newest = Math.max(
    ...readdirSync(source, { recursive: true }).map((name) => statSync(join(source, String(name))).mtimeMs),
  );
  const built = statSync(join(root, 'dist/dashboard/index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (built >= newest) return;
  // In a process of its own: a test's NODE_ENV would build React for development.
  execFileSync(join(root, 'node_modules/.bin/vite'), ['build', source, '--logLevel', 'warn'], {
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: 'inherit',
  });
}

const FLAGS = ['no-sandbox', 'disable-gpu', 'disable-quic', 'no-first-run', 'disable-background-networking'];

export function launchBrowser(...more: string[]): Promise<Browser> {
  const args = [...FLAGS, 'disable-component-update', 'disable-sync', ...more].map((flag) => `--${flag}`);
  return chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args });
}

/** What a page did that it should not: messages on its console, errors, requests to anywhere else. */
export interface Watched {
  page: Page;
  problems: string[];
}

/** Signs in by the link a terminal would show, in a browser profile of its own. */
export async function openDesk(
  browser: Browser,
  { url, key, path = '/', ...options }: { url: string; key: string; path?: string } & BrowserContextOptions,
): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    timezoneId: 'Europe/Berlin',
    ...options,
  });
  const problems: string[] = [];
  const { origin } = new URL(url);
  // Of the whole profile: also what a page that was opened behind our back says and asks for.
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(`console: ${message.text()}`);
  });
  context.on('weberror', (error) => problems.push(`error: ${error.error().message}`));
  context.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('request', (request) => {
    const target = request.url();
    if (!/^(?:data|blob|about):/.test(target) && new URL(target).origin !== origin) problems.push(`request: ${target}`);
  });
  const page = await context.newPage();
  await page.goto(`${url}${path}#key=${key}`);
  return { page, problems };
}
