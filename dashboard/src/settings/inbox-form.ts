import type { Inbox, InboxChanges } from '../../../src/api/schemas/index.ts';

const NAMES = {
  mode: 'oversight',
  monitorHoldMs: 'hold',
  acceptUnverifiedSignals: 'unverified signals',
  deleteAdopted: 'adopted drafts',
  declaredFooter: 'footer',
  maxApprovalAgeMs: 'approval age',
  maxDraftAgeMs: 'draft age',
  checks: 'checks',
  maxAttempts: 'attempts',
  sendPatienceMs: 'patience',
  editorMayApprove: 'editors',
  creatorMayApprove: 'creators',
  assignTo: 'assignment',
  replyApproval: 'answers by mail',
  holdMs: 'room for undo',
  remindAfterMs: 'reminder',
  escalateAfterMs: 'escalation',
  escalateTo: 'who it escalates to',
  expireAfterMs: 'end of reviews',
  foreignDrafts: 'drafts of others',
  mirrorSuppressions: 'mirror',
} as const;
type Name = keyof typeof NAMES;
const FIELDS = Object.keys(NAMES).filter((name): name is Name => name in NAMES);

/** What differs from what is saved: only that is sent, so that nobody undoes what another changed meanwhile. */
export function changesOf(saved: Inbox, inbox: Inbox): InboxChanges {
  const changed = FIELDS.filter((name) => !same(saved[name], inbox[name]));
  return Object.fromEntries(changed.map((name) => [name, inbox[name]]));
}

function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const entries = (value: object) => JSON.stringify(Object.entries(value).sort());
  return entries(a) === entries(b);
}

/** `Changed: oversight, checks.` */
export function saysOf(changes: InboxChanges): string {
  const names = FIELDS.filter((name) => name in changes).map((name) => NAMES[name]);
  return `Changed: ${names.join(', ')}.`;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** What the server would refuse. A length of time that is being typed is NaN until it is one. */
export function problemsOf(inbox: Inbox): string[] {
  const within = (value: number, low: number, high: number) => value >= low && value <= high;
  return [
    ...(within(inbox.monitorHoldMs, 1_000, 30 * DAY_MS) ? [] : ['The hold must be 1 second to 30 days.']),
    ...(within(inbox.maxApprovalAgeMs, 1_000, 365 * DAY_MS)
      ? []
      : ['The age of approvals must be 1 second to 365 days.']),
    ...(inbox.maxDraftAgeMs === null || within(inbox.maxDraftAgeMs, 1_000, 365 * DAY_MS)
      ? []
      : ['The age of drafts must be 1 second to 365 days.']),
    ...(within(inbox.holdMs, 0, 30 * DAY_MS) ? [] : ['The room for undo must be 30 days at most.']),
    ...[inbox.remindAfterMs, inbox.escalateAfterMs, inbox.expireAfterMs]
      .filter((ms) => ms !== null && !within(ms, 1_000, 365 * DAY_MS))
      .map(() => 'The times of a review must be 1 second to 365 days.')
      .slice(0, 1),
    ...(within(inbox.maxAttempts, 1, 1_000) ? [] : ['Attempts must be 1 to 1,000.']),
    ...(within(inbox.sendPatienceMs, MINUTE_MS, 30 * DAY_MS) ? [] : ['The patience must be 1 minute to 30 days.']),
  ];
}
