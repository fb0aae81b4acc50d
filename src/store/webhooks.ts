import { and, asc, eq, gt, inArray, isNotNull, or, sql } from 'drizzle-orm';
import { OPEN_STATUSES } from '../domain/state.ts';
import type { Database } from './database.ts';
import { assertLimit } from './draft-list.ts';
import { rowColumns } from './drafts.ts';
import { drafts } from './schema.ts';
import { messageEvents, webhookEvents } from './schema-recipients.ts';
import type { RecipientStore } from './types-recipients.ts';

type Webhooks = Pick<
  RecipientStore,
  | 'findWebhook'
  | 'markWebhook'
  | 'addMessageEvents'
  | 'unattachedMessageEvents'
  | 'markAttached'
  | 'draftOfMessage'
  | 'openDraftsTo'
  | 'openReplies'
>;

const messageIdOf = sql`(${drafts.projection} ->> 'messageId')`;
const isOpen = inArray(drafts.status, [...OPEN_STATUSES]);

export function createWebhookStore({ orm, adhoc }: Database): Webhooks {
  return {
    async findWebhook({ eventId, deliveryId }) {
      const [found] = await orm
        .select()
        .from(webhookEvents)
        .where(or(eq(webhookEvents.eventId, eventId), eq(webhookEvents.deliveryId, deliveryId)))
        .limit(1);
      return found ?? null;
    },
    async markWebhook(delivery) {
      await orm
        .insert(webhookEvents)
        .values(delivery)
        .onConflictDoUpdate({
          target: webhookEvents.eventId,
          set: { signedAtMs: sql`greatest(${webhookEvents.signedAtMs}, excluded.signed_at_ms)` },
        });
    },

    async addMessageEvents(events) {
      if (events.length > 0) await adhoc.insert(messageEvents).values(events).onConflictDoNothing();
    },
    async unattachedMessageEvents(limit) {
      assertLimit(limit);
      const { attached: _, ...event } = columns;
      return orm
        .select({ event, draft: rowColumns })
        .from(messageEvents)
        .innerJoin(
          drafts,
          sql`${messageIdOf} = ${messageEvents.messageId} and ${drafts.inboxId} = ${messageEvents.inboxId}`,
        )
        .where(eq(messageEvents.attached, false))
        .orderBy(asc(messageEvents.atMs), asc(messageEvents.eventId), asc(messageEvents.recipient))
        .limit(limit);
    },
    async markAttached(eventId) {
      await orm.update(messageEvents).set({ attached: true }).where(eq(messageEvents.eventId, eventId));
    },
    async draftOfMessage(inboxId, messageId) {
      const [row] = await orm
        .select(rowColumns)
        .from(drafts)
        .where(and(sql`${messageIdOf} = ${messageId}`, eq(drafts.inboxId, inboxId)))
        .limit(1);
      return row ?? null;
    },

    async openDraftsTo(entry, { limit, after, inboxId }) {
      assertLimit(limit);
      const rows = await adhoc
        .select({ draftId: drafts.draftId })
        .from(drafts)
        .where(
          and(
            sql`${drafts.reach} @> array[${entry}]::text[]`,
            isOpen,
            after === undefined ? undefined : gt(drafts.draftId, after),
            inboxId === undefined ? undefined : eq(drafts.inboxId, inboxId),
          ),
        )
        .orderBy(asc(drafts.draftId))
        .limit(limit);
      return rows.map(({ draftId }) => draftId);
    },
    async openReplies(inboxId) {
      const rows = await orm
        .select({ draftId: drafts.draftId, inReplyTo: drafts.inReplyTo })
        .from(drafts)
        .where(and(eq(drafts.inboxId, inboxId), isOpen, isNotNull(drafts.inReplyTo)));
      return rows.flatMap(({ draftId, inReplyTo }) => (inReplyTo === null ? [] : [{ draftId, inReplyTo }]));
    },
  };
}

const { eventId, recipient, type, inboxId, messageId, detail, atMs, attached } = messageEvents;
const columns = { eventId, recipient, type, inboxId, messageId, detail, atMs, attached };
