import { createRoute } from '@hono/zod-openapi';
import type { AccountEvent } from '../../domain/account-event.ts';
import { relieve } from '../../policy/index.ts';
import type { Absence } from '../../store/types.ts';
import { peerOf } from '../auth.ts';
import { type Api, callerOf } from '../context.ts';
import type { Caller } from '../deps.ts';
import { ApiProblem } from '../problems.ts';
import { mustReview, refuseField, reviewerKeysOf } from '../reviewers.ts';
import { absenceListSchema, absenceParams, absenceSchema, putAbsenceSchema } from '../schemas/index.ts';
import { absenceView, iso } from '../views.ts';
import { guard, json, jsonBody, newRouter, PROBLEMS } from './shared.ts';

/** What moves at once when an absence begins now; the watchdog moves the rest. */
const AT_ONCE = 100;
const LONGEST_MS = 366 * 86_400_000;

const list = createRoute({
  operationId: 'listAbsences',
  ...guard(['reviewer', 'operator', 'admin']),
  method: 'get',
  path: '/v1/absences',
  summary: 'Who is away, or will be',
  responses: { 200: json(absenceListSchema, 'Those that are not over, the soonest first.'), ...PROBLEMS },
});
const put = createRoute({
  operationId: 'putAbsence',
  ...guard(['reviewer', 'operator', 'admin']),
  method: 'put',
  path: '/v1/absences/{person}',
  summary: 'Say when a person is away, and who stands in',
  description:
    'For oneself; operators and admins for others. Absent people get no turn and are not told of drafts; what they have goes to whoever stands in, to the next of the group, or back to nobody. Takes the place of what was said before.',
  request: { params: absenceParams, body: jsonBody(putAbsenceSchema) },
  responses: { 200: json(absenceSchema, 'The absence.'), ...PROBLEMS },
});
const remove = createRoute({
  operationId: 'deleteAbsence',
  ...guard(['reviewer', 'operator', 'admin']),
  method: 'delete',
  path: '/v1/absences/{person}',
  summary: 'The person is back, or stays after all',
  request: { params: absenceParams },
  responses: { 204: { description: 'They are not away. What others have by now stays with them.' }, ...PROBLEMS },
});

export function absenceRoutes(api: Api) {
  const { store } = api;
  return newRouter()
    .openapi(list, async (c) => {
      const items = (await store.listAbsences(api.now())).map((one) => absenceView(one, api.names));
      return c.json({ items }, 200);
    })
    .openapi(put, async (c) => {
      const caller = callerOf(c);
      const { person } = c.req.valid('param');
      const { from, until, standIn } = c.req.valid('json');
      maySay(caller, person);
      await mustReview(api, 'person', person);
      const nowMs = api.now();
      const fromMs = from === undefined ? nowMs : Date.parse(from);
      const untilMs = Date.parse(until);
      if (untilMs <= Math.max(fromMs, nowMs)) refuseField('until', 'must be later than the beginning, and than now');
      if (untilMs - fromMs > LONGEST_MS) refuseField('until', 'must be within a year');
      if (standIn === person) refuseField('standIn', 'must be somebody else');
      if (standIn !== null) await mustReview(api, 'standIn', standIn);
      const absence = { personId: person, fromMs, untilMs, standInId: standIn, saidBy: caller.id, atMs: nowMs };
      const before = await store.putAbsence(absence);
      await tell(c, 'absence_said', person, { before: before && facts(before), after: facts(absence) });
      if (fromMs <= nowMs) await relieve({ store, reviewerKeys: reviewerKeysOf(api) }, nowMs, AT_ONCE);
      return c.json(absenceView(absence, api.names), 200);
    })
    .openapi(remove, async (c) => {
      const { person } = c.req.valid('param');
      maySay(callerOf(c), person);
      const before = await store.removeAbsence(person);
      if (before !== null) await tell(c, 'absence_ended', person, { before: facts(before) });
      return c.body(null, 204);
    });

  function tell(
    c: Parameters<typeof callerOf>[0],
    event: AccountEvent,
    subject: string,
    told: Record<string, unknown>,
  ): Promise<void> {
    const by = { actorId: callerOf(c).id, ip: peerOf(c, api.trustProxy), atMs: api.now() };
    return store.logAccount({ ...by, event, subject, facts: told });
  }
}

function maySay({ id, roles }: Caller, person: string): void {
  if (id === person || roles.includes('operator') || roles.includes('admin')) return;
  throw new ApiProblem('forbidden', 'Say when you are away yourself; for others operators and admins do.');
}

const facts = ({ fromMs, untilMs, standInId }: Absence) => ({
  from: iso(fromMs),
  until: iso(untilMs),
  standIn: standInId,
});
