import type { Api } from './context.ts';
import { ApiProblem } from './problems.ts';
import type { ActorRef } from './schemas/index.ts';

/** People a draft can be handed to, by name. */
export async function reviewersOf(api: Api): Promise<ActorRef[]> {
  const users = (await api.store.listUsers()).filter(
    ({ roles, disabledAtMs }) => disabledAtMs === null && roles.includes('reviewer'),
  );
  const keys = api.keys.filter(({ roles }) => roles.includes('reviewer') && !roles.includes('agent'));
  const all = [
    ...users.map(({ userId, name }) => ({ id: userId, name })),
    ...keys.map(({ id, name }) => ({ id, name })),
  ];
  return all.sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
}

/** @throws ApiProblem `invalid_request` */
export async function assertReviewer(api: Api, person: string): Promise<void> {
  if ((await reviewersOf(api)).some(({ id }) => id === person)) return;
  const message = 'is nobody who may review';
  throw new ApiProblem('invalid_request', `person: ${message}`, { extra: { fields: [{ path: 'person', message }] } });
}
