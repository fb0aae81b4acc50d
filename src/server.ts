import { createAgentMail } from './agentmail/index.ts';
import { createApi } from './api/index.ts';
import { loadConfig, requireExternal } from './config.ts';
import { createLogger } from './log.ts';
import { accountsDepsOf } from './runtime/accounts.ts';
import { reviewDoorsOf } from './runtime/channels.ts';
import { startHttp, urlOf } from './runtime/http.ts';
import { runMain, untilStopped } from './runtime/main.ts';
import { apiDepsOf } from './runtime/parts.ts';
import { loadPolicyFile } from './runtime/policy-file.ts';
import { loadRecipes } from './runtime/recipes.ts';
import { Teardown } from './runtime/teardown.ts';
import { registerWebhook, WebhookSecrets } from './runtime/webhook.ts';
import { openStore } from './store/index.ts';
import { connectClient } from './temporal/connection.ts';

/** The HTTP API and the desk alone, beside any number of others. */
async function main(): Promise<void> {
  const stopped = untilStopped();
  const config = loadConfig();
  const { databaseUrl, agentmailApiKey: apiKey } = requireExternal(config);
  const { recipes } = await loadRecipes(config);
  const log = createLogger({ level: config.logLevel, part: 'server' });
  const teardown = new Teardown(log);
  try {
    const store = await openStore({ databaseUrl }, { migrate: false });
    teardown.add('database', () => store.close());
    await loadPolicyFile(config, store, log);
    const temporal = await connectClient(config.temporal);
    teardown.add('Temporal connection', () => temporal.connection.close());
    const mail = createAgentMail({ apiKey, baseUrl: config.agentmail.baseUrl });
    const secrets = new WebhookSecrets(config.agentmail.webhookSecrets);
    const deps = apiDepsOf(config, { recipes, store, mail, log, temporal });
    const url = urlOf(config.http.host, config.http.port);
    const account = { apiKey, baseUrl: config.agentmail.baseUrl };
    const people = await accountsDepsOf(config, { store, log, url, account });
    const { fetch } = createApi({
      ...deps,
      ...people,
      channels: reviewDoorsOf(config, account),
      webhookSecrets: secrets.all,
    });
    const http = await startHttp({
      fetch,
      host: config.http.host,
      port: config.http.port,
      variable: 'COUNTERSIGN_PORT',
    });
    teardown.add('API', http.close);
    log.info({ url: http.url }, 'API listens');
    const setup = await people.accounts.setupLink();
    if (setup) log.warn({ url: setup.url }, 'nobody is an admin here yet: this link makes the first one, within a day');
    const { webhookBaseUrl: publicUrl } = config.agentmail;
    // Given a secret, somebody else registered the webhook.
    if (publicUrl !== undefined && secrets.all().length === 0) {
      const onSecret = async (secret: string) => secrets.add(secret);
      teardown.add('webhook', registerWebhook({ mail, publicUrl, onSecret, log }));
    }
    await stopped;
    log.info('API stops');
  } finally {
    await teardown.run();
  }
  process.exit(0);
}

await runMain(main);
