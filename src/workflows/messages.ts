import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { CommandName, Decision, InboxMode } from '../domain/commands.ts';
import type { EmailContentInput } from '../domain/content.ts';
import type { NoticeCause } from '../domain/notice.ts';
import type { ApprovalNeed, Oversight } from '../domain/oversight.ts';
import type { PlanStep } from '../domain/plan.ts';
import type { ReasonCode } from '../domain/reasons.ts';
import type { RejectionReason } from '../domain/rejection.ts';
import type { Schedule, ScheduleInput } from '../domain/schedule.ts';
import type { Approval, DraftSource, DraftState, DraftStatus, EndStatus } from '../domain/state.ts';

/**
 * Input of the `draft` workflow. The API writes the creation (content included) to the store first and starts with
 * `{ stored: true }`, so that no content enters history. The other fields serve a start by hand, from the plain Temporal
 * CLI or from code beside the cluster: at most 256 KB, visible in history, and the creator counts as unverified.
 */
export interface DraftInput {
  stored?: true;
  inbox?: string;
  content?: EmailContentInput;
  adopt?: { draftId: string };
  recipe?: { name: string; input: unknown };
  category?: string;
  schedule?: ScheduleInput;
  /** Pause between approval and send in ms. */
  holdMs?: number;
  /** Review time-out in ms; 7 days when absent. */
  reviewTimeoutMs?: number;
  /** A name for the creator; it proves nothing. */
  createdBy?: string;
  /** Set by continue-as-new alone. */
  resume?: ResumeState;
}

/** What a run hands to the next one of the same draft. */
export interface ResumeState {
  state: DraftState;
  facts: DraftFacts;
  sequence: number;
  decisions: Record<string, CommandResult>;
  /** What came up and was not looked at yet. */
  notice: NoticeCause | null;
  /** What the inbox's policy was last asked about: a revoked approval of its own must not come back. */
  policyAsked: string;
}

/** What the first activity found out about the draft: small, free of content and addresses. */
export interface DraftFacts {
  draftId: string;
  sendId: string;
  source: DraftSource;
  recipe: string | null;
  creatorId: string;
  inboxMode: InboxMode;
  plan: PlanStep[];
}

/** How a draft ended: the workflow's result. */
export interface DraftOutcome {
  status: EndStatus;
  reason: ReasonCode | null;
  revision: number;
  digest: string | null;
  messageId: string | null;
  threadId: string | null;
}

/** Answer of `getDraft`: the engine's truth about one draft. The API joins the content. */
export interface DraftView {
  draftId: string;
  status: DraftStatus;
  source: DraftSource;
  recipe: string | null;
  revision: number;
  digest: string | null;
  blocked: boolean;
  /** The latest of `approvals`. */
  approval: Approval | null;
  approvals: Approval[];
  /** Approvals this revision still needs. */
  missing: ApprovalNeed[];
  oversight: Oversight | null;
  authorId: string | null;
  schedule: Schedule;
  dueAtMs: number | null;
  holdUntilMs: number | null;
  notBeforeMs: number | null;
  reviewDeadlineMs: number | null;
  waitingSinceMs?: number | null;
  escalated?: true;
  reason: ReasonCode | null;
  messageId: string | null;
  /** What the draft is doing, in words. */
  details: string;
}

/**
 * Every Update names a command that an authenticated request recorded in the store beforehand. The Update's own
 * arguments prove nothing: actor and permission are looked up under `commandId`, and the facts must be the recorded ones.
 * A repeat of a command id returns the first result.
 */
interface CommandId {
  commandId: string;
}
export interface DecideInput extends CommandId {
  decision: Decision;
  revision: number;
  digest: string;
  commentRef?: string;
  /** With a rejection: why, among the reasons that are counted. */
  reasonCode?: RejectionReason;
  /** With an approval: it is of this very time, too, and a new time takes it away. */
  schedule?: Schedule;
  /** With an approval: the latest message of the thread that was on screen. It counts as seen, and as nothing else. */
  threadSeen?: string;
}
export interface RevokeInput extends CommandId {
  revision: number;
}
export interface EditInput extends CommandId {
  baseRevision: number;
  /** Reference of the new content in the store. */
  contentRef: string;
}
export interface RescheduleInput extends CommandId {
  schedule: Schedule;
}
/** Part of a fleet operation: its id, which the record refers to. */
interface OfOperation extends CommandId {
  operationId?: string;
}
export interface RecomposeInput extends OfOperation {
  /** The revision that is to be replaced. */
  revision: number;
  commentRef?: string;
}
export type RecheckInput = OfOperation;
export type WithdrawInput = CommandId;
export type CancelInput = CommandId;
export interface ResolveInput extends CommandId {
  action: 'mark_sent' | 'retry' | 'give_up';
  messageId?: string;
  acceptDuplicateRisk?: boolean;
}

/** Every Update's input, by the Update's name. */
export interface CommandInputs extends Record<CommandName, CommandId> {
  decide: DecideInput;
  revoke: RevokeInput;
  edit: EditInput;
  revise: EditInput;
  reschedule: RescheduleInput;
  recompose: RecomposeInput;
  recheck: RecheckInput;
  withdraw: WithdrawInput;
  cancel: CancelInput;
  resolve: ResolveInput;
}

export type { CommandName, InboxMode } from '../domain/commands.ts';
export type { PlanStep } from '../domain/plan.ts';

export interface CommandResult {
  commandId: string;
  status: DraftStatus;
  revision: number;
  digest: string | null;
  dueAtMs: number | null;
  holdUntilMs: number | null;
  /** Of a recheck: whether it left the draft otherwise than it found it. */
  changed?: boolean;
}

export const decideUpdate = defineUpdate<CommandResult, [DecideInput], 'decide'>('decide');
export const revokeUpdate = defineUpdate<CommandResult, [RevokeInput], 'revoke'>('revoke');
export const editUpdate = defineUpdate<CommandResult, [EditInput], 'edit'>('edit');
export const reviseUpdate = defineUpdate<CommandResult, [EditInput], 'revise'>('revise');
export const rescheduleUpdate = defineUpdate<CommandResult, [RescheduleInput], 'reschedule'>('reschedule');
export const recomposeUpdate = defineUpdate<CommandResult, [RecomposeInput], 'recompose'>('recompose');
export const recheckUpdate = defineUpdate<CommandResult, [RecheckInput], 'recheck'>('recheck');
export const withdrawUpdate = defineUpdate<CommandResult, [WithdrawInput], 'withdraw'>('withdraw');
export const cancelUpdate = defineUpdate<CommandResult, [CancelInput], 'cancel'>('cancel');
export const resolveUpdate = defineUpdate<CommandResult, [ResolveInput], 'resolve'>('resolve');

/** The approval of a caller that can only fire and forget; counts only where the inbox accepts unverified signals. */
export interface ApproveSignal {
  revision: number;
  digest: string;
  approver?: string;
}
export const approveSignal = defineSignal<[ApproveSignal], 'approve'>('approve');
/**
 * Something outside the draft changed that its checks depend on: look again. It proves and decides nothing, so it needs
 * no authority; what counts is what the checks then find in the store and in AgentMail.
 */
export interface Notice {
  cause: NoticeCause;
}
export const noticeSignal = defineSignal<[Notice]>('notice');

export const getDraftQuery = defineQuery<DraftView, [], 'getDraft'>('getDraft');

/** `type` of the ApplicationFailure of a refused Update is `refused.` and the refusal's code. */
export const REFUSED_PREFIX = 'refused.';
