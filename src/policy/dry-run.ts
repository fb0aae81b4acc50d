import type { InboxMode } from '../domain/commands.ts';
import type { Oversight } from '../domain/oversight.ts';
import { decide } from '../domain/policy/decide.ts';
import { lookupsOf } from '../domain/policy/facts.ts';
import { NO_VERDICT, type Policy } from '../domain/policy/schema.ts';
import type { InboxSettings, PastDraft, PastDraftsQuery, Store } from '../store/types.ts';
import { type FactSources, policyFacts } from './facts.ts';
import { keptRecord } from './judge.ts';

type Outcome = Oversight['kind'];
export type OutcomeCounts = Record<Outcome, number>;

/** What a policy would have done with past drafts. Counts of pages add up. */
export interface DryRunResult {
  drafts: number;
  counts: OutcomeCounts;
  /** By the rule that would have decided; `rule` null: the inbox's mode. In the order of the rules, those never used too. */
  byRule: { rule: string | null; counts: OutcomeCounts }[];
  /** Of those that would go without anybody's approval (`auto` or `monitor`): what people did with them. */
  unattended: {
    drafts: number;
    edited: number;
    rejected: number;
    changesRequested: number;
    revoked: number;
    /** Those with any of these. */
    touched: number;
    /** The first of them. */
    examples: string[];
  };
  nextCursor: string | null;
}

export interface DryRunRequest extends PastDraftsQuery {
  policy: Policy;
  /** As if every inbox were in this mode; absent: as each is now. */
  mode?: InboxMode;
}

/** Bodies are megabytes at worst: so many are in memory at a time. */
const AT_ONCE = 25;
export const MAX_EXAMPLES = 20;

/**
 * Tries a policy on drafts as agents and recipes left them: each as of the time it was written, with what was known then.
 * What AgentMail said of a mail answered is what policy recorded at that time, if it did.
 */
export async function dryRun(store: Store, request: DryRunRequest): Promise<DryRunResult> {
  const { policy, mode, limit, cursor, ...filter } = request;
  const lookups = lookupsOf(policy);
  const sources: FactSources = {
    store,
    verdictOn: async ({ draftId }, { revision }) =>
      (await keptRecord(store, draftId, revision))?.facts.answeredVerdict ?? NO_VERDICT,
  };
  const inboxes = new Map<string, InboxSettings>();
  const result = emptyResult(policy);
  let next = cursor;
  for (let left = limit; left > 0; ) {
    const page = await store.pastDrafts({ ...filter, limit: Math.min(AT_ONCE, left), cursor: next });
    await tryPage(page.items);
    left -= AT_ONCE;
    result.nextCursor = page.nextCursor;
    if (page.nextCursor === null) break;
    next = page.nextCursor;
  }
  return result;

  async function tryPage(drafts: readonly PastDraft[]): Promise<void> {
    const subjects = drafts.map(({ row, revision }) => {
      const { createdAtMs } = revision;
      return { row, revision, nowMs: createdAtMs, asOfMs: createdAtMs };
    });
    const facts = await policyFacts(sources, subjects, lookups);
    for (const [index, draft] of drafts.entries()) {
      const known = facts[index];
      if (known === undefined) throw new Error('no facts of a draft');
      const settings = await settingsOf(draft.row.inboxId);
      const { oversight, rule } = decide(
        { policy, version: null },
        { ...settings, mode: mode ?? settings.mode },
        known,
      );
      count(result, draft, oversight.kind, rule);
    }
  }

  async function settingsOf(inboxId: string): Promise<InboxSettings> {
    const known = inboxes.get(inboxId) ?? (await store.getInbox(inboxId));
    inboxes.set(inboxId, known);
    return known;
  }
}

const noCounts = (): OutcomeCounts => ({ review: 0, auto: 0, monitor: 0, refuse: 0 });

function emptyResult({ rules }: Policy): DryRunResult {
  const names = [...rules.filter(({ enabled }) => enabled).map(({ id }) => id), null];
  return {
    drafts: 0,
    counts: noCounts(),
    byRule: names.map((rule) => ({ rule, counts: noCounts() })),
    unattended: { drafts: 0, edited: 0, rejected: 0, changesRequested: 0, revoked: 0, touched: 0, examples: [] },
    nextCursor: null,
  };
}

function count(result: DryRunResult, { row, reactions }: PastDraft, outcome: Outcome, rule: string | null): void {
  result.drafts += 1;
  result.counts[outcome] += 1;
  const line = result.byRule.find((one) => one.rule === rule);
  if (line) line.counts[outcome] += 1;
  if (outcome !== 'auto' && outcome !== 'monitor') return;
  const { unattended } = result;
  const { edited, rejected, changesRequested, revoked } = reactions;
  unattended.drafts += 1;
  if (edited) unattended.edited += 1;
  if (rejected) unattended.rejected += 1;
  if (changesRequested) unattended.changesRequested += 1;
  if (revoked) unattended.revoked += 1;
  if (!edited && !rejected && !changesRequested && !revoked) return;
  unattended.touched += 1;
  if (unattended.examples.length < MAX_EXAMPLES) unattended.examples.push(row.draftId);
}
