import { and, asc, desc, eq, getTableColumns, isNotNull, isNull, like, lt, sql } from 'drizzle-orm';
import { LOG_CHANNEL } from '../domain/alert.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Database } from './database.ts';
import { assertLimit } from './draft-list.ts';
import { alertDeliveries, alerts } from './schema-watch.ts';
import type { AlertStore } from './types-watch.ts';

const { remindedAtMs: _reminded, ...columns } = getTableColumns(alerts);

/**
 * Opened and waiting to be told in one statement: whoever dies after it has left a delivery that is found. The conflict
 * is with the open alert of this key alone.
 */
const RAISE = `
with raised as (
  insert into alerts (alert_id, key, kind, severity, title, facts, draft_id, inbox_id, opened_at_ms, last_seen_at_ms,
                      resolved_at_ms)
  values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $9, case when $10::boolean then $9::bigint end)
  on conflict (key) where resolved_at_ms is null do update
    set count = alerts.count + 1, last_seen_at_ms = greatest(alerts.last_seen_at_ms, excluded.last_seen_at_ms),
        severity = excluded.severity, title = excluded.title, facts = excluded.facts
  returning alert_id
), told as (
  insert into alert_deliveries (alert_id, transition, channel, state, updated_at_ms)
  select alert_id, 'opened', '${LOG_CHANNEL}', 'pending', $9 from raised where alert_id = $1
)
select alert_id from raised`;

const RESOLVE = `
with closed as (
  update alerts set resolved_at_ms = $2 where key = $1 and resolved_at_ms is null returning alert_id
), told as (
  insert into alert_deliveries (alert_id, transition, channel, state, updated_at_ms)
  select alert_id, 'resolved', '${LOG_CHANNEL}', 'pending', $2 from closed
)
select alert_id from closed`;

const REMIND = `
with reminded as (
  update alerts set reminders = reminders + 1, reminded_at_ms = $2
  where resolved_at_ms is null and acknowledged_at_ms is null and severity = 'critical'
    and coalesce(reminded_at_ms, opened_at_ms) < $1
  returning alert_id, 'reminder-' || reminders as transition
), told as (
  insert into alert_deliveries (alert_id, transition, channel, state, updated_at_ms)
  select alert_id, transition, '${LOG_CHANNEL}', 'pending', $2 from reminded
)
select alert_id, transition from reminded`;

export function createAlerts({ engine, orm, adhoc }: Database): AlertStore {
  async function get(alertId: string) {
    const [row] = await orm.select(columns).from(alerts).where(eq(alerts.alertId, alertId));
    return row ?? null;
  }
  return {
    async raiseAlert(raise, { alertId, atMs, momentary = false }) {
      const { key, kind, severity, title, facts = {}, draftId = null, inboxId = null } = raise;
      const values = [alertId, key, kind, severity, title, JSON.stringify(facts), draftId, inboxId, atMs, momentary];
      const [row] = await engine.rows(RAISE, values, 'raise_alert');
      const alert = await get(String(row?.[0]));
      if (alert === null) throw new Error(`the alert ${key} vanished while it was raised`);
      return { alert, opened: alert.alertId === alertId };
    },
    async resolveAlert(key, atMs) {
      const [row] = await engine.rows(RESOLVE, [key, atMs], 'resolve_alert');
      return row ? get(String(row[0])) : null;
    },
    async acknowledgeAlert(alertId, by, atMs) {
      await orm
        .update(alerts)
        .set({ acknowledgedBy: by, acknowledgedAtMs: atMs })
        .where(and(eq(alerts.alertId, alertId), isNull(alerts.acknowledgedAtMs)));
      return get(alertId);
    },
    getAlert: get,

    async listAlerts({ open, limit, cursor }) {
      assertLimit(limit);
      const conditions = [];
      if (open !== undefined) conditions.push(open ? isNull(alerts.resolvedAtMs) : isNotNull(alerts.resolvedAtMs));
      if (cursor !== undefined) {
        const [openedAtMs, alertId] = decodeCursor('alerts', cursor, 'number', 'string');
        conditions.push(sql`(${alerts.openedAtMs}, ${alerts.alertId}) < (${openedAtMs}::bigint, ${alertId}::text)`);
      }
      const rows = await adhoc
        .select(columns)
        .from(alerts)
        .where(and(...conditions))
        .orderBy(desc(alerts.openedAtMs), desc(alerts.alertId))
        .limit(limit + 1);
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      return { items, nextCursor: last ? encodeCursor('alerts', [last.openedAtMs, last.alertId]) : null };
    },
    async openAlertKeys(prefix) {
      const escaped = prefix.replace(/[\\%_]/g, '\\$&');
      const rows = await adhoc
        .select({ key: alerts.key })
        .from(alerts)
        .where(and(isNull(alerts.resolvedAtMs), like(alerts.key, `${escaped}%`)));
      return rows.map(({ key }) => key);
    },
    async remindAlerts(beforeMs, atMs) {
      const rows = await engine.rows(REMIND, [beforeMs, atMs], 'remind_alerts');
      return rows.map(([alertId, transition]) => ({
        alertId: String(alertId),
        transition: `reminder-${Number(String(transition).slice('reminder-'.length))}` as const,
      }));
    },

    async planDeliveries({ alertId, transition }, channels, atMs) {
      if (channels.length > 0) {
        await orm
          .insert(alertDeliveries)
          .values(
            channels.map((channel) => ({ alertId, transition, channel, state: 'pending' as const, updatedAtMs: atMs })),
          )
          .onConflictDoNothing();
      }
      const rows = await orm
        .select({ channel: alertDeliveries.channel })
        .from(alertDeliveries)
        .where(
          and(
            eq(alertDeliveries.alertId, alertId),
            eq(alertDeliveries.transition, transition),
            eq(alertDeliveries.state, 'pending'),
          ),
        )
        .orderBy(asc(alertDeliveries.channel));
      return rows.map(({ channel }) => channel);
    },
    async settleDelivery({ alertId, transition, channel }, { state, attempts, lastError, atMs }) {
      await orm
        .update(alertDeliveries)
        .set({ state, attempts, lastError, updatedAtMs: atMs })
        .where(
          and(
            eq(alertDeliveries.alertId, alertId),
            eq(alertDeliveries.transition, transition),
            eq(alertDeliveries.channel, channel),
            // What was delivered stays delivered, whatever a late attempt says.
            sql`${alertDeliveries.state} <> 'delivered'`,
          ),
        );
    },
    listDeliveries: (alertId) =>
      orm
        .select()
        .from(alertDeliveries)
        .where(eq(alertDeliveries.alertId, alertId))
        .orderBy(asc(alertDeliveries.transition), asc(alertDeliveries.channel)),
    async waitingDeliveries(beforeMs, limit) {
      const { alertId, transition } = alertDeliveries;
      return orm
        .selectDistinct({ alertId, transition })
        .from(alertDeliveries)
        .where(
          and(
            eq(alertDeliveries.state, 'pending'),
            lt(alertDeliveries.updatedAtMs, beforeMs),
            eq(alertDeliveries.attempts, 0),
          ),
        )
        .limit(limit);
    },
    async expireDeliveries(beforeMs, atMs) {
      const expired = await orm
        .update(alertDeliveries)
        .set({ state: 'failed', updatedAtMs: atMs })
        .where(and(eq(alertDeliveries.state, 'pending'), lt(alertDeliveries.updatedAtMs, beforeMs)))
        .returning({ alertId: alertDeliveries.alertId });
      return expired.length;
    },
  };
}
