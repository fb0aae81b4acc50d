import type { AuditEntry, DraftProjection } from '../domain/audit.ts';
import type { Hindrance, ResolveAction, SendOutcome } from '../domain/draft-event.ts';
import type { NoticeCause } from '../domain/notice.ts';
import type { Oversight } from '../domain/oversight.ts';
import type { PlanStep } from '../domain/plan.ts';
import type { ReasonCode, RefusalCode } from '../domain/reasons.ts';
import type { Schedule } from '../domain/schedule.ts';
import type { Approval } from '../domain/state.ts';
import type { CommandInputs, CommandName, DraftFacts, DraftInput, InboxMode } from '../workflows/messages.ts';
import type { BatchActivities } from './types-batch.ts';
import type { ChannelActivities } from './types-channels.ts';
import type { OperationActivities } from './types-operations.ts';
import type { WatchActivities } from './types-watch.ts';

/** The draft's own facts and the first values of its state. */
export interface DraftStart {
  facts: DraftFacts;
  /** Why the draft cannot be composed at all, as a code; null when it can. */
  refused: string | null;
  schedule: Schedule;
  dueAtMs: number | null;
  holdMs: number;
  reviewTimeoutMs: number;
}

/** Which content a write takes: the ready-made document, a rendered recipe, an edit, or the last revision again. */
export type WriteSource =
  | { from: 'request' }
  | { from: 'recipe' }
  | { from: 'edit'; contentRef: string; by: string; kind: 'edited' | 'revised' }
  | { from: 'last_revision' }
  /** The last revision without the recipients who must not be written to. */
  | { from: 'welcome_recipients' };

export interface WriteInput {
  sendId: string;
  /** Number of the revision to write. */
  revision: number;
  source: WriteSource;
}

/** What came of a write. `refused` is a definite no: the content cannot be written, and repeating will not help. */
export type Written =
  | {
      kind: 'written';
      digest: string;
      blocked: boolean;
      warnings: number;
      threadSeen: string | null;
      inboxMode: InboxMode;
      oversight: Oversight;
      /** A send time the adopted draft carried: the proposed schedule. */
      proposedSendAt: string | null;
      /** The draft in AgentMail was gone, and a message that says the same has left past us. */
      sentOutside?: boolean;
    }
  | { kind: 'refused'; reason: ReasonCode };

export interface SendInput {
  sendId: string;
  revision: number;
  digest: string;
  approvals: Approval[];
  oversight: Oversight;
  schedule: Schedule;
  dueAtMs: number;
  threadSeen: string | null;
  /** It waited for its turn within the limits: it goes before newcomers. */
  hasTurn: boolean;
  /** What led here, recorded before anything else happens: an activity of its own would only cost time. */
  recorded: Recorded | null;
}

export interface Overseen {
  oversight: Oversight;
  mode: InboxMode;
}

export interface LookInput {
  revision: number;
  schedule: Schedule;
  threadSeen: string | null;
  cause: NoticeCause;
}

export type Authorized =
  /** `created`: the draft was asked for by them, or by an agent of theirs. */
  /** `replied`: by an answer to a mail, which policy has to allow. */
  | { ok: true; actor: Approval['by']; agent: boolean; created: boolean; replied?: true }
  | { ok: false; code: RefusalCode };

export type CommandFacts = { [Name in CommandName]: { name: Name; input: CommandInputs[Name] } }[CommandName];

/** What the workflow has to tell: audit entries, and the draft's row as it is after them. */
export interface Recorded {
  entries: AuditEntry[];
  projection: DraftProjection;
}

/** Everything a worker offers: each workflow picks what it calls. */
export type Activities = BatchActivities & ChannelActivities & DraftActivities & OperationActivities & WatchActivities;

/** Activities of the draft workflow, as the workflow sees them. */
export interface DraftActivities {
  claimDraft(input: { input: DraftInput; firstRunId: string; nowMs: number }): Promise<DraftStart>;
  /** Creates the AgentMail draft of a recipe before its content is known, so that progress is visible there. */
  openDraft(input: { sendId: string }): Promise<void>;
  /** Plans the recipe's draft once more, of the same input and by the recipe as it is now. */
  planAgain(): Promise<PlanStep[]>;
  fetchSource(input: { stepId: string }): Promise<void>;
  generate(input: { stepId: string }): Promise<void>;
  render(input: { stepId: string }): Promise<void>;
  writeRevision(input: WriteInput): Promise<Written>;
  /** Takes what is in AgentMail now as a revision; a draft that is gone is restored from the last one. */
  captureRevision(input: { sendId: string; revision: number }): Promise<Written>;
  resolveDue(input: { schedule: Schedule; nowMs: number }): Promise<number | null>;
  inboxPolicy(): Promise<{ acceptUnverifiedSignals: boolean }>;
  /** What policy says of a revision now, and how its inbox is overseen. */
  oversee(input: { revision: number }): Promise<Overseen>;
  authorize(input: CommandFacts): Promise<Authorized>;
  sendDraft(input: SendInput): Promise<SendOutcome>;
  /** Looks at what would keep a resting draft from leaving; null: nothing. Writes nothing, asks for no slot. */
  lookAgain(input: LookInput): Promise<Hindrance | null>;
  prepareResolve(input: {
    sendId: string;
    revision: number;
    action: CommandInputs['resolve'];
  }): Promise<{ ok: true; action: ResolveAction } | { ok: false; code: RefusalCode }>;
  discardDraft(): Promise<boolean>;
  record(input: Recorded): Promise<void>;
}
