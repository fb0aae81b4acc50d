export { type DryRunResult, dryRun } from './dry-run.ts';
export type { FactSources, PolicySubject } from './facts.ts';
export { judge, keepRecord, keptRecord, type PolicyRecord } from './judge.ts';
export { relieve, routeReview } from './routing.ts';
export { type TellDeps, tellDraftsOf } from './tell.ts';
export { askVerdict } from './verdict.ts';
