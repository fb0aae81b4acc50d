import { Random } from './random.ts';

export type Form = 'content' | 'recipe' | 'adopted';
/** What people do with the draft. `policy`: nobody need do anything, its inbox approves by itself. */
export type Fate =
  | 'approve'
  | 'edit'
  | 'request_changes'
  | 'reject'
  | 'withdraw_in_review'
  | 'withdraw_scheduled'
  | 'suppress_before'
  | 'suppress_after'
  | 'policy';
/** What somebody else does to it in AgentMail, and while it is where. */
export type Foreign = 'none' | 'edit_in_review' | 'delete_in_review' | 'edit_scheduled' | 'delete_scheduled';

export interface DraftPlan {
  index: number;
  inbox: string;
  autonomous: boolean;
  form: Form;
  /** Due so long after it is asked for; null: now. */
  delayMs: number | null;
  html: boolean;
  attachment: boolean;
  fate: Fate;
  foreign: Foreign;
  /** Whether the reviewer of a changed draft takes what the other wrote, or writes it back. */
  acceptsForeign: boolean;
}

export interface StormPlan {
  inboxes: { address: string; autonomous: boolean }[];
  drafts: DraftPlan[];
}

export interface PlanOptions {
  drafts: number;
  seed: number;
  /** Latest due time after the request. */
  maxDelayMs: number;
}

/** Needs some seconds between the approval and the send. */
const NEEDS_TIME: (Fate | Foreign)[] = ['withdraw_scheduled', 'suppress_after', 'edit_scheduled', 'delete_scheduled'];
const MIN_DELAY_MS = 8_000;

export function planStorm({ drafts, seed, maxDelayMs }: PlanOptions): StormPlan {
  const random = new Random(seed);
  const inboxes = Array.from({ length: 8 }, (_, n) => ({ address: `storm-${n}@countersign.test`, autonomous: n >= 6 }));
  return {
    inboxes,
    drafts: Array.from({ length: drafts }, (_, index) => planDraft(random, index, inboxes, maxDelayMs)),
  };
}

function planDraft(random: Random, index: number, inboxes: StormPlan['inboxes'], maxDelayMs: number): DraftPlan {
  const inbox = inboxes[random.between(0, inboxes.length - 1)];
  if (!inbox) throw new Error('a storm needs an inbox');
  const { address, autonomous } = inbox;
  const form = random.weighted({ content: 70, recipe: 22, adopted: 8 });
  const fate: Fate = autonomous
    ? random.weighted({ policy: 88, suppress_after: 6, withdraw_scheduled: 6 })
    : random.weighted({
        approve: 66,
        edit: 9,
        request_changes: 6,
        reject: 5,
        withdraw_in_review: 3,
        withdraw_scheduled: 3,
        suppress_before: 4,
        suppress_after: 4,
      });
  const foreign: Foreign = autonomous
    ? random.weighted({ none: 90, edit_scheduled: 6, delete_scheduled: 4 })
    : random.weighted({ none: 84, edit_in_review: 5, delete_in_review: 4, edit_scheduled: 4, delete_scheduled: 3 });
  const timed = NEEDS_TIME.includes(fate) || NEEDS_TIME.includes(foreign) || random.chance(0.25);
  return {
    index,
    inbox: address,
    autonomous,
    form,
    delayMs: timed ? random.between(MIN_DELAY_MS, Math.max(MIN_DELAY_MS, maxDelayMs)) : null,
    html: random.chance(0.5),
    attachment: form !== 'adopted' && random.chance(0.15),
    fate,
    foreign,
    acceptsForeign: random.chance(0.5),
  };
}
