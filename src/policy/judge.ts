import { type Decision, decide } from '../domain/policy/decide.ts';
import { lookupsOf, type PolicyFacts } from '../domain/policy/facts.ts';
import { NO_RULES } from '../domain/policy/schema.ts';
import type { InboxSettings, PolicyVersion, Store } from '../store/types.ts';
import { type FactSources, type PolicySubject, policyFacts } from './facts.ts';

/** What policy said of a revision, when, and of what it knew. Kept with the draft; holds no words and no addresses. */
export interface PolicyRecord {
  atMs: number;
  mode: InboxSettings['mode'];
  /** Of the rules that were asked; null: there were none. */
  version: number | null;
  decision: Decision;
  facts: PolicyFacts;
}

/** Asks a version of the rules, or none, about one revision. */
export async function judge(
  sources: FactSources,
  kept: Pick<PolicyVersion, 'policy' | 'version'> | null,
  settings: InboxSettings,
  subject: PolicySubject,
): Promise<PolicyRecord> {
  const { policy, version } = kept ?? { policy: NO_RULES, version: null };
  const [facts] = await policyFacts(sources, [subject], lookupsOf(policy));
  if (facts === undefined) throw new Error('no facts of the only subject');
  const decision = decide({ policy, version }, settings, facts);
  const { recipients: _addresses, ...rest } = facts;
  return { atMs: subject.nowMs, mode: settings.mode, version, decision, facts: rest };
}

const stepOf = (revision: number) => `policy:${revision}`;

/** Keeps the latest answer about a revision. */
export const keepRecord = (store: Pick<Store, 'putStep'>, draftId: string, revision: number, record: PolicyRecord) =>
  store.putStep(draftId, stepOf(revision), record);

/** Null where no rules were asked about it. */
export async function keptRecord(
  store: Pick<Store, 'getStep'>,
  draftId: string,
  revision: number,
): Promise<PolicyRecord | null> {
  const kept = await store.getStep(draftId, stepOf(revision));
  return isRecord(kept) ? kept : null;
}

const isRecord = (value: unknown): value is PolicyRecord =>
  typeof value === 'object' && value !== null && 'decision' in value && 'facts' in value && 'mode' in value;
