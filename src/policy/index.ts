export { type DryRunResult, dryRun } from './dry-run.ts';
export { type FactSources, type PolicySubject, policyFacts } from './facts.ts';
export { judge, keepRecord, keptRecord, type PolicyRecord } from './judge.ts';
export { askVerdict, verdictOf } from './verdict.ts';
