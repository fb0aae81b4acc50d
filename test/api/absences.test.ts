import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { entry, projection, revision } from '../store/fixtures.ts';
import { ask, createEdge, type Edge, KEYS } from './support.ts';

const START_MS = Date.parse('2026-11-02T08:00:00Z');
const HOUR_MS = 3_600_000;
const at = (hours: number) => new Date(START_MS + hours * HOUR_MS).toISOString();

let edge: Edge;
let nowMs = START_MS;
beforeAll(async () => {
  edge = await createEdge({ keys: KEYS, clock: { now: () => nowMs } });
});
afterAll(() => edge.close());
beforeEach(async () => {
  nowMs = START_MS;
  for (const id of ['ana', 'ben']) await edge.store.removeAbsence(id);
});

const get = async (as: string, path: string) => (await ask(edge.app, as, 'GET', path)).json();
const send = async (as: string, method: string, path: string, body?: unknown) => {
  const response = await ask(edge.app, as, method, path, body);
  return { status: response.status, body: response.status === 204 ? null : await response.json() };
};
async function draftOf(person: string): Promise<string> {
  const content = { to: ['beck@example.com'], subject: 'Refund', text: 'Hello.' };
  const { body } = await send('agent', 'POST', '/v1/drafts', { inbox: 'support@acme.test', content });
  await edge.store.saveRevision(revision(body.id));
  const written = entry({ type: 'revision_written', revision: 1 });
  await edge.store.record(body.id, [written], projection({ status: 'in_review', revision: 1 }));
  await send('olga', 'PUT', `/v1/drafts/${body.id}/assignee`, { person });
  return body.id;
}

it('is said for oneself, by operators and admins for others, and is on record', async () => {
  const said = await send('ana', 'PUT', '/v1/absences/ana', { from: at(1), until: at(5), standIn: 'ben' });
  expect(said).toMatchObject({
    status: 200,
    body: { person: { id: 'ana', name: 'Ana Ruiz' }, from: at(1), until: at(5), standIn: { id: 'ben' } },
  });
  expect((await send('ana', 'PUT', '/v1/absences/ben', { until: at(5) })).status).toBe(403);
  expect((await send('ana', 'DELETE', '/v1/absences/ben')).status).toBe(403);
  expect((await send('olga', 'PUT', '/v1/absences/ana', { until: at(9) })).body).toMatchObject({
    ...{ from: at(0), standIn: null, saidBy: { id: 'olga' } },
  });
  expect((await get('ben', '/v1/absences')).items).toHaveLength(1);
  expect((await get('ben', '/v1/reviewers')).items[0]).toMatchObject({ id: 'ana', away: { until: at(9) } });
  expect((await send('adam', 'DELETE', '/v1/absences/ana')).status).toBe(204);
  expect((await get('ben', '/v1/absences')).items).toEqual([]);
  const log = (await get('adam', '/v1/account-log?subject=ana')).items;
  expect(log.map(({ event, actor }: { event: string; actor: { id: string } }) => [event, actor.id])).toEqual([
    ['absence_ended', 'adam'],
    ['absence_said', 'olga'],
    ['absence_said', 'ana'],
  ]);
  expect(log[1].facts).toEqual({
    before: { from: at(1), until: at(5), standIn: 'ben' },
    after: { from: at(0), until: at(9), standIn: null },
  });
});

it.each([
  [{ until: at(-1) }, 'until'],
  [{ from: at(4), until: at(4) }, 'until'],
  [{ until: at(24 * 400) }, 'until'],
  [{ until: at(1), standIn: 'ana' }, 'standIn'],
  [{ until: at(1), standIn: 'olga' }, 'standIn'],
])('refuses %j', async (body, field) => {
  const refused = await send('ana', 'PUT', '/v1/absences/ana', body);
  expect(refused).toMatchObject({ status: 422, body: { fields: [{ path: field }] } });
  expect((await send('olga', 'PUT', '/v1/absences/nobody', { until: at(1) })).status).toBe(422);
});

