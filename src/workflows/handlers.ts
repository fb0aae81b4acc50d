import { CancellationScope, condition, setHandler } from '@temporalio/workflow';
import type { Authorized, CommandFacts } from '../activities/types.ts';
import type { AuditType } from '../domain/audit.ts';
import { fixedDueAtMs } from '../domain/due.ts';
import type { DraftEvent } from '../domain/lifecycle.ts';
import type { RefusalCode } from '../domain/reasons.ts';
import type { Schedule } from '../domain/schedule.ts';
import {
  type ApproveSignal,
  approveSignal,
  type CommandInputs,
  type CommandName,
  type CommandResult,
  cancelUpdate,
  decideUpdate,
  editUpdate,
  getDraftQuery,
  rescheduleUpdate,
  resolveUpdate,
  reviseUpdate,
  revokeUpdate,
  withdrawUpdate,
} from './messages.ts';
import { lookup, own } from './proxies.ts';
import { type DraftRun, refused } from './run.ts';

type Actor = Extract<Authorized, { ok: true }>['actor'];

/** Registers every handler. `run` answers null until the draft is claimed. */
export function registerHandlers(current: () => DraftRun | null): void {
  const inFlight = new Map<string, Promise<CommandResult>>();

  const handle = <Name extends CommandName>(name: Name) => ({
    handler: (input: CommandInputs[Name]): Promise<CommandResult> => {
      const run = ready(current());
      const known = run.decisions[input.commandId] ?? inFlight.get(input.commandId);
      if (known) return Promise.resolve(known);
      // A cancelled workflow still finishes the decision it accepted.
      const work = CancellationScope.nonCancellable(() => command(run, { name, input } as CommandFacts));
      inFlight.set(input.commandId, work);
      return work.finally(() => inFlight.delete(input.commandId));
    },
    validator: (input: CommandInputs[Name]): void => {
      const run = ready(current());
      if (typeof input?.commandId !== 'string') throw refused('unauthorized');
      if (run.decisions[input.commandId] || inFlight.has(input.commandId)) return;
      const refusal = precheck(run, { name, input } as CommandFacts);
      if (refusal) throw refused(refusal);
    },
  });

  const register = <Name extends CommandName>(name: Name, definition: Parameters<typeof setHandler>[0]) => {
    const { handler, validator } = handle(name);
    setHandler(definition, handler as never, { validator } as never);
  };
  register('decide', decideUpdate);
  register('revoke', revokeUpdate);
  register('edit', editUpdate);
  register('revise', reviseUpdate);
  register('reschedule', rescheduleUpdate);
  register('withdraw', withdrawUpdate);
  register('cancel', cancelUpdate);
  register('resolve', resolveUpdate);

  setHandler(approveSignal, (signal) =>
    CancellationScope.nonCancellable(async () => {
      await condition(() => current() !== null);
      await approveBySignal(ready(current()), signal);
    }),
  );
  setHandler(getDraftQuery, () => ready(current()).view());
}

function ready(run: DraftRun | null): DraftRun {
  if (run === null) throw refused('not_ready');
  return run;
}

/** What can be refused without knowing who asks: shape, state, revision, digest. Synchronous and read-only. */
function precheck(run: DraftRun, command: CommandFacts): RefusalCode | null {
  if (command.name === 'resolve') {
    if (run.ended) return 'already_ended';
    return run.state.status === 'needs_attention' ? null : 'nothing_to_resolve';
  }
  const anybody: Actor = { id: '', kind: 'person' };
  return run.wouldRefuse(eventOf(command, anybody, run.state.dueAtMs));
}

/** Authorize, move, tell. Between the move and its check nothing is awaited. */
async function command(run: DraftRun, command: CommandFacts): Promise<CommandResult> {
  const { commandId } = command.input;
  const authorized = await own.authorize(command);
  if (!authorized.ok) throw refused(authorized.code);
  const event = await prepare(run, command, authorized);
  const refusal = run.apply(event);
  if (refusal) throw refused(refusal);
  run.journal.tell(auditTypeOf(command), run.state, {
    actorId: authorized.actor.id,
    commandId,
    data: auditDataOf(command, event),
  });
  if (event.type === 'edit') await written(run, event.baseRevision);
  const result = run.result(commandId);
  run.decisions[commandId] = result;
  await run.flush();
  return result;
}

/** An edit is done when its revision is there; when AgentMail refused it, the editor learns so. */
async function written(run: DraftRun, baseRevision: number): Promise<void> {
  await condition(() => run.state.status !== 'composing');
  if (run.state.revision === baseRevision) throw refused('content_refused');
}

