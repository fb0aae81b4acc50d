import type { Hindrance } from '../../domain/draft-event.ts';
import type { NoticeCause } from '../../domain/notice.ts';
import type { Check, CheckResult } from '../../domain/preflight.ts';
import type { DraftRow, RevisionRecord } from '../../store/types.ts';
import type { ActivityDeps } from '../deps.ts';
import { notOpen } from '../due.ts';
import type { SendInput } from '../types.ts';
import { staleApproval, unapproved } from './approval.ts';
import { changedOutside, newerInbound, tampered, tooOld } from './content.ts';
import { quotaUsedUp } from './quota.ts';
import { blocked, optedOut, quietNow, stopAsked, suppressed, windowQuiet } from './recipients.ts';
import { type Circumstances, type Finding, type ReadSubject, readCircumstances, type Subject } from './subject.ts';
import { judge } from './verdict.ts';

export { addressesOf, type PauseTarget, pauseTargetOf } from './subject.ts';

/** Bare addresses among a revision's recipients that must not be written to, by our lists or AgentMail's. */
export async function unwelcomeAmong(
  deps: ActivityDeps,
  row: DraftRow,
  revision: RevisionRecord,
): Promise<Set<string>> {
  const subject: Subject = { row, revision, schedule: row.schedule, threadSeen: null };
  const around = await readCircumstances(deps.store, subject, deps.clock());
  const found = [
    suppressed(around),
    stopAsked(around),
    optedOut(around, subject),
    await blocked(deps.mail, around, subject),
  ];
  return new Set(found.flatMap((finding) => finding?.addresses ?? []));
}

/** Why a draft does not leave now; `results` tell how each check came out, for the record. */
export interface Verdict {
  hindrance: Hindrance | { kind: 'not_due'; dueAtMs: number } | null;
  results: CheckResult[];
}

/** One check: what it finds, when it is asked. */
type Question = readonly [Check, () => Finding | null | Promise<Finding | null>];

/** The one choke point before a send: every check at the moment of sending. The rate slot is taken after it. */
export async function preflight(deps: ActivityDeps, subject: ReadSubject, input: SendInput): Promise<Verdict> {
  const { store, mail } = deps;
  const nowMs = deps.clock();
  const around = await readCircumstances(store, subject, nowMs);
  const quiet = windowQuiet(around, subject);
  const closed = await notOpen(input.schedule, { draftId: subject.row.draftId, nowMs, quiet }, deps.recipientZone);
  if (closed && !closed.missed) {
    const results: CheckResult[] = [{ check: 'due', result: 'block', reason: 'not_due' }];
    return { hindrance: { kind: 'not_due', dueAtMs: closed.dueAtMs ?? nowMs }, results };
  }
  return ask(around, subject, [
    ['due', () => (closed?.missed ? { check: 'due', reason: 'window_missed' } : null)],
    ['approval', () => tampered(subject, input.digest) ?? unapproved(deps, around, subject, input)],
    ['snapshot', () => changedOutside(subject)],
    ['approval_age', () => staleApproval(around, input)],
    ['draft_age', () => tooOld(around, subject)],
    ['pause', () => paused(around)],
    ['suppression', () => suppressed(around) ?? stopAsked(around)],
    ['preferences', () => optedOut(around, subject)],
    ['quiet_hours', () => quietNow(around, subject)],
    ['quota', () => quotaUsedUp(store, around)],
    ['send_lists', () => blocked(mail, around, subject)],
    ['newer_inbound', () => newerInbound(mail, subject)],
  ]);
}

/** What people can say until the very last moment: stop, or do not write to me. Read again right before the request. */
export async function lastLook(deps: ActivityDeps, subject: Subject): Promise<Hindrance | null> {
  const around = await readCircumstances(deps.store, subject, deps.clock());
  const { hindrance } = await ask(around, subject, [
    ['pause', () => paused(around)],
    ['suppression', () => suppressed(around) ?? stopAsked(around)],
    ['preferences', () => optedOut(around, subject)],
  ]);
  return hindrance;
}

/** What AgentMail holds is asked for only where that may be what changed. */
const WIDE: ReadonlySet<NoticeCause> = new Set(['outside', 'watchdog', 'recheck']);

/** The checks that can be asked of a draft at rest: what would happen to it if its time came now. */
export async function lookAt(deps: ActivityDeps, subject: Subject, cause: NoticeCause): Promise<Hindrance | null> {
  const { store, mail } = deps;
  const around = await readCircumstances(store, subject, deps.clock());
  const { row } = subject;
  const wide = WIDE.has(cause) && row.providerDraftId !== null && subject.revision.snapshot !== null;
  const draft = wide ? await mail.getDraft(row.inboxId, row.providerDraftId ?? '') : null;
  if (wide && draft === null) return { kind: 'not_sent', reason: 'draft_vanished' };
  const { hindrance } = await ask(around, subject, [
    ...(draft ? [['snapshot', () => changedOutside({ revision: subject.revision, draft })] as const] : []),
    ['suppression', () => suppressed(around) ?? stopAsked(around)],
    ['preferences', () => optedOut(around, subject)],
    ...(cause === 'recheck' ? [['send_lists', () => blocked(mail, around, subject)] as const] : []),
    ...(wide ? [['newer_inbound', () => newerInbound(mail, subject)] as const] : []),
  ]);
  return hindrance;
}

/** Asks until one holds the draft back; warnings are kept. */
async function ask(around: Circumstances, subject: Subject, questions: readonly Question[]) {
  const results: CheckResult[] = [];
  for (const [check, question] of questions) {
    const finding = await question();
    if (!finding) {
      results.push({ check, result: 'pass' });
      continue;
    }
    const { result, hindrance } = judge(finding, around, subject);
    results.push(result);
    if (hindrance) return { hindrance, results };
  }
  return { hindrance: null, results };
}

/** The kill switch: everything, an inbox, a recipe, an agent, a batch, or this draft alone. */
function paused({ pauses }: Circumstances): Finding | null {
  const [first] = pauses;
  return first ? { check: 'pause', reason: 'paused', evidence: { pause: first.kind } } : null;
}
