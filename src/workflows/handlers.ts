import { ActivityFailure, CancellationScope, condition, setHandler } from '@temporalio/workflow';
import type { Authorized, CommandFacts } from '../activities/types.ts';
import type { DraftEvent } from '../domain/draft-event.ts';
import { fixedDueAtMs, followsWallClock } from '../domain/due.ts';
import { NOTICE_CAUSES } from '../domain/notice.ts';
import type { RefusalCode } from '../domain/reasons.ts';
import type { Schedule } from '../domain/schedule.ts';
import { undoRoomMs } from '../domain/state.ts';
import { type Approver, auditDataOf, auditTypeOf, eventOf, revisionNamedBy } from './commands.ts';
import { rechecked } from './look.ts';
import {
  type ApproveSignal,
  approveSignal,
  type CancelInput,
  type CommandResult,
  cancelUpdate,
  type DecideInput,
  decideUpdate,
  type EditInput,
  editUpdate,
  getDraftQuery,
  noticeSignal,
  type RecheckInput,
  type RecomposeInput,
  type RescheduleInput,
  type ResolveInput,
  type RevokeInput,
  recheckUpdate,
  recomposeUpdate,
  rescheduleUpdate,
  resolveUpdate,
  reviseUpdate,
  revokeUpdate,
  type WithdrawInput,
  withdrawUpdate,
} from './messages.ts';
import { lookup, own } from './proxies.ts';
import { type DraftRun, refused } from './run.ts';

/** Registers every handler. `current` answers null until the draft is claimed. */
export function registerHandlers(current: () => DraftRun | null): void {
  const inFlight = new Map<string, Promise<CommandResult>>();

  const on = <Input extends { commandId: string }>(facts: (input: Input) => CommandFacts) => ({
    // A cancelled workflow still finishes the decision it accepted.
    handler: (input: Input): Promise<CommandResult> =>
      CancellationScope.nonCancellable(async () => {
        const run = await claimed(current);
        const known = run.decided(input.commandId) ?? inFlight.get(input.commandId);
        if (known) return known;
        const work = execute(run, facts(input));
        inFlight.set(input.commandId, work);
        return work.finally(() => inFlight.delete(input.commandId));
      }),
    validator: (input: Input): void => {
      if (typeof input?.commandId !== 'string') throw refused('unauthorized');
      const run = current();
      if (run === null || run.decided(input.commandId) || inFlight.has(input.commandId)) return;
      const command = facts(input);
      // A worker that died may have shown people a revision whose workflow task is lost: it will be written again.
      if (isAhead(run, command)) return;
      const refusal = precheck(run, command);
      if (refusal) throw refused(refusal);
    },
  });

  const decide = on((input: DecideInput) => ({ name: 'decide', input }));
  setHandler(decideUpdate, decide.handler, decide);
  const revoke = on((input: RevokeInput) => ({ name: 'revoke', input }));
  setHandler(revokeUpdate, revoke.handler, revoke);
  const edit = on((input: EditInput) => ({ name: 'edit', input }));
  setHandler(editUpdate, edit.handler, edit);
  const revise = on((input: EditInput) => ({ name: 'revise', input }));
  setHandler(reviseUpdate, revise.handler, revise);
  const reschedule = on((input: RescheduleInput) => ({ name: 'reschedule', input }));
  setHandler(rescheduleUpdate, reschedule.handler, reschedule);
  const recompose = on((input: RecomposeInput) => ({ name: 'recompose', input }));
  setHandler(recomposeUpdate, recompose.handler, recompose);
  const recheck = on((input: RecheckInput) => ({ name: 'recheck', input }));
  setHandler(recheckUpdate, recheck.handler, recheck);
  const withdraw = on((input: WithdrawInput) => ({ name: 'withdraw', input }));
  setHandler(withdrawUpdate, withdraw.handler, withdraw);
  const cancel = on((input: CancelInput) => ({ name: 'cancel', input }));
  setHandler(cancelUpdate, cancel.handler, cancel);
  const resolve = on((input: ResolveInput) => ({ name: 'resolve', input }));
  setHandler(resolveUpdate, resolve.handler, resolve);

  setHandler(approveSignal, (signal) =>
    CancellationScope.nonCancellable(async () => approveBySignal(await claimed(current), signal)),
  );
  setHandler(noticeSignal, (notice) => {
    const cause = NOTICE_CAUSES.find((known) => known === notice?.cause) ?? 'outside';
    // A draft that is not claimed yet looks at everything anyway.
    current()?.noticed(cause);
  });
  setHandler(getDraftQuery, () => {
    const run = current();
    if (run === null) throw refused('not_ready');
    return run.view();
  });
}

