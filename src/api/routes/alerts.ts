import { randomUUID } from 'node:crypto';
import { createRoute } from '@hono/zod-openapi';
import type { AlertRow } from '../../store/types-watch.ts';
import { createAlertPort } from '../../temporal/alerts.ts';
import { type Api, callerOf } from '../context.ts';
import { ApiProblem } from '../problems.ts';
import {
  type Alert,
  type AlertDetail,
  alertDetailSchema,
  alertListSchema,
  alertParams,
  alertSchema,
  listAlertsQuery,
} from '../schemas/index.ts';
import { iso } from '../views.ts';
import { guard, json, newRouter, PROBLEMS } from './shared.ts';

const PEOPLE = ['reviewer', 'operator'] as const;

const listAlerts = createRoute({
  operationId: 'listAlerts',
  ...guard(PEOPLE),
  method: 'get',
  path: '/v1/alerts',
  summary: 'What operators were told',
  request: { query: listAlertsQuery },
  responses: { 200: json(alertListSchema, 'A page, newest first.'), ...PROBLEMS },
});
const getAlert = createRoute({
  operationId: 'getAlert',
  ...guard(PEOPLE),
  method: 'get',
  path: '/v1/alerts/{id}',
  summary: 'One alert and how its channels took it',
  request: { params: alertParams },
  responses: { 200: json(alertDetailSchema, 'The alert.'), ...PROBLEMS },
});
const acknowledgeAlert = createRoute({
  operationId: 'acknowledgeAlert',
  ...guard(['operator']),
  method: 'post',
  path: '/v1/alerts/{id}/acknowledge',
  summary: 'Somebody takes care: no more reminders',
  request: { params: alertParams },
  responses: { 200: json(alertSchema, 'The alert; the first to acknowledge stays.'), ...PROBLEMS },
});
const testAlerts = createRoute({
  operationId: 'testAlerts',
  ...guard(['operator']),
  method: 'post',
  path: '/v1/alerts/test',
  summary: 'Tell a test alert on every channel',
  request: {},
  responses: { 202: json(alertSchema, 'Being told; read the alert to see how each channel took it.'), ...PROBLEMS },
});

export function alertRoutes(api: Api) {
  const { store, temporal, taskQueue } = api;
  const alerts = createAlertPort({ store, temporal, taskQueue, clock: api.now });
  const found = (row: AlertRow | null): AlertRow => {
    if (row === null) throw new ApiProblem('not_found', 'There is no such alert.');
    return row;
  };
  return newRouter()
    .openapi(listAlerts, async (c) => {
      const { open, ...page } = c.req.valid('query');
      const { items, nextCursor } = await store.listAlerts({
        ...page,
        ...(open !== undefined && { open: open === 'true' }),
      });
      return c.json({ items: items.map((row) => alertView(row, api)), nextCursor }, 200);
    })
    .openapi(getAlert, async (c) => {
      const row = found(await store.getAlert(c.req.valid('param').id));
      const deliveries = await store.listDeliveries(row.alertId);
      const detail: AlertDetail = {
        ...alertView(row, api),
        deliveries: deliveries.map(({ transition, channel, state, attempts, lastError, updatedAtMs }) => ({
          ...{ transition, channel, state, attempts, lastError },
          at: iso(updatedAtMs),
        })),
      };
      return c.json(detail, 200);
    })
    .openapi(acknowledgeAlert, async (c) => {
      const { id: by } = callerOf(c);
      const row = await store.acknowledgeAlert(c.req.valid('param').id, by, api.now());
      return c.json(alertView(found(row), api), 200);
    })
    .openapi(testAlerts, async (c) => {
      const { id: actorId } = callerOf(c);
      const alertId = randomUUID();
      const { alert } = await store.raiseAlert(
        { key: `test:${alertId}`, kind: 'test', severity: 'info', title: 'This is a test.', facts: { actorId } },
        { alertId, atMs: api.now(), momentary: true },
      );
      await alerts.tell({ alertId, transition: 'opened' });
      return c.json(alertView(alert, api), 202);
    });
}

function alertView(row: AlertRow, { names }: Pick<Api, 'names'>): Alert {
  const { alertId, key, kind, severity, title, facts, draftId, inboxId, count, acknowledgedBy } = row;
  return {
    id: alertId,
    ...{ key, kind, severity, title, facts, draftId, inboxId, count },
    openedAt: iso(row.openedAtMs),
    lastSeenAt: iso(row.lastSeenAtMs),
    resolvedAt: row.resolvedAtMs === null ? null : iso(row.resolvedAtMs),
    acknowledgedBy: acknowledgedBy === null ? null : names(acknowledgedBy),
    acknowledgedAt: row.acknowledgedAtMs === null ? null : iso(row.acknowledgedAtMs),
  };
}
