import { ActivityFailure, ApplicationFailure, CancellationScope } from '@temporalio/workflow';
import type { WriteInput, Written } from '../activities/types.ts';
import { followsRecipient } from '../domain/due.ts';
import type { Oversight } from '../domain/oversight.ts';
import type { PlanStep } from '../domain/plan.ts';
import type { ReasonCode } from '../domain/reasons.ts';
import type { Schedule } from '../domain/schedule.ts';
import type { ComposeTask } from '../domain/state.ts';
import { own, patient, quick, stepActivities } from './proxies.ts';
import type { DraftRun } from './run.ts';

/** A step of a composition failed for good; `step` says which, `code` why. */
class StepFailed extends Error {
  readonly reason: ReasonCode;
  readonly step: string;
  readonly code: string;

  constructor(reason: ReasonCode, step: string, code: string) {
    super(`${step}: ${code}`);
    this.reason = reason;
    this.step = step;
    this.code = code;
  }
}

/** Writes the revision that the draft's `composing` state asks for. Always leaves `composing`. */
export async function composeTask(run: DraftRun): Promise<void> {
  const { task } = run.state;
  if (task === null) throw new Error('composing without a task');
  try {
    const written = await write(run, task);
    await followRecipient(run);
    if (written.kind === 'refused') throw new StepFailed(written.reason, task.kind, written.reason);
    accept(run, task, written);
  } catch (error) {
    const failed = asStepFailed(error);
    // Refused when the draft ended meanwhile: then nobody asks how its composition went.
    if (run.apply({ type: 'compose_failed', reason: failed.reason, nowMs: Date.now() }) !== null) return;
    if (task.kind === 'edit') run.edits.set(task.decisionId, 'refused');
    const { reason, step, code } = failed;
    run.journal.tell('compose_failed', run.state, { data: { reason, step, code } });
  }
}

/** Only the written revision tells whose clock a schedule in the recipient's zone follows. */
async function followRecipient(run: DraftRun): Promise<void> {
  const { schedule } = run.state;
  if (!followsRecipient(schedule)) return;
  const nowMs = Date.now();
  const dueAtMs = await own.resolveDue({ schedule, nowMs });
  if (run.state.schedule === schedule) run.apply({ type: 'reschedule', schedule, dueAtMs, nowMs });
}

function accept(run: DraftRun, task: ComposeTask, written: Extract<Written, { kind: 'written' }>): void {
  const { digest, blocked, threadSeen, warnings, inboxMode, oversight, proposedSendAt, sentOutside = false } = written;
  run.inboxMode = inboxMode;
  // An adopted draft's own send time is a proposal; a time given when adopting it wins.
  if (task.kind === 'initial' && proposedSendAt !== null && run.state.schedule.kind === 'now') {
    const schedule: Schedule = { kind: 'at', at: proposedSendAt };
    const dueAtMs = Date.parse(proposedSendAt);
    if (run.apply({ type: 'reschedule', schedule, dueAtMs, nowMs: Date.now() }) === null) {
      run.journal.tell('rescheduled', run.state, { actorId: 'system', data: { schedule, dueAtMs } });
    }
  }
  const composed = { digest, blocked, threadSeen, oversight, sentOutside };
  if (run.apply({ type: 'composed', ...composed, nowMs: Date.now() }) !== null) return;
  if (task.kind === 'edit') run.edits.set(task.decisionId, 'written');
  const by = task.kind === 'edit' ? task.by : 'system';
  const commandId = task.kind === 'edit' ? task.decisionId : null;
  run.journal.tell('revision_written', run.state, {
    actorId: by,
    commandId,
    data: { step: task.kind, warnings, ...policyOf(oversight) },
  });
}

/** What the rules said, for the record; nothing where none was asked. */
const policyOf = ({ kind, rule, version, needs, replyApproval }: Oversight) => ({
  ...(rule !== null && { policy: kind, rule, ruleVersion: version ?? 0, needs }),
  ...(replyApproval && { replies: replyApproval }),
});

