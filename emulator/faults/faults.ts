import type { Core } from '../core.ts';
import { newUuid } from '../ids.ts';
import type { Change } from '../state/collection.ts';
import { chance } from './chance.ts';
import type { Fault, FaultRecord } from './rule.ts';

export function addFault(core: Core, rule: Fault): FaultRecord {
  const record: FaultRecord = { id: newUuid(), rule, seen: 0, hits: 0, draftIds: [] };
  core.state.commit([core.state.faults.put(record.id, record)]);
  return record;
}

export interface Request {
  method: string;
  path: string;
  authorization: string | undefined;
}

/** A rule that strikes, and for how many matching requests it has waited: what its further draws depend on. */
export interface Strike {
  id: string;
  fault: Fault;
  seen: number;
}

/** The faults that strike this request, in the order they were added; counts it towards all rules it matches. */
export function takeFaults(core: Core, request: Request): Strike[] {
  const matching = core.state.faults.values().filter(({ rule }) => matches(core, rule, request));
  const changes: Change[] = [];
  const striking: Strike[] = [];
  for (const record of matching) {
    const seen = record.seen + 1;
    const strikes = seen > record.rule.skip && record.hits < timesOf(record.rule) && drawn(record.rule, seen);
    if (strikes) striking.push({ id: record.id, fault: record.rule, seen });
    changes.push(core.state.faults.put(record.id, { ...record, seen, hits: record.hits + (strikes ? 1 : 0) }));
  }
  core.state.commit(changes);
  return striking;
}

/** Keeps which draft a foreign writer changed, for those who ask afterwards who did it. */
export function noteTouched(core: Core, id: string, draftId: string): void {
  const record = core.state.faults.get(id);
  if (record) core.state.commit([core.state.faults.put(id, { ...record, draftIds: [...record.draftIds, draftId] })]);
}

function matches(core: Core, { route, during, apiKey }: Fault, { method, path, authorization }: Request): boolean {
  if (!routeMatches(route, method, path)) return false;
  const now = core.clock.nowMs();
  if (during && (now < during.fromMs || now >= during.toMs)) return false;
  return apiKey === undefined || (authorization ?? '').replace(/^Bearer\s+/i, '').startsWith(apiKey);
}

function timesOf({ times, probability, during }: Fault): number {
  return times ?? (probability === undefined && during === undefined ? 1 : Number.POSITIVE_INFINITY);
}

const drawn = ({ probability, seed }: Fault, seen: number): boolean =>
  probability === undefined || chance(seed, 'strike', seen) < probability;

export function routeMatches(route: string, method: string, path: string): boolean {
  const [wantedMethod, wantedPath = ''] = route.split(' ');
  if (wantedMethod !== '*' && wantedMethod !== method) return false;
  const wanted = wantedPath.split('/');
  const given = path.split('/');
  for (const [index, segment] of wanted.entries()) {
    if (segment === '**') return true;
    const actual = given[index];
    if (actual === undefined || (segment !== '*' && segment !== decodeURIComponent(actual))) return false;
  }
  return wanted.length === given.length;
}
