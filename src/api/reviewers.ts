import type { Absence } from '../store/types.ts';
import type { Api } from './context.ts';
import { ApiProblem } from './problems.ts';
import type { ActorRef, Reviewer } from './schemas/index.ts';
import { absenceView, iso } from './views.ts';

/** Everybody who may review: people, and configured keys; by name. */
export async function reviewersOf(api: Api): Promise<ActorRef[]> {
  const users = (await api.store.listUsers()).filter(
    ({ roles, disabledAtMs }) => disabledAtMs === null && roles.includes('reviewer'),
  );
  const all = [
    ...users.map(({ userId, name }) => ({ id: userId, name })),
    ...reviewerKeysOf(api).map(({ id, name }) => ({ id, name })),
  ];
  return all.sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
}

export const reviewerKeysOf = ({ keys }: Pick<Api, 'keys'>) =>
  keys.filter(({ roles }) => roles.includes('reviewer') && !roles.includes('agent'));

/** The same, with who is away or will be. */
export async function reviewersAndAbsences(api: Api): Promise<Reviewer[]> {
  const absences = new Map((await api.store.listAbsences(api.now())).map((one) => [one.personId, one]));
  return (await reviewersOf(api)).map((person) => {
    const absence = absences.get(person.id);
    if (absence === undefined) return { ...person, away: null };
    const { from, until, standIn } = absenceView(absence, api.names);
    return { ...person, away: { from, until, standIn } };
  });
}

/** @throws ApiProblem `invalid_request` naming the field, unless this person may review */
export async function mustReview(api: Api, field: string, personId: string): Promise<void> {
  if (!(await reviewersOf(api)).some(({ id }) => id === personId)) refuseField(field, 'is nobody who may review');
}

export function refuseField(field: string, message: string): never {
  throw new ApiProblem('invalid_request', `${field}: ${message}`, {
    extra: { fields: [{ path: field, message }] },
  });
}

/**
 * Who gets what is handed to this person now: they themselves, or whoever stands in while they are away.
 * @throws ApiProblem `invalid_request` for somebody away for whom nobody stands in
 */
export async function receiverOf(api: Api, personId: string): Promise<{ personId: string; insteadOf: Absence | null }> {
  await mustReview(api, 'person', personId);
  const away = await api.store.absentAt(api.now());
  const absence = away.get(personId);
  if (absence === undefined) return { personId, insteadOf: null };
  const { standInId, untilMs } = absence;
  const there =
    standInId !== null && !away.has(standInId) && (await reviewersOf(api)).some(({ id }) => id === standInId);
  if (there) return { personId: standInId, insteadOf: absence };
  return refuseField('person', `is away until ${iso(untilMs)}, and nobody stands in`);
}