async function write(run: DraftRun, task: ComposeTask): Promise<Written> {
  const base = { sendId: run.facts.sendId, revision: run.state.revision + 1 };
  switch (task.kind) {
    case 'initial':
      if (run.state.source === 'adopted') return capture(run, base);
      return run.state.source === 'recipe'
        ? recipe(run, base)
        : revision(run, { ...base, source: { from: 'request' } });
    case 'recompose':
      if (task.anew) await planAgain(run);
      return recipe(run, base);
    case 'edit': {
      const { contentRef, by } = task;
      const kind = by === run.state.creatorId ? 'revised' : 'edited';
      return revision(run, { ...base, source: { from: 'edit', contentRef, by, kind } });
    }
    case 'recapture':
      return capture(run, base);
    case 'restore':
      return revision(run, { ...base, source: { from: 'last_revision' } });
    case 'drop':
      return revision(run, { ...base, source: { from: 'welcome_recipients' } });
  }
}

/** The recipe may have been mended since: its plan is made again of the same input. */
async function planAgain(run: DraftRun): Promise<void> {
  try {
    run.plan = await own.planAgain();
  } catch (error) {
    throw new StepFailed('compose_failed', 'plan', codeOf(error));
  }
}

/** Sources in parallel, then the pure steps, with the AgentMail draft there from the start. */
async function recipe(run: DraftRun, base: { sendId: string; revision: number }): Promise<Written> {
  const { plan } = run;
  if (base.revision === 1)
    await first(
      run,
      () => quick.openDraft(base),
      () => patient.openDraft(base),
    );
  run.journal.tell('composing', run.state, { data: { step: 'sources' } });
  await run.flush();
  await sources(
    run,
    plan.filter(({ kind }) => kind === 'source'),
  );
  for (const step of plan) {
    const stepId = step.id;
    const generate = step.costly ? stepActivities(step).generate : own.generate;
    if (step.kind === 'generate') await named('compose_failed', stepId, generate({ stepId }));
    if (step.kind === 'render') await named('compose_failed', stepId, own.render({ stepId }));
  }
  return revision(run, { ...base, source: { from: 'recipe' } });
}

/** All at once. When one fails the others are called off: a late answer must not be taken for the next round's. */
async function sources(run: DraftRun, steps: PlanStep[]): Promise<void> {
  const scope = new CancellationScope();
  try {
    await scope.run(() => Promise.all(steps.map((step) => source(run, step))));
  } catch (error) {
    scope.cancel();
    throw error;
  }
}

async function source(run: DraftRun, step: PlanStep): Promise<void> {
  await named('source_failed', step.id, stepActivities(step).fetchSource({ stepId: step.id }));
  run.journal.tell('step_done', run.state, { data: { step: step.id } });
}

const revision = (run: DraftRun, input: WriteInput) =>
  first(
    run,
    () => quick.writeRevision(input),
    () => patient.writeRevision(input),
  );

const capture = (run: DraftRun, input: { sendId: string; revision: number }) =>
  first(
    run,
    () => quick.captureRevision(input),
    () => patient.captureRevision(input),
  );

/** The quick try, then the patient one. A definite no from the first is the answer. */
export async function first<T>(run: DraftRun, quickly: () => Promise<T>, patiently: () => Promise<T>): Promise<T> {
  if (!run.durable) return patiently();
  try {
    return await quickly();
  } catch (error) {
    if (failureOf(error)?.nonRetryable) throw error;
    // This may take a day: what happened so far is told first.
    await run.flush();
    return patiently();
  }
}

async function named(reason: ReasonCode, step: string, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    throw new StepFailed(reason, step, codeOf(error));
  }
}

function failureOf(error: unknown): ApplicationFailure | null {
  if (error instanceof ActivityFailure && error.cause instanceof ApplicationFailure) return error.cause;
  return error instanceof ApplicationFailure ? error : null;
}

/** A failure's type, which by our rule says nothing of the mail; its message might. */
function codeOf(error: unknown): string {
  const failure = failureOf(error);
  if (failure?.type) return failure.type;
  if (error instanceof ActivityFailure) return error.cause?.name ?? 'activity_failed';
  throw error;
}

function asStepFailed(error: unknown): StepFailed {
  return error instanceof StepFailed ? error : new StepFailed('compose_failed', 'write', codeOf(error));
}
