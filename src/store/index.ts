import { createAbsences } from './absences.ts';
import { createAccountKeys } from './account-keys.ts';
import { createAccountLog } from './account-log.ts';
import { createAccounts } from './accounts.ts';
import { createAlerts } from './alerts.ts';
import { createAssignments } from './assignments.ts';
import { createAuthTables } from './auth-database.ts';
import { createBatches } from './batches.ts';
import { createChannelStore } from './channels.ts';
import { createCommands } from './commands.ts';
import { createDatabase, type Engine } from './database.ts';
import { createDiscoveryStore } from './discovery.ts';
import { createDocuments } from './documents.ts';
import { createDraftList } from './draft-list.ts';
import { createDrafts } from './drafts.ts';
import { createPGliteEngine, openPGlite } from './embedded.ts';
import { checkEpoch } from './epoch.ts';
import { createEventSignal } from './event-signal.ts';
import { createEvents } from './events.ts';
import { createInboxes, INBOX_DEFAULTS, type InboxDefaults } from './inboxes.ts';
import { createLimits } from './limits.ts';
import { createLinks } from './links.ts';
import { createLooks } from './looks.ts';
import { assertMigrated, migratePGlite, migratePostgres } from './migrate.ts';
import { createMirrors } from './mirrors.ts';
import { createNumbers } from './numbers.ts';
import { createOperations } from './operations.ts';
import { createPauses } from './pauses.ts';
import { createPermits } from './permits.ts';
import { withPlainErrors } from './plain-errors.ts';
import { createPolicies } from './policies.ts';
import { createPostgresEngine, POSTGRES_DEFAULTS, type PostgresOptions } from './postgres.ts';
import { createPreferences } from './preferences.ts';
import { createProposals } from './proposals.ts';
import { createRecipientNotices } from './recipient-notices.ts';
import { createRevisions } from './revisions.ts';
import { createRoutings } from './routings.ts';
import { createSends } from './sends.ts';
import { createSettingsLog } from './settings-log.ts';
import { createSlackLinks } from './slack-links.ts';
import { createSuppressions } from './suppressions.ts';
import type { Store } from './types.ts';
import { createViews } from './views.ts';
import { createWatch } from './watch.ts';
import { createWebhookStore } from './webhooks.ts';

export { StoreConflict, StoreInvalid, StoreMissing, StoreUnavailable } from './errors.ts';
export { INBOX_DEFAULTS, type InboxDefaults } from './inboxes.ts';
export { migratePostgres } from './migrate.ts';
export type * from './types.ts';
export type * from './types-batches.ts';

/** A PostgreSQL server (14 or newer), a folder of the embedded PostgreSQL, or one in memory that ends with the store. */
export type StoreLocation = { databaseUrl: string } | { dataDir: string } | { memory: true };

export interface StoreOptions {
  /** Brings the schema up to date first; otherwise an old schema is a StoreInvalid. True when absent. */
  migrate?: boolean;
  /** What `buildTemplate` wrote: makes a new embedded database in a second instead of many. May be absent. */
  templateFile?: string;
  /** Differences from `INBOX_DEFAULTS` for inboxes never configured. */
  inboxDefaults?: Partial<InboxDefaults>;
  postgres?: Partial<PostgresOptions>;
}

/**
 * Opens the store. Lock a `dataDir` before: only one process may have it open.
 * @throws StoreUnavailable when the server cannot be reached, StoreInvalid when its schema is old and `migrate` is false.
 */
export async function openStore(location: StoreLocation, options: StoreOptions = {}): Promise<Store> {
  const engine = await openEngine(location, options);
  try {
    if (options.migrate === false) await assertMigrated(engine);
    await checkEpoch(engine);
    return createStore(engine, { ...INBOX_DEFAULTS, ...options.inboxDefaults });
  } catch (error) {
    await engine.close().catch(() => {});
    throw error;
  }
}

async function openEngine(location: StoreLocation, options: StoreOptions): Promise<Engine> {
  const { migrate = true, templateFile } = options;
  if ('databaseUrl' in location) {
    if (migrate) await migratePostgres(location.databaseUrl);
    return createPostgresEngine(location.databaseUrl, { ...POSTGRES_DEFAULTS, ...options.postgres });
  }
  const dataDir = 'dataDir' in location ? location.dataDir : undefined;
  const client = await openPGlite(dataDir, templateFile, async (opened) => {
    if (migrate) await migratePGlite(opened);
  });
  return createPGliteEngine(client, dataDir ?? 'memory');
}

function createStore(engine: Engine, inboxDefaults: InboxDefaults): Store {
  const database = createDatabase(engine);
  const events = createEvents(database);
  const signal = createEventSignal(database.engine, events.latestEventId);
  let closing: Promise<void> | null = null;
  return withPlainErrors<Store>({
    ...createDrafts(database),
    ...createDraftList(database),
    ...events,
    ...createRevisions(database),
    ...createDocuments(database),
    ...createBatches(database),
    ...createChannelStore(database),
    ...createLinks(database),
    ...createSlackLinks(database),
    ...createCommands(database),
    ...createInboxes(database, inboxDefaults),
    ...createSuppressions(database),
    ...createAlerts(database),
    ...createWatch(database),
    ...createDiscoveryStore(database),
    ...createMirrors(database),
    ...createPolicies(database),
    ...createPreferences(database),
    ...createWebhookStore(database, events),
    ...createProposals(database),
    ...createRecipientNotices(database),
    ...createOperations(database),
    ...createPauses(database),
    ...createLimits(database),
    ...createPermits(database),
    ...createSends(database),
    ...createSettingsLog(database),
    ...createAccounts(database),
    ...createAssignments(database),
    ...createRoutings(database),
    ...createAbsences(database),
    ...createLooks(database),
    ...createViews(database),
    ...createNumbers(database),
    ...createAccountKeys(database),
    ...createAccountLog(database),
    authTables: createAuthTables(database.engine),
    onEvents: signal.onEvents,
    async ping() {
      await engine.rows('select 1', []);
    },
    close() {
      closing ??= signal.close().then(() => engine.close());
      return closing;
    },
  });
}
