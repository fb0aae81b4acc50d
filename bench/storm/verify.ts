import type { OutboxRecord } from '../../emulator/state/records.ts';
import type { Draft, DraftEventView, Revision } from '../../src/client/index.ts';
import { addressOf, type Entry, indexOf, type Pause, printOf } from './ledger.ts';

/** What the API shows of a draft at the end. */
export interface Shown {
  draft: Draft;
  events: DraftEventView[];
  /** The revision that was sent, where one was. */
  revision: Revision | null;
}

export interface Findings {
  sentOnce: number;
  endedUnsent: number;
  /** The bad ones: each a line about one draft or message. */
  duplicates: string[];
  lost: string[];
  unapproved: string[];
  suppressed: string[];
  paused: string[];
  early: string[];
  stuck: string[];
  /** Changed in AgentMail between the last check and the send, and noticed: a gap AgentMail leaves open. */
  raced: string[];
  /** Drafts that would have left, had nobody been suppressed, or nothing paused: without any, the checks of it prove nothing. */
  tried: { suppressed: number; paused: number };
}

/** What is checked last is looked up after the intent; this is for the order of two clock readings alone. */
const CHECK_GRACE_MS = 1_000;
/** A request is carried out so long after its intent at most: it may be a slow one that nobody listened to any more. */
const REQUEST_MS = 30_000;
const ENDS = ['sent', 'rejected', 'withdrawn', 'cancelled', 'expired', 'failed'];

export const hasEnded = (status: string) => ENDS.includes(status);

/** What AgentMail itself says of the storm. */
export interface Mailbox {
  outbox: OutboxRecord[];
  /** Drafts that somebody deleted around a request. */
  deletedOutside: Set<string>;
}

/** Compares what AgentMail accepted with what people asked for; nothing of the system's own word is needed for that. */
export function verify(entries: Entry[], shown: Map<number, Shown>, mailbox: Mailbox, pauses: Pause[]): Findings {
  const findings: Findings = {
    ...{ sentOnce: 0, endedUnsent: 0 },
    ...{ duplicates: [], lost: [], unapproved: [], suppressed: [], paused: [], early: [], stuck: [], raced: [] },
    tried: { suppressed: 0, paused: 0 },
  };
  const byIndex = new Map<number, OutboxRecord[]>();
  for (const message of mailbox.outbox) {
    const index = indexOf(message);
    if (index === null) findings.unapproved.push(`message ${message.messageId} belongs to no draft`);
    else byIndex.set(index, [...(byIndex.get(index) ?? []), message]);
  }
  for (const entry of entries) {
    const { index } = entry.plan;
    verifyOne(findings, entry, shown.get(index) ?? null, byIndex.get(index) ?? [], pauses, mailbox.deletedOutside);
    countTried(findings, entry, shown.get(index) ?? null, pauses);
  }
  return findings;
}

function verifyOne(
  findings: Findings,
  entry: Entry,
  shown: Shown | null,
  messages: OutboxRecord[],
  pauses: Pause[],
  deletedOutside: Set<string>,
) {
  const name = `draft ${entry.plan.index} (${entry.id ?? 'never acknowledged'})`;
  const status = shown?.draft.status ?? 'composing';
  const [message] = messages;
  if (!hasEnded(status)) findings.stuck.push(`${name}: ${status} ${shown?.draft.reason?.code ?? ''}`);
  if (messages.length > 1) findings.duplicates.push(`${name}: ${messages.length} messages`);
  if (!message) {
    if (status === 'sent') findings.lost.push(`${name}: said to be sent, but no message left`);
    else if (hasEnded(status) && !mayEndUnsent(entry) && !neverSeen(entry, shown, deletedOutside))
      findings.lost.push(`${name}: ${status} ${whyOf(shown)}`);
    else if (hasEnded(status)) findings.endedUnsent += 1;
    return;
  }
  if (messages.length === 1 && status === 'sent') findings.sentOnce += 1;
  if (hasEnded(status) && status !== 'sent') findings.unapproved.push(`${name}: ${status}, but a message left`);
  for (const one of messages) judge(findings, entry, shown, one, pauses, name);
}

