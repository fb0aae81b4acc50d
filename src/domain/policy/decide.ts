import type { InboxMode } from '../commands.ts';
import { ONE_APPROVAL, type Oversight, PLAIN_REVIEW, type ReviewRoute, type ReviewTimes } from '../oversight.ts';
import { type ConditionSeen, look } from './conditions.ts';
import type { PolicyFacts } from './facts.ts';
import type { Policy, Rule, RuleOutcome } from './schema.ts';

type ReviewRule = Exclude<RuleOutcome, { kind: 'refuse' }>;

/** What of an inbox's settings decides. */
export interface InboxOversight {
  mode: InboxMode;
  /** Where nothing says otherwise: how long people may stop a monitored draft, in ms. */
  monitorHoldMs: number;
  editorMayApprove: boolean;
  creatorMayApprove: boolean;
  /** Who is asked first where no rule says; null: whoever may approve. */
  assignTo: ReviewRoute | null;
  replyApproval: boolean;
  /** Where no rule says: the least time between an approval and the send, in ms. */
  holdMs: number;
  /** Where no rule says: when its reviews remind, ask others, and end, in ms. */
  remindAfterMs: number | null;
  escalateAfterMs: number | null;
  escalateTo: string | null;
  expireAfterMs: number | null;
}

/** Rules with the version they are kept under. */
export interface VersionedPolicy {
  policy: Policy;
  version: number | null;
}

/** One rule as the draft met it; `seen` is null for one that asks nothing. Rules after the first that fits are not looked at. */
export interface RuleSeen {
  rule: string;
  fits: boolean;
  seen: ConditionSeen | null;
}

export interface Decision {
  oversight: Oversight;
  /** The rule that decided; null: the inbox's mode did. */
  rule: string | null;
  /** One sentence for people. */
  why: string;
  rules: RuleSeen[];
}

/** What policy says of a draft. Pure: the same facts get the same answer. */
export function decide({ policy, version }: VersionedPolicy, inbox: InboxOversight, facts: PolicyFacts): Decision {
  const rules: RuleSeen[] = [];
  for (const rule of policy.rules) {
    if (!rule.enabled) continue;
    const seen = rule.when === undefined ? null : look(rule.when, facts, policy.ownDomains);
    const fits = seen === null || seen.met;
    rules.push({ rule: rule.id, fits, seen });
    if (fits) return { ...byRule(rule, version, inbox), rules };
  }
  return { ...byMode(inbox), rules };
}

/** Only said where it is so: what was kept before there was such a thing says the same as what forbids it. */
const repliesOf = (allowed: boolean) => (allowed ? { replyApproval: true as const } : {});

const undoOf = (undoMs: number) => (undoMs > 0 ? { undoMs } : {});

function timesOf(inbox: InboxOversight, ofRule?: ReviewRule['times']): ReviewTimes {
  const { remindAfterMs, escalateAfterMs, escalateTo } = ofRule ?? inbox;
  const expireAfterMs = ofRule?.expireAfterMs === undefined ? inbox.expireAfterMs : ofRule.expireAfterMs;
  return { remindAfterMs, escalateAfterMs, escalateTo, ...(expireAfterMs !== null && { expireAfterMs }) };
}

const plain = (inbox: InboxOversight): Oversight => ({
  ...PLAIN_REVIEW,
  needs: [...ONE_APPROVAL],
  editorMayApprove: inbox.editorMayApprove,
  creatorMayApprove: inbox.creatorMayApprove,
  times: timesOf(inbox),
  route: inbox.assignTo,
  ...repliesOf(inbox.replyApproval),
  ...undoOf(inbox.holdMs),
});

function byRule(rule: Rule, version: number | null, inbox: InboxOversight): Omit<Decision, 'rules'> {
  const outcome = rule.outcome;
  const { replyApproval = inbox.replyApproval, undoMs = inbox.holdMs } = outcome.kind === 'refuse' ? {} : outcome;
  const base = { ...plain({ ...inbox, replyApproval, holdMs: undoMs }), rule: rule.id, version };
  const because = `The rule ${rule.id} decides: ${inWords(outcome, inbox)}.`;
  if (outcome.kind === 'refuse') return { oversight: { ...base, kind: 'refuse' }, rule: rule.id, why: because };
  const oversight: Oversight = {
    ...base,
    kind: outcome.kind,
    needs: outcome.approvals ?? [...ONE_APPROVAL],
    holdMs: outcome.kind === 'monitor' ? (outcome.holdMs ?? inbox.monitorHoldMs) : 0,
    editorMayApprove: outcome.editorMayApprove ?? base.editorMayApprove,
    creatorMayApprove: outcome.creatorMayApprove ?? base.creatorMayApprove,
    times: timesOf(inbox, outcome.times),
    route: outcome.route ?? base.route,
    priority: outcome.priority ?? null,
  };
  // `review_all` says what it means: rules may ask for more there, never for less.
  if (inbox.mode === 'review_all' && outcome.kind !== 'review') {
    const why = `${because} Its inbox reviews all, so people approve it nevertheless.`;
    return { oversight: { ...oversight, kind: 'review', holdMs: 0 }, rule: rule.id, why };
  }
  return { oversight, rule: rule.id, why: because };
}

function inWords(outcome: RuleOutcome, { monitorHoldMs }: InboxOversight): string {
  switch (outcome.kind) {
    case 'auto':
      return 'its time alone suffices';
    case 'refuse':
      return 'it is refused';
    case 'monitor':
      return `it leaves after ${minutes(outcome.holdMs ?? monitorHoldMs)} unless people stop it`;
    case 'review':
      return (outcome.approvals ?? ONE_APPROVAL)
        .map(({ group, count }) => `${count} ${count === 1 ? 'approval' : 'approvals'}${group ? ` of ${group}` : ''}`)
        .join(' and ');
  }
}

function byMode(inbox: InboxOversight): Omit<Decision, 'rules'> {
  const base = plain(inbox);
  const { mode, monitorHoldMs } = inbox;
  switch (mode) {
    case 'review_all':
      return { oversight: base, rule: null, why: 'Its inbox reviews all: one approval.' };
    case 'by_rule':
      return { oversight: base, rule: null, why: 'No rule fits: one approval.' };
    case 'paused':
      return { oversight: base, rule: null, why: 'Nothing leaves its inbox at present; after that, one approval.' };
    case 'monitor': {
      const why = `Its inbox is monitored: it leaves after ${minutes(monitorHoldMs)} unless people stop it.`;
      return { oversight: { ...base, kind: 'monitor', holdMs: monitorHoldMs }, rule: null, why };
    }
    case 'autonomous':
      return {
        oversight: { ...base, kind: 'auto' },
        rule: null,
        why: 'Its inbox is autonomous: its time alone suffices.',
      };
  }
}

const minutes = (ms: number) => `${Math.round((ms / 60_000) * 10) / 10} min`;
