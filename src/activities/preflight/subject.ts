import type { ProviderDraft } from '../../agentmail/port.ts';
import { allRecipients, bareAddress } from '../../domain/content.ts';
import type { Check } from '../../domain/preflight.ts';
import type { ReasonCode } from '../../domain/reasons.ts';
import type { Schedule } from '../../domain/schedule.ts';
import type { AuditRow, DraftRow, InboxSettings, RevisionRecord, Store } from '../../store/types.ts';

/** The draft as it is to be judged. */
export interface Subject {
  row: DraftRow;
  revision: RevisionRecord;
  schedule: Schedule;
  /** Newest message of the thread that the reviewer was told about. */
  threadSeen: string | null;
}

/** A subject whose draft was read from AgentMail just now. */
export interface ReadSubject extends Subject {
  draft: ProviderDraft;
  /** Its whole record so far. */
  events: readonly AuditRow[];
}

/** Why a check fails. */
export interface Finding {
  check: Check;
  reason: ReasonCode;
  /** Facts it was decided on; never an address. */
  evidence?: Record<string, string | number | boolean | null>;
  /** When the cause is over, where that is known. */
  untilMs?: number;
  /** The message that reviewers are to see. */
  threadSeen?: string;
  /** Recipients at fault, bare. */
  addresses?: string[];
}

/** What our own database says about a draft's circumstances, read at one moment. */
export interface Circumstances {
  nowMs: number;
  settings: InboxSettings;
  addresses: string[];
  pauses: Awaited<ReturnType<Store['pausesOn']>>;
  suppressed: Awaited<ReturnType<Store['suppressedAmong']>>;
  stopsAsked: Awaited<ReturnType<Store['stopsAskedAmong']>>;
  preferences: Awaited<ReturnType<Store['preferencesOf']>>;
}

/** What a pause may be of, as far as this draft goes. */
export type PauseTarget = Parameters<Store['pausesOn']>[0];

export function pauseTargetOf({ draftId, inboxId, recipe, creator, batchId }: DraftRow): PauseTarget {
  return { draftId, inboxId, recipe, creatorId: creator.id, batchId };
}

export async function readCircumstances(
  store: Store,
  { row, revision }: Subject,
  nowMs: number,
): Promise<Circumstances> {
  const addresses = addressesOf(revision);
  const { inboxId } = row;
  const [settings, pauses, suppressed, stopsAsked, preferences] = await Promise.all([
    store.getInbox(inboxId),
    store.pausesOn(pauseTargetOf(row)),
    store.suppressedAmong(addresses, { inboxId, nowMs }),
    store.stopsAskedAmong(addresses),
    store.preferencesOf(addresses),
  ]);
  return { nowMs, settings, addresses, pauses, suppressed, stopsAsked, preferences };
}

/** Bare addresses of all recipients, each once. */
export function addressesOf({ content }: RevisionRecord): string[] {
  return [...new Set(allRecipients(content).flatMap((recipient) => bareAddress(recipient) ?? []))];
}