async function claimed(current: () => DraftRun | null): Promise<DraftRun> {
  await condition(() => current() !== null);
  const run = current();
  if (run === null) throw refused('not_ready');
  return run;
}

/** Whether the command names a revision this run has not written yet. */
function isAhead(run: DraftRun, command: CommandFacts): boolean {
  const named = revisionNamedBy(command);
  return run.state.status === 'composing' && named !== null && named === run.state.revision + 1;
}

/** What can be refused without knowing who asks: shape, state, revision, digest. Synchronous and read-only. */
function precheck(run: DraftRun, command: CommandFacts): RefusalCode | null {
  if (command.name === 'resolve') {
    if (run.ended) return 'already_ended';
    return run.state.status === 'needs_attention' ? null : 'nothing_to_resolve';
  }
  const anybody: Approver = { by: { id: '', kind: 'person', groups: [] }, created: false };
  return run.wouldRefuse(eventOf(command, anybody, run.state.dueAtMs));
}

async function execute(run: DraftRun, command: CommandFacts): Promise<CommandResult> {
  const { commandId } = command.input;
  if (isAhead(run, command)) await condition(() => run.state.status !== 'composing');
  run.underWay += 1;
  const { event, writing, actorId } = await move(run, command).finally(() => {
    run.underWay -= 1;
  });
  if (event.type === 'edit') await written(run, commandId);
  const result = event.type === 'recheck' ? await tellRecheck(run, command, actorId) : run.result(commandId);
  run.decisions[commandId] = result;
  // The life's own loop tells what happened before it rests; while it waits for AgentMail, nobody would.
  if (writing) await run.flush();
  return result;
}

/** Authorize, move, tell. Between the move and its check nothing is awaited. */
async function move(
  run: DraftRun,
  command: CommandFacts,
): Promise<{ event: DraftEvent; writing: boolean; actorId: string }> {
  const { commandId } = command.input;
  const authorized = await own.authorize(command);
  if (!authorized.ok) throw refused(authorized.code);
  let { schedule } = run.state;
  let event = await prepare(run, command, authorized);
  // Re-timed while the due time was worked out: the approval must not bring the old time back.
  while (event.type === 'approve' && run.state.schedule !== schedule) {
    schedule = run.state.schedule;
    event = await prepare(run, command, authorized);
  }
  // What an agent proposed may be re-timed by it, what a person approved, perhaps just now, may not.
  const retimes = command.name === 'reschedule' && run.state.status === 'scheduled';
  if (retimes && authorized.agent) throw refused('already_decided');
  if (authorized.replied && !run.state.oversight?.replyApproval) throw refused('reply_refused');
  const writing = run.state.status === 'composing';
  const refusal = run.apply(event);
  if (refusal) throw refused(refusal);
  run.updated();
  const actorId = authorized.actor.id;
  // What a recheck comes to is known, and told, when it is through.
  if (event.type !== 'recheck')
    run.journal.tell(auditTypeOf(command), run.state, { actorId, commandId, data: auditDataOf(command, event) });
  return { event, writing, actorId };
}

async function tellRecheck(run: DraftRun, command: CommandFacts, actorId: string): Promise<CommandResult> {
  const { commandId } = command.input;
  const changed = await rechecked(run);
  const { reason } = run.state;
  const data = { ...auditDataOf(command, { type: 'recheck' }), changed, ...(reason && { reason }) };
  run.journal.tell('rechecked', run.state, { actorId, commandId, data });
  await run.flush();
  return { ...run.result(commandId), changed };
}

