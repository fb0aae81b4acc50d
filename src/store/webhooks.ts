import { and, asc, eq, gt, gte, inArray, isNotNull, or, sql } from 'drizzle-orm';
import type { AuditType } from '../domain/audit.ts';
import { OPEN_STATUSES } from '../domain/state.ts';
import type { Database } from './database.ts';
import { assertLimit } from './draft-list.ts';
import { rowColumns } from './drafts.ts';
import { drafts } from './schema.ts';
import { messageEvents, webhookEvents } from './schema-recipients.ts';
import type { Store } from './types.ts';
import type { MessageEvent, RecipientStore } from './types-recipients.ts';

type Webhooks = Pick<
  RecipientStore,
  | 'findWebhook'
  | 'markWebhook'
  | 'addMessageEvents'
  | 'attachMessageEvents'
  | 'draftOfMessage'
  | 'openDraftsTo'
  | 'openReplies'
>;

const messageIdOf = sql`(${drafts.projection} ->> 'messageId')`;
const isOpen = inArray(drafts.status, [...OPEN_STATUSES]);

export function createWebhookStore({ orm, adhoc }: Database, { record }: Pick<Store, 'record'>): Webhooks {
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
          // Another delivery of the same event has a time of its own.
          setWhere: sql`${webhookEvents.deliveryId} = excluded.delivery_id`,
        });
    },

    async addMessageEvents(events) {
      if (events.length === 0) return;
      // A draft records its sending itself.
      const rows = events.map((event) => ({ ...event, attached: event.type === 'sent' }));
      await adhoc.insert(messageEvents).values(rows).onConflictDoNothing();
    },
    async attachMessageEvents({ limit, sinceMs }) {
      assertLimit(limit);
      const ofDraft = sql`${messageIdOf} = ${messageEvents.messageId} and ${drafts.inboxId} = ${messageEvents.inboxId}`;
      const { eventId, type, messageId, detail, atMs } = messageEvents;
      const found = await orm
        .select({
          ...{ eventId, type, messageId, detail, atMs, draftId: drafts.draftId, projection: drafts.projection },
          recipients: sql<number>`count(nullif(${messageEvents.recipient}, ''))::integer`,
        })
        .from(messageEvents)
        .innerJoin(drafts, ofDraft)
        .where(and(eq(messageEvents.attached, false), gte(atMs, sinceMs)))
        .groupBy(eventId, type, messageId, detail, atMs, drafts.draftId)
        .orderBy(asc(atMs), asc(eventId))
        .limit(limit);
      for (const { draftId, projection, recipients, ...event } of found) {
        const audit = AUDIT[event.type];
        if (audit !== null) {
          const { revision = 0, digest = null } = projection ?? {};
          const data = {
            ...{ eventId: event.eventId, messageId: event.messageId },
            ...(recipients > 0 && { recipients }),
            ...(event.detail !== null && { code: event.detail }),
          };
          const who = { actorId: null, commandId: null, revision, digest };
          const entry = { origin: `event:${event.eventId}`, sequence: 1, type: audit, atMs: event.atMs, ...who, data };
          await record(draftId, [entry], null);
        }
        await orm.update(messageEvents).set({ attached: true }).where(eq(eventId, event.eventId));
      }
      return found.map(({ eventId, draftId }) => ({ eventId, draftId }));
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

/** What an event is called in a draft's audit log. */
const AUDIT: Record<MessageEvent['type'], AuditType | null> = {
  sent: null,
  delivered: 'delivered',
  bounced: 'bounced',
  complained: 'complained',
  rejected: 'rejected_by_provider',
  opened: 'opened',
};