function judge(
  findings: Findings,
  entry: Entry,
  shown: Shown | null,
  message: OutboxRecord,
  pauses: Pause[],
  name: string,
) {
  const acceptedAtMs = Date.parse(message.acceptedAt);
  const wrong = unapprovedBecause(entry, shown, message);
  if (wrong) (entry.raced ? findings.raced : findings.unapproved).push(`${name}: ${wrong}`);
  const checkedAtMs = checkedBefore(shown, acceptedAtMs);
  if (entry.suppressedAtMs !== null && checkedAtMs > entry.suppressedAtMs + CHECK_GRACE_MS) {
    findings.suppressed.push(`${name}: ${addressOf(entry.plan)} was suppressed before the send`);
  }
  const during = pauses.some(
    ({ inbox, fromMs, untilMs }) =>
      inbox === entry.plan.inbox && checkedAtMs > fromMs + CHECK_GRACE_MS && acceptedAtMs < (untilMs ?? Infinity),
  );
  if (during) findings.paused.push(`${name}: left while its inbox was paused`);
  const dueAt = shown?.draft.dueAt;
  if (dueAt && acceptedAtMs < Date.parse(dueAt)) findings.early.push(`${name}: before its time`);
}

/** Why nobody approved this very email; null when somebody (or the policy of its inbox) did. */
function unapprovedBecause(entry: Entry, shown: Shown | null, message: OutboxRecord): string | null {
  const print = printOf(message);
  if (entry.deniedAtMs !== null && shown?.draft.status !== 'sent') return 'it was rejected or withdrawn';
  const key = message.idempotencyKey?.split('.r')[1];
  const revision = Number(key);
  const approved = entry.accepted.some((one) => one.revision === revision && one.print === print);
  if (approved) return null;
  const record = shown?.events.find((event) => event.type === 'approved' && event.revision === revision);
  if (record === undefined) return `revision ${key} left without an approval on record`;
  const byPolicy = entry.plan.autonomous && !entry.touched && record.data.policy === 'autonomous';
  if (!byPolicy) return `revision ${revision} was not approved by our reviewer, or left with other content`;
  // What its agent wrote is known here; what a recipe made of its input is known from the API alone.
  const expected = entry.asked ?? (shown?.revision ? printOf(shown.revision.content) : null);
  return expected === print ? null : 'left with other content than its autonomous inbox was asked to send';
}

/** Whether an approved draft was ready to leave while somebody's no, or a pause, was all that stood against it. */
function countTried({ tried }: Findings, entry: Entry, shown: Shown | null, pauses: Pause[]): void {
  const approved = shown?.events.findLast(({ type }) => type === 'approved');
  if (!shown || !approved) return;
  const dueAtMs = shown.draft.dueAt === null ? 0 : Date.parse(shown.draft.dueAt);
  const readyAtMs = Math.max(Date.parse(approved.at), dueAtMs);
  const { suppressedAtMs } = entry;
  const deniedAtMs = entry.deniedAtMs ?? Infinity;
  // People end what came back to them as suppressed: that is what its check is for.
  if (suppressedAtMs !== null && suppressedAtMs + CHECK_GRACE_MS < readyAtMs && suppressedAtMs < deniedAtMs)
    tried.suppressed += 1;
  const paused = pauses.some(({ inbox, fromMs, untilMs }) => {
    const during = fromMs + CHECK_GRACE_MS < readyAtMs && readyAtMs < (untilMs ?? Infinity);
    return inbox === entry.plan.inbox && during;
  });
  if (paused && readyAtMs < deniedAtMs) tried.paused += 1;
}

/**
 * After this moment the request that was accepted was checked: its durable intent comes before the last look. Of several
 * that may be its own, the first.
 */
function checkedBefore(shown: Shown | null, acceptedAtMs: number): number {
  const intents = (shown?.events ?? [])
    .filter(({ type }) => type === 'send_attempted')
    .map(({ at }) => Date.parse(at))
    .filter((atMs) => atMs <= acceptedAtMs);
  const own = intents.filter((atMs) => atMs >= acceptedAtMs - REQUEST_MS);
  if (own.length > 0) return Math.min(...own);
  return intents.length > 0 ? Math.max(...intents) : acceptedAtMs;
}

/** Whether something people did stands against the send. */
const mayEndUnsent = ({ deniedAtMs, suppressedAtMs }: Entry) => deniedAtMs !== null || suppressedAtMs !== null;

/** Deleted in AgentMail before it could be adopted: there is nothing that could be sent, and its agent is told so. */
const neverSeen = ({ agentsDraftId }: Entry, shown: Shown | null, deletedOutside: Set<string>) =>
  agentsDraftId !== null && deletedOutside.has(agentsDraftId) && whyOf(shown) === 'adopt_failed';

const whyOf = (shown: Shown | null) => shown?.draft.reason?.code ?? '';

export const badCounts = (findings: Findings) => ({
  duplicates: findings.duplicates.length,
  lost: findings.lost.length,
  'sent without approval of that content': findings.unapproved.length,
  'sent to suppressed': findings.suppressed.length,
  'sent while paused': findings.paused.length,
  'sent early': findings.early.length,
  stuck: findings.stuck.length,
});