it('gives what one has to whoever stands in, at once when it begins now; else nobody has it', async () => {
  const [one, other] = [await draftOf('ana'), await draftOf('ben')];
  await send('ana', 'PUT', '/v1/absences/ana', { until: at(5), standIn: 'ben' });
  const moved = await get('ben', `/v1/drafts/${one}`);
  expect(moved.assignee).toMatchObject({
    person: { id: 'ben' },
    cause: { kind: 'stand_in', person: { id: 'ana', name: 'Ana Ruiz' } },
  });
  expect(moved.routing).toMatchObject({ outcome: 'stand_in', summary: 'Given to Ben Okoro, who stands in' });
  await send('ben', 'PUT', '/v1/absences/ben', { until: at(5) });
  for (const id of [one, other]) expect((await get('ben', `/v1/drafts/${id}`)).assignee).toBeNull();
  const said = (await get('ben', `/v1/drafts/${other}/events`)).items.map(
    (event: { summary: string }) => event.summary,
  );
  expect(said.at(-1)).toBe('Taken from Ben Okoro, who is away');
});

it('hands to whoever stands in, and to nobody who is away otherwise', async () => {
  const id = await draftOf('ben');
  await send('ana', 'PUT', '/v1/absences/ana', { until: at(5), standIn: 'ben' });
  const handed = await send('olga', 'PUT', `/v1/drafts/${id}/assignee`, { person: 'ana' });
  expect(handed.body.assignee).toMatchObject({ person: { id: 'ben' }, cause: { kind: 'stand_in' } });
  await send('ana', 'PUT', '/v1/absences/ana', { until: at(5) });
  const refused = await send('olga', 'PUT', `/v1/drafts/${id}/assignee`, { person: 'ana' });
  expect(refused).toMatchObject({ status: 422, body: { fields: [{ path: 'person' }] } });
  nowMs = START_MS + 5 * HOUR_MS;
  expect((await send('olga', 'PUT', `/v1/drafts/${id}/assignee`, { person: 'ana' })).status).toBe(200);
});

it('takes times of a review that somebody can keep', async () => {
  const path = '/v1/inboxes/sales@acme.test';
  const patch = async (changes: object) => {
    const { status, body } = await send('olga', 'PATCH', path, changes);
    return [status, status === 200 ? body : body.fields[0].path];
  };
  const hour = 3_600_000;
  expect(await patch({ escalateAfterMs: hour })).toEqual([422, 'escalateTo']);
  expect(await patch({ escalateAfterMs: hour, escalateTo: 'nobody-there' })).toEqual([422, 'escalateTo']);
  await edge.store.putGroup('leads', ['ana'], 1);
  const times = { holdMs: 10_000, remindAfterMs: hour, expireAfterMs: 2 * hour };
  const escalation = { escalateAfterMs: hour, escalateTo: 'leads' };
  expect(await patch({ ...times, ...escalation })).toEqual([200, expect.objectContaining({ ...times, ...escalation })]);
  expect(await patch({ escalateTo: null })).toEqual([422, 'escalateTo']);
  expect(await patch({ escalateAfterMs: 2 * hour })).toEqual([200, expect.objectContaining({ escalateTo: 'leads' })]);
  expect(await patch({ escalateAfterMs: null, escalateTo: null })).toEqual([
    200,
    expect.objectContaining({ escalateAfterMs: null, ...times }),
  ]);
  for (const wrong of [{ holdMs: -1 }, { remindAfterMs: 10 }, { expireAfterMs: 0 }]) {
    expect((await send('olga', 'PATCH', path, wrong)).status).toBe(422);
  }
});

it('takes only people and groups that are there for an inbox', async () => {
  const path = '/v1/inboxes/support@acme.test';
  expect((await send('olga', 'PATCH', path, { assignTo: { inTurn: 'finance' } })).status).toBe(422);
  expect((await send('olga', 'PATCH', path, { assignTo: { person: 'olga' } })).status).toBe(422);
  await edge.store.putGroup('finance', ['ana', 'ben'], 1);
  const set = await send('olga', 'PATCH', path, { assignTo: { inTurn: 'finance' } });
  expect(set.body.assignTo).toEqual({ inTurn: 'finance' });
  expect((await send('olga', 'PATCH', path, { assignTo: null })).body.assignTo).toBeNull();
});
