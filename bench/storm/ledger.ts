import { createHash } from 'node:crypto';
import type { Revision } from '../../src/client/index.ts';
import type { DraftPlan } from './plan.ts';

/** What of an email is compared, whoever shows it: the API, or AgentMail's outbox. */
export interface Mail {
  to: string[];
  cc: string[];
  bcc: string[];
  subject?: string;
  text?: string;
  html?: string;
  attachments: { sha256: string }[];
}

/** One value for the same email: recipients by bare address, bodies without blanks at line ends. */
export function printOf(mail: Mail): string {
  const addresses = (list: string[]) => list.map((one) => (/<([^>]*)>/.exec(one)?.[1] ?? one).toLowerCase()).sort();
  const body = (text = '') =>
    text
      .replace(/\r\n/g, '\n')
      .replace(/[ \t]+$/gm, '')
      .trimEnd();
  const parts = [
    ...[addresses(mail.to), addresses(mail.cc), addresses(mail.bcc)],
    ...[(mail.subject ?? '').trim(), body(mail.text), body(mail.html)],
    mail.attachments.map(({ sha256 }) => sha256).sort(),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** What the storm itself knows of a draft: what was planned, what its people did and were told. */
export interface Entry {
  plan: DraftPlan;
  /** Known once the API acknowledged the request. */
  id: string | null;
  /** The email as its author meant it, to be written back over a foreign edit. */
  original: Revision['content'] | null;
  /** Every email a reviewer read and asked to approve. */
  accepted: { revision: number; digest: string; print: string }[];
  /** The draft its agent wrote in AgentMail, to have it adopted. */
  agentsDraftId: string | null;
  /** What the agent asked for, where it wrote the email itself: what an autonomous inbox may send. */
  asked: string | null;
  /** When the API acknowledged a rejection or withdrawal. */
  deniedAtMs: number | null;
  suppressedAtMs: number | null;
  /** A foreign edit that may have come between the last check and the send; AgentMail offers no way to close that gap. */
  raced: boolean;
  /** Parts of the plan that are done. */
  done: Set<string>;
  /** Somebody touched it: from then on a person approves. */
  touched: boolean;
}

export interface Pause {
  inbox: string;
  fromMs: number;
  /** When its end was asked for. */
  untilMs: number | null;
}

export class Ledger {
  readonly entries: Entry[];
  readonly byId = new Map<string, Entry>();
  readonly pauses: Pause[] = [];
  /** Answers of the API that were neither success, refusal nor "try again". */
  readonly surprises: string[] = [];
  apiRetries = 0;
  /** Refused commands by code: some come of races, many of one kind mean that a draft gets nowhere. */
  readonly refusals = new Map<string, number>();
  foreignEdits = 0;
  foreignDeletes = 0;
  /** Drafts that have not ended, when last counted. */
  open: number;

  constructor(plans: DraftPlan[]) {
    this.open = plans.length;
    this.entries = plans.map((plan) => ({
      plan,
      id: null,
      original: null,
      agentsDraftId: null,
      accepted: [],
      asked: null,
      deniedAtMs: null,
      suppressedAtMs: null,
      raced: false,
      done: new Set<string>(),
      touched: false,
    }));
  }

  created(entry: Entry, id: string): void {
    entry.id = id;
    this.byId.set(id, entry);
  }

  get createdCount(): number {
    return this.byId.size;
  }

  isPaused(inbox: string): boolean {
    return this.pauses.some((pause) => pause.inbox === inbox && pause.untilMs === null);
  }
}

const digits = (index: number) => String(index).padStart(6, '0');
export const addressOf = (plan: DraftPlan) => `d${digits(plan.index)}@people.example`;

/** The draft a sent message belongs to, by its recipients; null for mail nobody asked for. */
export function indexOf(mail: Pick<Mail, 'to' | 'cc' | 'bcc'>): number | null {
  for (const recipient of [...mail.to, ...mail.cc, ...mail.bcc]) {
    const index = /d(\d{6})@people\.example/.exec(recipient)?.[1];
    if (index !== undefined) return Number(index);
  }
  return null;
}

/** The email of a draft whose agent writes it itself. */
export function contentOf(plan: DraftPlan) {
  const number = digits(plan.index);
  const text = `Hello,\n\nthis is number ${number} of a storm.\n\nKind regards\nThe agent\n`;
  const bytes = Buffer.from(`attachment ${number}\n`);
  return {
    to: [`Person ${plan.index} <${addressOf(plan)}>`],
    subject: `Storm ${number}`,
    text,
    html: plan.html ? `<p>Hello,</p><p>this is number ${number} of a storm.</p>` : '',
    attachments: plan.attachment
      ? [{ filename: 'note.txt', contentType: 'text/plain', contentBase64: bytes.toString('base64') }]
      : [],
  };
}

export function askedPrint(plan: DraftPlan): string {
  const content = contentOf(plan);
  const attachments = content.attachments.map(({ contentBase64 }) => ({
    sha256: createHash('sha256').update(Buffer.from(contentBase64, 'base64')).digest('hex'),
  }));
  return printOf({ ...content, cc: [], bcc: [], attachments });
}

export function recipeInputOf(plan: DraftPlan) {
  const number = digits(plan.index);
  return {
    to: addressOf(plan),
    customer: { name: `Person ${plan.index}` },
    invoice: { number: `R-${number}`, amount: { value: '120.50', currency: 'EUR' }, dueOn: '2026-01-15' },
    locale: plan.html ? 'de' : 'en',
    sender: { name: 'Ana Ruiz', company: 'Acme' },
    ...(plan.attachment && {
      attachment: {
        filename: 'invoice.pdf',
        contentType: 'application/pdf',
        base64: Buffer.from(`%PDF-1.4 ${number}\n`).toString('base64'),
      },
    }),
  };
}
