import { asc, eq, sql } from 'drizzle-orm';
import { UNREADABLE_PATIENCE_MS } from '../domain/settle.ts';
import type { Database } from './database.ts';
import { inboxes } from './schema.ts';
import type { InboxSettings, Store } from './types.ts';

export type InboxDefaults = Omit<InboxSettings, 'inboxId'>;

/** What holds for an inbox nobody configured: a person approves each draft, only authenticated ones count, and others' are told of. */
export const INBOX_DEFAULTS: InboxDefaults = {
  mode: 'review_all',
  monitorHoldMs: 15 * 60_000,
  acceptUnverifiedSignals: false,
  deleteAdopted: false,
  declaredFooter: null,
  maxApprovalAgeMs: 7 * 86_400_000,
  maxDraftAgeMs: null,
  checks: {},
  // More than fit into the patience: that ends what fails, this what nobody thought of.
  maxAttempts: 1_000,
  sendPatienceMs: UNREADABLE_PATIENCE_MS,
  editorMayApprove: false,
  creatorMayApprove: false,
  assignTo: null,
  replyApproval: false,
  holdMs: 0,
  remindAfterMs: null,
  escalateAfterMs: null,
  escalateTo: null,
  expireAfterMs: null,
  foreignDrafts: 'alert',
  mirrorSuppressions: false,
};

export function createInboxes(
  { orm }: Database,
  defaults: InboxDefaults,
): Pick<Store, 'getInbox' | 'putInbox' | 'listInboxes'> {
  const getOne = orm
    .select()
    .from(inboxes)
    .where(eq(inboxes.inboxId, sql.placeholder('inboxId')))
    .prepare('get_inbox');
  const complete = (inboxId: string, settings: Partial<InboxSettings> = {}): InboxSettings => ({
    ...defaults,
    ...settings,
    inboxId,
  });
  return {
    async getInbox(inboxId) {
      const [row] = await getOne.execute({ inboxId });
      return complete(inboxId, row?.settings);
    },
    async putInbox(inboxId, change) {
      // Merged by the database: two changes of different settings at once both hold.
      const [row] = await orm
        .insert(inboxes)
        .values({ inboxId, settings: change })
        .onConflictDoUpdate({
          target: inboxes.inboxId,
          set: { settings: sql`${inboxes.settings} || excluded.settings` },
        })
        .returning();
      return complete(inboxId, row?.settings);
    },
    async listInboxes() {
      const rows = await orm.select().from(inboxes).orderBy(asc(inboxes.inboxId));
      return rows.map((row) => complete(row.inboxId, row.settings));
    },
  };
}
