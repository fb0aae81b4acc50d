import type { RoutingOutcome } from '../domain/routing.ts';
import type { AssignmentCause } from './types-desk.ts';

/** Who was asked first about a revision. */
export interface Routing {
  draftId: string;
  revision: number;
  /** 0 when the revision was written; more each time whoever had it went away. */
  round: number;
  groupName: string | null;
  /** Null: nobody in particular. */
  personId: string | null;
  outcome: RoutingOutcome;
  /** Number of the group's turn this took; null: it took none. */
  turn: number | null;
  atMs: number;
}

export interface RoutingAsk {
  draftId: string;
  revision: number;
  round: number;
  /** Shown with the draft; its people are asked one after the other with `inTurn`. */
  group: string | null;
  inTurn: boolean;
  /** Asked before the group, in this order; `cause` and `outcome` are theirs. */
  named: { people: readonly string[]; outcome: 'named' | 'stand_in'; cause: AssignmentCause };
  /** Whose own work it is. */
  excluded: readonly string[];
  /** Configured keys that may review this inbox: people without an account. */
  keys: readonly string[];
  /** What it is when nobody can take it. */
  otherwise: 'group' | 'away' | 'not_able' | 'nobody_there';
  nowMs: number;
  /** Only when this person has it still, who is away; told in the audit log in the same transaction. */
  from?: { personId: string; digest: string | null };
}

/** A person is away from `fromMs` until before `untilMs`. */
export interface Absence {
  personId: string;
  fromMs: number;
  untilMs: number;
  standInId: string | null;
  saidBy: string;
  atMs: number;
}

export interface RoutingStore {
  /**
   * Gives a revision to whoever is to have it: who has it by a person's word keeps it, else it is the first of those named,
   * else the one of the group who was there, could take it, and waited longest for a turn. The same revision and round
   * again answers the first time's. Null: `from` no longer has it.
   */
  route(ask: RoutingAsk): Promise<Routing | null>;
  /** Of these drafts, the latest routing. */
  routingsOf(draftIds: readonly string[]): Promise<Map<string, Routing>>;
  /** Open drafts that people have who are away, oldest hand-over first. */
  heldByAbsent(nowMs: number, limit: number): Promise<{ draftId: string; absence: Absence }[]>;

  /** Says when a person is away; takes the place of what was said before, which is answered. */
  putAbsence(absence: Absence): Promise<Absence | null>;
  /** What was said; null when nothing was. */
  removeAbsence(personId: string): Promise<Absence | null>;
  /** Those that are not over at `nowMs`, the soonest first. */
  listAbsences(nowMs: number): Promise<Absence[]>;
  /** Who is away at `nowMs`. */
  absentAt(nowMs: number): Promise<Map<string, Absence>>;
}
