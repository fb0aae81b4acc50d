import type { CheckResult } from './preflight.ts';

type Evidence = NonNullable<CheckResult['evidence']>;

/** The parts of a draft, as its readers name them. */
const FIELDS: Record<string, string> = {
  providerDraftId: 'the AgentMail draft itself',
  to: 'To',
  cc: 'Cc',
  bcc: 'Bcc',
  replyTo: 'Reply-To',
  subject: 'subject',
  text: 'text',
  html: 'HTML',
  attachments: 'attachments',
  inReplyTo: 'the message it answers',
  forwardOf: 'the message it forwards',
  sendAt: 'send time',
  sendStatus: 'send status',
};

const PAUSED: Record<string, string> = {
  all: 'All sending is paused.',
  inbox: 'Its inbox is paused.',
  recipe: 'Its recipe is paused.',
  agent: 'The agent that asked for it is paused.',
  batch: 'Its batch is paused.',
  draft: 'This draft alone is paused.',
};

const UNAPPROVED: Record<string, string> = {
  policy: 'What the rules asked for is not what is on record.',
  policy_changed: 'The rules do not let it go without people any more.',
  approvals: 'Not all approvals it needs are on record, standing, and by people who may.',
};

const BECAUSE: Record<string, string> = {
  complaint: 'reported a mail as spam',
  unsubscribed: 'unsubscribed',
  hard_bounce: 'a mail to them bounced',
  manual: 'put on the list by hand',
  imported: 'imported',
  asked_to_stop: 'asked by mail to get no more of it; nobody decided yet',
};

/** What a check found, from the evidence on record, as a sentence; null where its reason says all there is. */
export function checkInWords({ check, evidence = {} }: CheckResult): string | null {
  switch (check) {
    case 'snapshot':
      return changed(evidence);
    case 'approval':
      if (evidence.digest) return 'The stored revision is not the one its digest names.';
      return UNAPPROVED[String(evidence.because)] ?? null;
    case 'approval_age':
      return aged('The approval', evidence.ageMs, evidence.maxApprovalAgeMs);
    case 'draft_age':
      return aged('The text', evidence.ageMs, evidence.maxDraftAgeMs);
    case 'pause':
      return PAUSED[String(evidence.pause)] ?? null;
    case 'suppression':
      return counted(evidence, BECAUSE[String(evidence.because)]);
    case 'preferences':
      return counted(evidence, evidence.category ? `mail of the category ${evidence.category}` : 'all mail');
    case 'send_lists':
      return counted(evidence);
    case 'newer_inbound':
      return evidence.messageId ? `The newer message is ${evidence.messageId}.` : null;
    case 'quota':
      return typeof evidence.used === 'number' ? `${evidence.used} of ${evidence.quota} messages are used.` : null;
    case 'rate':
      return typeof evidence.waitMs === 'number' ? `Its turn is in ${lasting(evidence.waitMs)}.` : null;
    case 'due':
    case 'quiet_hours':
      return null;
  }
}

function changed({ neverWritten, fields }: Evidence): string | null {
  if (neverWritten) return 'This revision was never read back from AgentMail.';
  if (typeof fields !== 'string') return null;
  const names = fields.split(',').map((field) => FIELDS[field] ?? field);
  return `Changed since it was approved: ${names.join(', ')}.`;
}

function aged(what: string, ageMs: Evidence[string] | undefined, mostMs: Evidence[string] | undefined): string | null {
  if (typeof ageMs !== 'number' || typeof mostMs !== 'number') return null;
  return `${what} was ${lasting(ageMs)} old; this inbox allows ${lasting(mostMs)}.`;
}

function counted({ recipients }: Evidence, what?: string): string | null {
  if (typeof recipients !== 'number') return null;
  const whose = recipients === 1 ? '1 recipient' : `${recipients} recipients`;
  return what ? `${whose}: ${what}.` : `${whose}.`;
}

const UNITS = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
] as const;

/** `25 hours`, `3 days`: whole units, two of the smaller before the next larger is used; rounded up. */
export function lasting(ms: number): string {
  const [unitMs, name] = UNITS.find(([size]) => ms >= 2 * size) ?? UNITS[3];
  const count = Math.max(1, Math.ceil(ms / unitMs));
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
