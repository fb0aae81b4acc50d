/** So many approvals by people of a group; null: by anybody who may approve. */
export interface ApprovalNeed {
  group: string | null;
  count: number;
}

/** Times of a review, in ms from when a revision is there to be read; null: never. */
export interface ReviewTimes {
  remindAfterMs: number | null;
  escalateAfterMs: number | null;
  /** Group asked as well from then on. */
  escalateTo: string | null;
  /** The longest a review may take, however long its agent gave it. Absent: as long as that. */
  expireAfterMs?: number;
}

/** Everybody of a group, a person by id, or those of a group one after the other, each a draft. */
export type ReviewRoute = { group: string } | { person: string } | { inTurn: string };

/** The group a route names. */
export const groupOf = (route: ReviewRoute): string | null =>
  'inTurn' in route ? route.inTurn : 'group' in route ? route.group : null;

/**
 * What policy says of one revision. `review`: people approve. `auto`: its time alone suffices. `monitor`: it goes after a
 * hold in which people may stop it. `refuse`: it ends rejected.
 */
export interface Oversight {
  kind: 'review' | 'auto' | 'monitor' | 'refuse';
  needs: ApprovalNeed[];
  /** Of `monitor`: how long people may stop it, in ms. */
  holdMs: number;
  /** The least time between anybody's approval and the send: room for undo, in ms. Absent: the draft's own alone. */
  undoMs?: number;
  /** Whoever wrote this revision may also approve it. */
  editorMayApprove: boolean;
  /** Whoever asked for the draft, or owns the agent that did, may also approve it. */
  creatorMayApprove: boolean;
  /** Answers to the mail that asks decide, where the server lets them at all. Absent: they decide nothing. */
  replyApproval?: true;
  times: ReviewTimes;
  /** Who is asked first; null: whoever may approve. */
  route: ReviewRoute | null;
  /** How urgent the review is, 1 first and 5 last; null: policy does not say. */
  priority: number | null;
  /** The rule that decided, and the version of the rules; null where no rule did. */
  rule: string | null;
  version: number | null;
}

/** One approval of anybody: what holds where no rule says otherwise. */
export const ONE_APPROVAL: readonly ApprovalNeed[] = [{ group: null, count: 1 }];

export const PLAIN_REVIEW: Oversight = {
  kind: 'review',
  needs: [...ONE_APPROVAL],
  holdMs: 0,
  editorMayApprove: false,
  creatorMayApprove: false,
  times: { remindAfterMs: null, escalateAfterMs: null, escalateTo: null },
  route: null,
  priority: null,
  rule: null,
  version: null,
};

/** Whether a single approval, of anybody, suffices. */
export const asksForOne = (needs: readonly ApprovalNeed[]) =>
  needs.length === 1 && needs[0]?.group === null && needs[0].count === 1;

/** Who approved, as far as counting goes. */
export interface Approver {
  id: string;
  groups: readonly string[];
}

/**
 * Approvals still missing, one entry a group. Each person counts once, however many approvals they gave, and where they
 * belong to several groups, for the one that needs them.
 */
export function missingApprovals(needs: readonly ApprovalNeed[], approvers: readonly Approver[]): ApprovalNeed[] {
  const people = [...new Map(approvers.map((approver) => [approver.id, approver])).values()];
  const places = needs.flatMap(({ group, count }) => Array.from({ length: count }, () => group));
  const takenBy: (number | null)[] = places.map(() => null);
  const fits = (person: number, place: number) => {
    const group = places[place] ?? null;
    return group === null || (people[person]?.groups.includes(group) ?? false);
  };
  /** Finds this person a place, moving others where they fit elsewhere. */
  const seat = (person: number, tried: Set<number>): boolean =>
    places.some((_, place) => {
      if (tried.has(place) || !fits(person, place)) return false;
      tried.add(place);
      const sitting = takenBy[place] ?? null;
      if (sitting !== null && !seat(sitting, tried)) return false;
      takenBy[place] = person;
      return true;
    });
  for (let person = 0; person < people.length; person += 1) seat(person, new Set());
  const left = new Map<string | null, number>();
  places.forEach((group, place) => {
    if (takenBy[place] === null) left.set(group, (left.get(group) ?? 0) + 1);
  });
  return [...left].map(([group, count]) => ({ group, count }));
}

/** Groups whose people's approval would still count; null among them: anybody's would. Who sits where may change for it. */
export function groupsThatCount(needs: readonly ApprovalNeed[], approvers: readonly Approver[]): (string | null)[] {
  const left = (people: readonly Approver[]) =>
    missingApprovals(needs, people).reduce((sum, { count }) => sum + count, 0);
  const now = left(approvers);
  const groups = [...new Set([null, ...needs.map(({ group }) => group)])];
  return groups.filter((group) => left([...approvers, { id: '', groups: group === null ? [] : [group] }]) < now);
}
