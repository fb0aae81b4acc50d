import { createRoute } from '@hono/zod-openapi';
import { daysBetween } from '../../domain/days.ts';
import { type Api, callerOf, visibleOnly } from '../context.ts';
import { calendarQuery, calendarSchema } from '../schemas/index.ts';
import { guard, json, newRouter, PROBLEMS } from './shared.ts';

const calendar = createRoute({
  operationId: 'getDraftCalendar',
  ...guard('any'),
  method: 'get',
  path: '/v1/drafts/calendar',
  summary: 'How many drafts are due on each day',
  request: { query: calendarQuery },
  responses: {
    200: json(calendarSchema, 'By the day each is due; drafts without a due time are left out.'),
    ...PROBLEMS,
  },
});

export function calendarRoutes(api: Api) {
  return newRouter().openapi(calendar, async (c) => {
    const { inbox, batch, assignee, q, createdBy, status, from, to, timeZone, ...same } = c.req.valid('query');
    const caller = callerOf(c);
    const personId = assignee === 'none' ? null : assignee === 'me' ? caller.id : assignee;
    const wanted = {
      ...{ ...same, inboxId: inbox, batchId: batch, text: q, statuses: status },
      ...(personId !== undefined && { assignee: { personId, nowMs: api.now() } }),
      ...visibleOnly(caller, createdBy),
    };
    const { dates, edgesMs } = daysBetween(from, to, timeZone);
    const counts = await api.store.countDue(wanted, edgesMs);
    return c.json({ timeZone, days: dates.map((date, index) => ({ date, count: counts[index] ?? 0 })) }, 200);
  });
}
