import { setTimeout as sleep } from 'node:timers/promises';
import { CountersignError, type Draft, type DraftSummary, RefusedError } from '../../src/client/index.ts';
import type { Stack } from '../support/stack.ts';
import type { Crew } from './agent.ts';
import { addressOf, type Entry, printOf } from './ledger.ts';
import { persist } from './persist.ts';

/** How many drafts are looked at at once; a command may wait long for its answer. */
const WIDTH = 24;
const ROUND_PAUSE_MS = 500;
/** A foreign write closer to the due time than this could fall into the send itself. */
const SAFE_LEAD_MS = 3_000;

/** Goes through the queue again and again and does with each draft what its plan says, until told to stop. */
export async function reviewers(crew: Crew, stop: AbortSignal): Promise<void> {
  const { stack, ledger, signal } = crew;
  const busy = new Map<string, Promise<void>>();
  const failures: unknown[] = [];
  while (!stop.aborted) {
    const waiting = await persist(ledger, signal, () => queueOf(stack));
    for (const { id, inboxId, ...summary } of waiting) {
      const entry = ledger.byId.get(id);
      if (!entry || busy.has(id) || busy.size >= WIDTH || ledger.isPaused(inboxId)) continue;
      if (waitsForItsTime(entry, summary) && noChoresLeft(entry)) continue;
      const work = look(crew, entry, id).catch((error: unknown) => void failures.push(error));
      busy.set(
        id,
        work.finally(() => busy.delete(id)),
      );
    }
    await sleep(ROUND_PAUSE_MS, undefined, { signal });
    if (failures.length > 0) throw failures[0];
  }
  await Promise.all(busy.values());
}

async function queueOf(stack: Stack): Promise<DraftSummary[]> {
  const queue: DraftSummary[] = [];
  const query = { status: ['in_review', 'changes_requested'], order: 'oldest' } as const;
  for await (const draft of stack.reviewer.drafts.listAll(query)) queue.push(draft);
  return queue;
}

/** In an autonomous inbox nobody need decide, unless the draft was sent back or somebody stepped in. */
const waitsForItsTime = ({ plan, touched }: Entry, { reason, status }: Pick<Draft, 'reason' | 'status'>) =>
  plan.autonomous && !touched && reason === null && status === 'in_review';

const noChoresLeft = ({ done }: Entry) => done.has('chores');

async function look(crew: Crew, entry: Entry, id: string): Promise<void> {
  const { stack, ledger, signal } = crew;
  try {
    const draft = await persist(ledger, signal, () => stack.reviewer.drafts.get(id));
    entry.original ??= draft.current?.content ?? null;
    if (draft.status === 'changes_requested') return await rewrite(crew, entry, draft);
    if (draft.status !== 'in_review') return;
    if (waitsForItsTime(entry, draft)) return await chores(crew, entry, draft);
    await review(crew, entry, draft);
  } catch (error) {
    // Somebody was faster, or the draft moved on: the next round sees it as it is.
    if (error instanceof RefusedError) {
      ledger.refusals.set(error.code, (ledger.refusals.get(error.code) ?? 0) + 1);
      return;
    }
    if (error instanceof CountersignError) ledger.surprises.push(`${error.code} ${error.message}`);
    throw error;
  }
}

async function review(crew: Crew, entry: Entry, draft: Draft): Promise<void> {
  const { plan, done } = entry;
  const reason = draft.reason?.code;
  if (reason === 'recipient_suppressed' || plan.fate === 'reject') return deny(crew, entry, draft, 'reject');
  if (plan.fate === 'withdraw_in_review') return deny(crew, entry, draft, 'withdraw');
  if (reason === 'inbox_paused' && !crew.ledger.isPaused(plan.inbox)) await resumeInbox(crew, plan.inbox);
  if (plan.fate === 'suppress_before' && once(done, 'suppressed')) await suppress(crew, entry);
  if (plan.fate === 'edit' && once(done, 'edited')) return write(crew, entry, draft, ' (edited)');
  if (plan.fate === 'request_changes' && once(done, 'requested')) {
    const { revision, digest } = draft;
    const decision = {
      decision: 'request_changes' as const,
      revision,
      digest: digest ?? '',
      comment: 'Say it warmer.',
    };
    entry.touched = true;
    await command(crew, `changes-${plan.index}`, (decisionId) =>
      crew.stack.reviewer.drafts.decide(draft.id, { ...decision, decisionId }),
    );
    return;
  }
  if (plan.foreign === 'edit_in_review' && once(done, 'foreign')) await foreignEdit(crew, draft);
  if (plan.foreign === 'delete_in_review' && once(done, 'foreign')) await foreignDelete(crew, draft);
  if (reason === 'snapshot_changed' && !plan.acceptsForeign && isTampered(draft)) return writeBack(crew, entry, draft);
  await approve(crew, entry, draft);
}

async function approve(crew: Crew, entry: Entry, draft: Draft): Promise<void> {
  const { revision, digest, current } = draft;
  // The record of a revision may be a moment behind the engine: nobody approves what cannot be read.
  if (!current || digest === null || current.revision !== revision || current.digest !== digest) return;
  entry.accepted.push({ revision, digest, print: printOf(current.content) });
  entry.touched = true;
  const attempt = entry.accepted.length;
  const answer = await command(crew, `approve-${entry.plan.index}-${attempt}`, (decisionId) =>
    crew.stack.reviewer.drafts.decide(draft.id, { decision: 'approve', revision, digest, decisionId }),
  );
  if (answer.status === 'scheduled') await chores(crew, entry, { ...draft, dueAt: answer.dueAt });
}