async function prepare(run: DraftRun, command: CommandFacts, authorized: Extract<Authorized, { ok: true }>) {
  const nowMs = Date.now();
  switch (command.name) {
    case 'decide': {
      const { schedule, dueAtMs } = run.state;
      // A window may have closed while the draft waited: its next opening counts from the approval.
      const due =
        command.input.decision === 'approve' && schedule.kind === 'window'
          ? await own.resolveDue({ schedule, nowMs: nowMs + run.state.holdMs })
          : dueAtMs;
      return eventOf(command, authorized.actor, due);
    }
    case 'reschedule': {
      // What an agent proposed may be re-timed by it, what a person approved may not.
      if (authorized.agent && run.state.status === 'scheduled') throw refused('already_decided');
      return eventOf(command, authorized.actor, await dueAt(command.input.schedule, nowMs));
    }
    case 'resolve': {
      const { sendId } = run.facts;
      const prepared = await lookup.prepareResolve({ sendId, revision: run.state.revision, action: command.input });
      if (!prepared.ok) throw refused(prepared.code);
      const event: DraftEvent = { type: 'resolve', action: prepared.action, nowMs: Date.now() };
      return event;
    }
    default:
      return eventOf(command, authorized.actor, run.state.dueAtMs);
  }
}

async function dueAt(schedule: Schedule, nowMs: number): Promise<number | null> {
  const fixed = fixedDueAtMs(schedule, nowMs);
  return fixed === undefined ? own.resolveDue({ schedule, nowMs }) : fixed;
}

function eventOf(
  command: Exclude<CommandFacts, { name: 'resolve' }> | CommandFacts,
  by: Actor,
  dueAtMs: number | null,
): DraftEvent {
  const nowMs = Date.now();
  switch (command.name) {
    case 'decide': {
      const { decision, revision, digest, commandId, commentRef } = command.input;
      if (decision === 'approve')
        return { type: 'approve', by, decisionId: commandId, revision, digest, nowMs, dueAtMs };
      if (decision === 'reject') return { type: 'reject', revision };
      return { type: 'request_changes', revision, commentRef: commentRef ?? null, nowMs };
    }
    case 'revoke':
      return { type: 'revoke', revision: command.input.revision, nowMs };
    case 'edit':
    case 'revise': {
      const { baseRevision, contentRef, commandId } = command.input;
      return { type: 'edit', baseRevision, contentRef, by: by.id, decisionId: commandId };
    }
    case 'reschedule':
      return { type: 'reschedule', schedule: command.input.schedule, dueAtMs };
    case 'withdraw':
      return { type: 'withdraw' };
    case 'cancel':
      return { type: 'cancel' };
    case 'resolve':
      throw new Error('a resolve is prepared from evidence');
  }
}

function auditTypeOf(command: CommandFacts): AuditType {
  switch (command.name) {
    case 'decide':
      return ({ approve: 'approved', reject: 'rejected', request_changes: 'changes_requested' } as const)[
        command.input.decision
      ];
    case 'revoke':
      return 'approval_revoked';
    case 'edit':
      return 'edited';
    case 'revise':
      return 'revised';
    case 'reschedule':
      return 'rescheduled';
    case 'withdraw':
      return 'withdrawn';
    case 'cancel':
      return 'cancelled';
    case 'resolve':
      return 'resolved';
  }
}

function auditDataOf(command: CommandFacts, event: DraftEvent) {
  if (event.type === 'reschedule') return { schedule: event.schedule, dueAtMs: event.dueAtMs };
  if (event.type === 'resolve') return { code: event.action.kind };
  if (command.name === 'decide' && command.input.commentRef) return { commentRef: command.input.commentRef };
  return {};
}

/** The same path as an authenticated approval, recorded as unverified; an ignored one is told too. */
async function approveBySignal(run: DraftRun, signal: ApproveSignal): Promise<void> {
  const { acceptUnverifiedSignals } = await own.inboxPolicy();
  const by: Actor = { id: `unverified:${signal?.approver ?? 'signal'}`, kind: 'unverified' };
  const { schedule } = run.state;
  const nowMs = Date.now();
  const dueAtMs = schedule.kind === 'window' ? await own.resolveDue({ schedule, nowMs }) : run.state.dueAtMs;
  const refusal = acceptUnverifiedSignals
    ? run.apply({
        type: 'approve',
        by,
        decisionId: `signal:${run.journal.lastSequence + 1}`,
        revision: Number(signal?.revision),
        digest: String(signal?.digest),
        nowMs,
        dueAtMs,
      })
    : 'unverified_signal';
  const told = { actorId: by.id, data: { verified: false, ...(refusal && { code: refusal }) } };
  run.journal.tell(refusal ? 'signal_ignored' : 'approved', run.state, told);
  await run.flush();
}
