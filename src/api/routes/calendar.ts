import { createRoute } from '@hono/zod-openapi';
import { daysBetween } from '../../domain/days.ts';
import { type Api, callerOf, visibleOnly } from '../context.ts';
import { wantedDrafts, whoseDrafts } from '../draft-query.ts';
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
    const { assignee, from, to, timeZone, ...asked } = c.req.valid('query');
    const caller = callerOf(c);
    const nowMs = api.now();
    const wanted = {
      ...wantedDrafts(asked, nowMs),
      ...visibleOnly(caller, asked.createdBy),
      assignee: whoseDrafts(assignee, caller.id, nowMs),
    };
    const { dates, edgesMs } = daysBetween(from, to, timeZone);
    const counts = await api.store.countDue(wanted, edgesMs);
    return c.json({ timeZone, days: dates.map((date, index) => ({ date, count: counts[index] ?? 0 })) }, 200);
  });
}