/** An edit is done when its own revision is there; when AgentMail refused it, the editor learns so. */
async function written(run: DraftRun, commandId: string): Promise<void> {
  await condition(() => run.edits.has(commandId) || run.ended);
  const outcome = run.edits.get(commandId);
  run.edits.delete(commandId);
  if (outcome === 'refused') throw refused('content_refused');
  if (outcome === undefined) throw refused('already_ended');
}

async function prepare(run: DraftRun, command: CommandFacts, authorized: Extract<Authorized, { ok: true }>) {
  const nowMs = Date.now();
  const giver: Approver = { by: authorized.actor, created: authorized.created };
  switch (command.name) {
    case 'decide': {
      const due = command.input.decision === 'approve' ? await dueOfApproval(run) : run.state.dueAtMs;
      return eventOf(command, giver, due);
    }
    case 'reschedule': {
      return eventOf(command, giver, await dueAt(command.input.schedule, nowMs));
    }
    case 'resolve': {
      const { sendId } = run.facts;
      const request = { sendId, revision: run.state.revision, action: command.input };
      const prepared = await lookup.prepareResolve(request).catch((error: unknown) => {
        if (error instanceof ActivityFailure) throw refused('agentmail_unavailable');
        throw error;
      });
      if (!prepared.ok) throw refused(prepared.code);
      const event: DraftEvent = { type: 'resolve', action: prepared.action, nowMs: Date.now() };
      return event;
    }
    default:
      return eventOf(command, giver, run.state.dueAtMs);
  }
}

/** A window may have closed, or its recipient moved, while the draft waited: it is worked out from the approval and its hold. */
async function dueOfApproval(run: DraftRun): Promise<number | null> {
  const { schedule, dueAtMs } = run.state;
  if (!followsWallClock(schedule)) return dueAtMs;
  return own.resolveDue({ schedule, nowMs: Date.now() + undoRoomMs(run.state) });
}

async function dueAt(schedule: Schedule, nowMs: number): Promise<number | null> {
  const fixed = fixedDueAtMs(schedule, nowMs);
  return fixed === undefined ? own.resolveDue({ schedule, nowMs }) : fixed;
}

/** The same path as an authenticated approval, recorded as unverified; an ignored one is told too. */
async function approveBySignal(run: DraftRun, signal: ApproveSignal): Promise<void> {
  const { acceptUnverifiedSignals } = await own.inboxPolicy();
  const by = { id: `unverified:${approverOf(signal)}`, kind: 'unverified', groups: [] } as const;
  let { schedule } = run.state;
  let dueAtMs = await dueOfApproval(run);
  while (run.state.schedule !== schedule) {
    schedule = run.state.schedule;
    dueAtMs = await dueOfApproval(run);
  }
  const refusal = acceptUnverifiedSignals
    ? run.apply({
        type: 'approve',
        by: { ...by, groups: [] },
        created: false,
        decisionId: `signal:${run.journal.lastSequence + 1}`,
        revision: Number(scalar(signal?.revision)),
        digest: scalar(signal?.digest),
        nowMs: Date.now(),
        dueAtMs,
        schedule: null,
      })
    : 'unverified_signal';
  const told = { actorId: by.id, data: { verified: false, ...(refusal && { code: refusal }) } };
  run.journal.tell(refusal ? 'signal_ignored' : 'approved', run.state, told);
  await run.flush();
}

/** A signal is whatever somebody typed: an object in a text's place must not break the workflow task again and again. */
function scalar(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** A name as the record can hold it: the database refuses NUL and halves of surrogate pairs, and would for ever. */
function approverOf(signal: ApproveSignal): string {
  const name = scalar(signal?.approver).slice(0, 100);
  return name.replace(/[^\p{L}\p{N} ._@:+-]/gu, '_') || 'signal';
}