/** What happens to a draft between its approval and its time. */
async function chores(crew: Crew, entry: Entry, draft: Draft): Promise<void> {
  const { plan, done } = entry;
  if (!draft.providerDraftId || draft.current === null) return;
  if (!once(done, 'chores')) return;
  const leadMs = draft.dueAt === null ? 0 : Date.parse(draft.dueAt) - Date.now();
  if (leadMs < SAFE_LEAD_MS) return;
  if (plan.foreign === 'edit_scheduled') {
    await foreignEdit(crew, draft);
    entry.raced = Date.now() > Date.parse(draft.dueAt ?? '') - SAFE_LEAD_MS / 3;
  }
  if (plan.foreign === 'delete_scheduled') await foreignDelete(crew, draft);
  if (plan.fate === 'suppress_after') await suppress(crew, entry);
  if (plan.fate === 'withdraw_scheduled') await deny(crew, entry, draft, 'withdraw');
}

async function deny(crew: Crew, entry: Entry, draft: Draft, how: 'reject' | 'withdraw'): Promise<void> {
  const { stack } = crew;
  const { revision, digest } = draft;
  await command(crew, `${how}-${entry.plan.index}-${revision}`, (decisionId) =>
    how === 'withdraw'
      ? stack.agent.drafts.withdraw(draft.id, { decisionId })
      : stack.reviewer.drafts.decide(draft.id, { decision: 'reject', revision, digest: digest ?? '', decisionId }),
  );
  entry.deniedAtMs = Date.now();
}

/** Changes were asked for: the agent that wrote the email revises it, for a recipe the reviewer does it. */
async function rewrite(crew: Crew, entry: Entry, draft: Draft): Promise<void> {
  await write(crew, entry, draft, ' (revised)', entry.plan.form === 'content' ? 'revise' : 'edit');
}

async function write(crew: Crew, entry: Entry, draft: Draft, mark: string, how: 'edit' | 'revise' = 'edit') {
  const content = draft.current?.content;
  if (!content) return;
  const { subject, text, html } = content;
  entry.touched = true;
  const changes = {
    subject: `${subject}${mark}`,
    text: `${text}\nP.S. Thank you.\n`,
    html: html && `${html}<p>Thank you.</p>`,
  };
  await change(crew, entry, draft, changes, how);
}

/** A foreign hand changed the email: what its author meant is written over it. */
async function writeBack(crew: Crew, entry: Entry, draft: Draft): Promise<void> {
  if (!entry.original) return;
  entry.touched = true;
  const { to, cc, bcc, subject, text, html } = entry.original;
  await change(crew, entry, draft, { to, cc, bcc, subject, text, html }, 'edit');
}

type Changes = Parameters<Crew['stack']['reviewer']['drafts']['edit']>[1]['content'];

async function change(crew: Crew, entry: Entry, draft: Draft, content: Changes, how: 'edit' | 'revise'): Promise<void> {
  const { stack } = crew;
  const person = how === 'revise' ? stack.agent : stack.editor;
  const baseRevision = draft.revision;
  await command(crew, `${how}-${entry.plan.index}-${baseRevision}`, (decisionId) =>
    person.drafts[how](draft.id, { baseRevision, content, decisionId }),
  );
}

const MARK = 'Somebody else wrote this.';
const isTampered = ({ current }: Draft) => current?.content.text.includes(MARK) ?? false;

async function foreignEdit({ stack, ledger }: Crew, { providerDraftId, current }: Draft): Promise<void> {
  if (!providerDraftId || !current) return;
  const { text, html } = current.content;
  const patch = {
    text: `${text}\n${MARK}\n`,
    ...(html && { html: `${html}<p>${MARK}</p>` }),
    cc: ['intruder@elsewhere.example'],
  };
  const edited = await stack.mail.editDraft(providerDraftId, patch).catch(() => null);
  if (edited) ledger.foreignEdits += 1;
}

async function foreignDelete({ stack, ledger }: Crew, { providerDraftId }: Draft): Promise<void> {
  if (!providerDraftId) return;
  await stack.mail.deleteDraft(providerDraftId).then(
    () => {
      ledger.foreignDeletes += 1;
    },
    () => undefined,
  );
}

async function suppress({ stack, ledger, signal }: Crew, entry: Entry): Promise<void> {
  const suppression = { entry: addressOf(entry.plan), reason: 'manual' as const };
  await persist(ledger, signal, () => stack.reviewer.suppressions.add(suppression));
  entry.suppressedAtMs = Date.now();
}

/** The system pauses an inbox by itself when a message left other than approved; an operator looks and lets it go on. */
async function resumeInbox({ stack, ledger, signal }: Crew, inbox: string): Promise<void> {
  await persist(ledger, signal, () => stack.operator.inboxes.update(inbox, { paused: false }));
}

/** Repeats one command under one id until it is answered. */
function command<T>(
  { ledger, signal }: Crew,
  decisionId: string,
  give: (decisionId: string) => Promise<T>,
): Promise<T> {
  return persist(ledger, signal, () => give(decisionId));
}

function once(done: Set<string>, what: string): boolean {
  if (done.has(what)) return false;
  done.add(what);
  return true;
}
