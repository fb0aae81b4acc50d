import type { AuditType } from '../domain/audit.ts';
import type { RejectionReason } from '../domain/rejection.ts';

/** Who looks after a draft. With a lease it ends by itself; without one it lasts until somebody changes it. */
export interface Assignment {
  draftId: string;
  personId: string;
  assignedBy: string;
  atMs: number;
  leaseUntilMs: number | null;
  /** Why it is theirs, where nobody decided that for this draft; null or absent: they took it, or somebody handed it over. */
  cause?: AssignmentCause | null;
}
/** It was their turn in a group, a rule or the inbox names them, or they stand in for somebody who is away. */
export type AssignmentCause =
  | { kind: 'turn'; group: string }
  | { kind: 'route' }
  | { kind: 'stand_in'; person: string };

/** What a person had on screen of one revision. */
export interface Look {
  personId: string;
  draftId: string;
  revision: number;
  /** Length of the revision's text. */
  words: number;
  /** When this revision was first opened. */
  openedAtMs: number;
  seenAtMs: number;
  /** Newest event, and newest message of the thread, that was there to be seen. */
  eventId: string | null;
  messageId: string | null;
  /** What policy said then, as whoever looked wrote it down. */
  policy: string | null;
}

/** Filters of the desk under a name. */
export interface SavedView {
  viewId: string;
  personId: string;
  name: string;
  /** Path and query of the desk, such as `/waiting?inbox=…`. */
  path: string;
  atMs: number;
}

export interface NumbersQuery {
  fromMs: number;
  /** Exclusive. */
  toMs: number;
  nowMs: number;
  inboxId?: string;
  /** IANA zone the days are cut in. */
  timeZone: string;
}

/** Decisions of people, counted; times in ms, null where there was none. */
export interface DecisionCounts {
  approved: number;
  rejected: number;
  changesRequested: number;
  edited: number;
  /** From when the revision was there to be read until it was decided. */
  medianMs: number | null;
  p90Ms: number | null;
  /** Decisions of which it is known when the person opened the revision. */
  timed: number;
  /** Of those, the ones faster than its text can be read. */
  quick: number;
}
export interface Numbers {
  waiting: { count: number; oldestMs: number | null; medianMs: number | null };
  all: DecisionCounts;
  agents: (DecisionCounts & { id: string })[];
  /** `id` null: ready-made content. */
  recipes: (DecisionCounts & { id: string | null })[];
  reviewers: (DecisionCounts & { id: string })[];
  /** Of the rejections, the most frequent reason first; `code` null: none was given. */
  rejections: { code: RejectionReason | null; count: number }[];
  /** In order; days on which nothing happened are left out. */
  days: { day: string; type: AuditType; count: number }[];
}

/** What the review desk remembers for people. */
export interface DeskStore {
  /**
   * Gives the draft to a person. With `onlyIfFree`, only when nobody else has it at `atMs`.
   * `before` is who had it until then (the same person when it was only renewed), `now` who has it.
   */
  assign(
    assignment: Assignment,
    options: { onlyIfFree: boolean },
  ): Promise<{ before: Assignment | null; now: Assignment }>;
  /** Takes the draft from whoever has it; null when nobody did. */
  release(draftId: string): Promise<Assignment | null>;
  /** Of these drafts, those somebody has at `nowMs`. */
  assignmentsOf(draftIds: readonly string[], nowMs: number): Promise<Map<string, Assignment>>;

  /** Notes a look. The first opening of a revision stays, everything else moves on. */
  look(look: Look): Promise<void>;
  /** The person's latest look at the draft, whatever the revision. */
  lastLook(personId: string, draftId: string): Promise<Look | null>;

  /** Oldest first. */
  listViews(personId: string): Promise<SavedView[]>;
  /** False when the person has as many as anybody may. */
  addView(view: SavedView): Promise<boolean>;
  /** False when the person has no such view. */
  removeView(personId: string, viewId: string): Promise<boolean>;

  numbers(query: NumbersQuery): Promise<Numbers>;
}
