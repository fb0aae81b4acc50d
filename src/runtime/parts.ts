import type { Client } from '@temporalio/client';
import type { ActivityDeps } from '../activities/index.ts';
import { createKeyGate, type MailProvider, withKeyThrottle } from '../agentmail/index.ts';
import { createOperatorMail } from '../agentmail/operator-mail.ts';
import type { ApiDeps } from '../api/index.ts';
import { createModelGenerator, type Generator } from '../compose/index.ts';
import type { Config } from '../config.ts';
import { createOptOutTokens, OPT_OUT_PATH } from '../domain/opt-out.ts';
import type { Logger } from '../log.ts';
import { createChannels } from '../notify/index.ts';
import type { Store } from '../store/index.ts';
import { createAlertPort } from '../temporal/alerts.ts';
import { createBatchEngine } from '../temporal/batch-engine.ts';
import { createDraftCommands } from '../temporal/draft-commands.ts';
import { createFindEnding } from '../temporal/draft-endings.ts';
import { createDraftEngine } from '../temporal/draft-engine.ts';
import { builtDeskDir, packageVersion } from './built.ts';
import { reviewChannelsOf } from './channels.ts';
import type { RecipeBook } from './recipes.ts';

/** AgentMail's account, for what is not a draft: the system's own messages to its operators. */
type MailAccount = { apiKey: string; baseUrl?: string };

/** What the activities are made of, over an open store and a mail provider. */
export function activityDepsOf(
  config: Config,
  parts: RecipeBook & { store: Store; mail: MailProvider; log: Logger; temporal: Client; account: MailAccount },
): ActivityDeps {
  const { temporal, account, ...others } = parts;
  const { taskQueue } = config.temporal;
  const { store, log } = parts;
  return {
    ...others,
    mail: throttled(parts),
    alerts: createAlertPort({ store, temporal, taskQueue, clock: Date.now, log }),
    channels: createChannels(config.alerts, { log, operatorMail: (inboxId) => createOperatorMail(account, inboxId) }),
    deskUrl: config.http.publicUrl,
    reviewChannels: reviewChannelsOf(config, { store, account }),
    endings: createFindEnding({ temporal }),
    watch: config.watch,
    reviewerKeys: config.keys.filter(({ roles }) => roles.includes('reviewer')),
    engine: createDraftEngine({ temporal, taskQueue }),
    batchEngine: createBatchEngine({ temporal, taskQueue }),
    commands: createDraftCommands({ temporal }),
    httpSourceHosts: config.httpSourceHosts,
    sourceSecrets: config.sourceSecrets,
    bulkCategories: config.bulkCategories,
    optOut: optOutLinks(config),
    mirrorSuppressions: config.mirrorSuppressions,
    generator: generatorOf(config),
    clock: Date.now,
  };
}

/** A 429 is for the key: this process rests at once, and every other one learns it from the store. */
function throttled({ mail, store, log }: { mail: MailProvider; store: Store; log: Logger }): MailProvider {
  const gate = createKeyGate((untilMs) => {
    store.slowDown('key', untilMs - Date.now()).catch((error: unknown) => {
      log.warn({ err: error }, 'other workers could not be told that AgentMail asked for a rest');
    });
  });
  return withKeyThrottle(mail, gate, { sharedRestMs: () => store.keyBlockedMs() });
}

/** Links need a secret to prove themselves, and an address that recipients reach. */
function optOutLinks({ secrets, http }: Config): ActivityDeps['optOut'] {
  const { publicUrl } = http;
  if (secrets.length === 0 || publicUrl === undefined) return undefined;
  const tokens = createOptOutTokens(secrets);
  return { urlFor: (subject) => `${publicUrl}${OPT_OUT_PATH}${tokens.sign(subject)}` };
}

function generatorOf({ model }: Config): Generator | undefined {
  // Servers on one's own machine want no key.
  return model && createModelGenerator({ baseUrl: model.url, model: model.name, apiKey: model.apiKey ?? '' });
}

/** What the API stands on, with the configuration's keys. */
export function apiDepsOf(
  config: Config,
  parts: Pick<RecipeBook, 'recipes'> & { store: Store; mail: MailProvider; log: Logger; temporal: Client },
): ApiDeps {
  return {
    ...parts,
    mail: throttled(parts),
    keys: config.keys,
    taskQueue: config.temporal.taskQueue,
    namespace: parts.temporal.options.namespace,
    temporalUiUrl: config.temporal.uiUrl,
    optOut: config.secrets.length > 0 ? createOptOutTokens(config.secrets) : undefined,
    webhookSecrets: () => config.agentmail.webhookSecrets,
    mirrorSuppressions: config.mirrorSuppressions,
    deskDir: builtDeskDir(),
    version: packageVersion(),
  };
}
