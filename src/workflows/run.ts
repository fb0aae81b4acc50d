import { ApplicationFailure, setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { DraftStart, Recorded } from '../activities/types.ts';
import type { DraftEvent } from '../domain/draft-event.ts';
import { transition } from '../domain/lifecycle.ts';
import type { NoticeCause } from '../domain/notice.ts';
import type { ApprovalNeed } from '../domain/oversight.ts';
import type { PlanStep } from '../domain/plan.ts';
import { REASONS, REFUSALS, type RefusalCode } from '../domain/reasons.ts';

import { approvalsMissing, type DraftState, isEnd } from '../domain/state.ts';
import { Journal } from './journal.ts';
import {
  type CommandResult,
  type DraftFacts,
  type DraftOutcome,
  type DraftView,
  type InboxMode,
  REFUSED_PREFIX,
  type ResumeState,
} from './messages.ts';
import { kept, own } from './proxies.ts';
import { searchAttributesOf } from './visibility.ts';

/** A refusal as callers see it: a failure with a code, never a failed workflow task. */
export function refused(code: RefusalCode): ApplicationFailure {
  return ApplicationFailure.nonRetryable(REFUSALS[code], `${REFUSED_PREFIX}${code}`);
}

const countOf = (needs: ApprovalNeed[]) => needs.reduce((sum, { count }) => sum + count, 0);
const needInWords = ({ group, count }: ApprovalNeed) =>
  `- needs ${count} approval${count === 1 ? '' : 's'}${group === null ? '' : ` of ${group}`}`;

/** Causes after which AgentMail is looked at, too. */
const WIDE: ReadonlySet<NoticeCause> = new Set(['outside', 'watchdog', 'recheck']);

/** One draft in memory: its facts, its state, its journal. Everything that changes it goes through `apply`. */
export class DraftRun {
  readonly facts: DraftFacts;
  readonly journal: Journal;
  /** Results by command id: a repeated command gets the first answer. */
  readonly decisions: Record<string, CommandResult>;
  /** How the writing of an edit ended, by its command, for the caller that waits. */
  readonly edits = new Map<string, 'written' | 'refused'>();
  /** Grows with every change: what a rest waits for. */
  changes = 0;
  /** Commands that were accepted and have not moved the draft yet. */
  underWay = 0;
  inboxMode: InboxMode;
  /** The recipe's steps; made again when the draft is composed anew. */
  plan: PlanStep[];
  /** What came up that this draft has not looked at yet; null when nothing did. */
  notice: NoticeCause | null = null;
  /** How often people asked for a recheck, how many of those are done, and the last that failed. */
  readonly rechecks = { asked: 0, done: 0, failed: 0 };
  /** Policy could not be asked: not before this instant again, in epoch ms. */
  askPolicyAtMs = 0;
  /** The revision and due time the inbox's policy was last asked about. */
  policyAsked = '';
  private current: DraftState;
  private shown = '';
  private updatedAtLength = 0;

  constructor(facts: DraftFacts, state: DraftState, sequence: number, decisions: Record<string, CommandResult>) {
    this.facts = facts;
    this.current = state;
    this.decisions = decisions;
    this.inboxMode = facts.inboxMode;
    this.plan = facts.plan;
    this.journal = new Journal(sequence);
  }

  static fresh(start: DraftStart): DraftRun {
    const { facts, schedule, dueAtMs, holdMs, reviewTimeoutMs } = start;
    return new DraftRun(
      facts,
      {
        status: 'composing',
        source: facts.source,
        creatorId: facts.creatorId,
        revision: 0,
        digest: null,
        blocked: false,
        task: { kind: 'initial' },
        approvals: [],
        oversight: null,
        authorId: null,
        schedule,
        dueAtMs,
        holdMs,
        holdUntilMs: null,
        notBeforeMs: null,
        reviewTimeoutMs,
        reviewDeadlineMs: null,
        remindAtMs: null,
        escalateAtMs: null,
        reason: null,
        steppedIn: false,
        round: 0,
        threadSeen: null,
        messageId: null,
        threadId: null,
      },
      0,
      {},
    );
  }

  static resumed({ facts, state, sequence, decisions, notice, policyAsked }: ResumeState): DraftRun {
    const run = new DraftRun(facts, state, sequence, decisions);
    run.notice = notice;
    run.policyAsked = policyAsked;
    return run;
  }

  get state(): DraftState {
    return this.current;
  }

  get ended(): boolean {
    return isEnd(this.current.status);
  }

  /** Moves the draft, or says why not. Synchronous: nothing comes between the check and the change. */
  apply(event: DraftEvent): RefusalCode | null {
    const result = transition(this.current, event);
    if (!result.ok) return result.code;
    this.current = result.state;
    this.changes += 1;
    setCurrentDetails(this.details());
    return null;
  }

  /** What a change would be refused with now; changes nothing. For validators. */
  wouldRefuse(event: DraftEvent): RefusalCode | null {
    const result = transition(this.current, event);
    return result.ok ? null : result.code;
  }

  /** Tells Visibility where the draft is, when that changed since it was last told. */
  show(): void {
    const { status, dueAtMs } = this.current;
    const needed = status === 'in_review' ? countOf(approvalsMissing(this.current)) : 0;
    const key = `${status} ${dueAtMs} ${this.inboxMode} ${needed}`;
    if (key === this.shown) return;
    this.shown = key;
    upsertSearchAttributes(
      searchAttributesOf({
        status,
        dueAtMs,
        recipe: this.facts.recipe,
        inboxMode: this.inboxMode,
        approvalsNeeded: needed,
      }),
    );
  }

  /** Something outside changed. What calls for the wider look stays until it was taken. */
  noticed(cause: NoticeCause): void {
    if (this.notice === null || WIDE.has(cause)) this.notice = cause;
    this.changes += 1;
  }

  /** A person wants policy and checks to be asked now; the number of this wish. */
  askRecheck(): number {
    this.changes += 1;
    this.rechecks.asked += 1;
    return this.rechecks.asked;
  }

  takeNotice(): NoticeCause | null {
    const { notice } = this;
    this.notice = null;
    return notice;
  }

  /** An Update changed the draft; it is durable only once this workflow task is. */
  updated(): void {
    this.updatedAtLength = workflowInfo().historyLength;
  }

  /**
   * Whether everything that led here is in history. Until then no local activity may write anything: should the worker
   * die now, the Update may be gone, and its traces must not be there.
   */
  get durable(): boolean {
    return workflowInfo().historyLength > this.updatedAtLength;
  }

  /** Takes what is to be recorded, for an activity that records it on its way. */
  takeRecorded(): Recorded | null {
    return this.journal.take(this.current, this.inboxMode);
  }

  async flush(): Promise<void> {
    const recorded = this.takeRecorded();
    if (recorded) await (this.durable ? own : kept).record(recorded);
  }

  /** What this command was answered before; a command id may be any word, `constructor` among them. */
  decided(commandId: string): CommandResult | undefined {
    return Object.hasOwn(this.decisions, commandId) ? this.decisions[commandId] : undefined;
  }

  result(commandId: string): CommandResult {
    const { status, revision, digest, dueAtMs, holdUntilMs } = this.current;
    return { commandId, status, revision, digest, dueAtMs, holdUntilMs };
  }

  outcome(): DraftOutcome {
    const { status, reason, revision, digest, messageId, threadId } = this.current;
    if (!isEnd(status)) throw new Error(`a draft in ${status} has no outcome`);
    return { status, reason, revision, digest, messageId, threadId };
  }

  resume(): ResumeState {
    const { facts, decisions, inboxMode, notice, plan, policyAsked, state } = this;
    const sequence = this.journal.lastSequence;
    return { facts: { ...facts, inboxMode, plan }, state, sequence, decisions, notice, policyAsked };
  }

  view(): DraftView {
    const { task: _task, creatorId: _by, holdMs: _hold, round: _round, sentOutside: _sent, ...rest } = this.current;
    const { reviewTimeoutMs: _timeout, threadId: _thread, threadSeen: _seen, steppedIn: _stepped, ...view } = rest;
    const approval = view.approvals.at(-1) ?? null;
    const missing = approvalsMissing(this.current);
    return {
      draftId: this.facts.draftId,
      recipe: this.facts.recipe,
      details: this.details(),
      approval,
      missing,
      ...view,
    };
  }

  /** The draft in words, for the Temporal Web UI. No content, no address. */
  details(): string {
    const { status, revision, dueAtMs, reviewDeadlineMs, holdUntilMs, notBeforeMs, reason, task, schedule } =
      this.current;
    const at = (ms: number) => new Date(ms).toISOString();
    const lines = [`**${status.replaceAll('_', ' ')}**${revision > 0 ? `, revision ${revision}` : ''}`];
    if (task) lines.push(`- writing: ${task.kind}`);
    if (schedule.kind === 'held') lines.push('- held: goes when somebody gives it a time');
    else if (dueAtMs !== null && !isEnd(status)) lines.push(`- due ${at(dueAtMs)}`);
    if (holdUntilMs !== null && status === 'scheduled') lines.push(`- can be undone until ${at(holdUntilMs)}`);
    if (notBeforeMs !== null && status === 'scheduled') lines.push(`- tried again ${at(notBeforeMs)}`);
    if (status === 'in_review') lines.push(...approvalsMissing(this.current).map(needInWords));
    if (reviewDeadlineMs !== null) lines.push(`- review ends ${at(reviewDeadlineMs)}`);
    if (reason) lines.push(`- ${REASONS[reason]}`);
    return lines.join('\n');
  }
}
