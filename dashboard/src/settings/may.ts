import { useQuery } from '@tanstack/react-query';
import type { Me } from '../../../src/api/schemas/index.ts';
import { queries } from '../api/queries.ts';

type Role = Me['roles'][number];

/** Which roles may do what: what somebody may not do is not offered. The server decides again. */
const DEEDS = {
  see: ['reviewer', 'operator', 'auditor', 'admin'],
  pause: ['reviewer', 'operator'],
  resume: ['operator'],
  inboxes: ['operator', 'admin'],
  suppress: ['reviewer', 'operator'],
  lift: ['operator'],
  importList: ['operator'],
  prefer: ['reviewer', 'operator'],
  forget: ['operator'],
  limits: ['operator', 'admin'],
  alerts: ['operator'],
  makeBatch: ['agent', 'operator', 'admin'],
  steerBatch: ['operator'],
  operate: ['operator'],
  seeOperations: ['operator', 'auditor', 'admin'],
  seePeople: ['reviewer', 'operator', 'auditor', 'admin'],
  people: ['admin'],
  absenceOfOthers: ['operator', 'admin'],
  beAway: ['reviewer'],
  seeAccountLog: ['admin', 'auditor'],
  decide: ['reviewer'],
  reschedule: ['reviewer', 'operator'],
  pauseDraft: ['reviewer', 'operator'],
  comment: ['reviewer', 'operator'],
  take: ['reviewer'],
  beTold: ['reviewer', 'operator', 'auditor', 'admin'],
  seeChannels: ['operator', 'auditor', 'admin'],
  testChannels: ['operator'],
  rules: ['operator', 'admin'],
} as const satisfies Record<string, readonly Role[]>;
export type Deed = keyof typeof DEEDS;

/** A key bound to inboxes reaches drafts, batches, operations and those inboxes, nothing beyond. */
const WITHIN_INBOXES: readonly Deed[] = [
  'inboxes',
  'makeBatch',
  'steerBatch',
  'operate',
  'seeOperations',
  'decide',
  'reschedule',
  'pauseDraft',
  'comment',
  'take',
];

export function mayDo(me: Pick<Me, 'kind' | 'roles' | 'inboxes'>, deed: Deed): boolean {
  const roles: readonly Role[] = DEEDS[deed];
  if (me.inboxes !== null && !WITHIN_INBOXES.includes(deed)) return false;
  if (me.kind === 'agent') return roles.includes('agent');
  return me.roles.some((role) => role !== 'agent' && roles.includes(role));
}

/** Nothing is allowed until it is known who asks. */
export function useMay(): (deed: Deed) => boolean {
  const { data: me } = useQuery(queries.me());
  return (deed) => me !== undefined && mayDo(me, deed);
}
