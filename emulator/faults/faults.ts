import type { Core } from '../core.ts';
import { newUuid } from '../ids.ts';
import type { Change } from '../state/collection.ts';
import type { Fault, FaultRecord } from './rule.ts';

export function addFault(core: Core, rule: Fault): FaultRecord {
  const record: FaultRecord = { id: newUuid(), rule, seen: 0, hits: 0 };
  core.state.commit([core.state.faults.put(record.id, record)]);
  return record;
}

/** The faults that strike this request, in the order they were added; counts it towards all rules it matches. */
export function takeFaults(core: Core, method: string, path: string): Fault[] {
  const matching = core.state.faults.values().filter(({ rule }) => routeMatches(rule.route, method, path));
  const changes: Change[] = [];
  const striking: Fault[] = [];
  for (const record of matching) {
    const seen = record.seen + 1;
    const strikes = seen > record.rule.skip && record.hits < record.rule.times;
    if (strikes) striking.push(record.rule);
    changes.push(core.state.faults.put(record.id, { ...record, seen, hits: record.hits + (strikes ? 1 : 0) }));
  }
  core.state.commit(changes);
  return striking;
}

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
