import { createHash } from 'node:crypto';
import type { AuditType } from '../domain/audit.ts';
import { madeBy } from '../domain/permissions.ts';
import { EVERYBODY } from '../domain/review-notice.ts';
import type {
  AuditRow,
  DraftRow,
  NoticeChannel,
  NotificationSettings,
  Telling,
  TellingKind,
  UserRow,
} from './types.ts';

/** Ways of telling that are set up here. */
export interface OpenChannels {
  email: boolean;
  slack: boolean;
  /** A Slack conversation that gets every draft to review. */
  slackChannel: boolean;
  webhook: boolean;
}

/** A person who may decide, and how they want to be told. */
export type Subscriber = UserRow & { wants: NotificationSettings };

/** What is known when an event is read. */
export interface PlanContext {
  open: OpenChannels;
  draft: DraftRow;
  subscribers: readonly Subscriber[];
  /** Who was told of this draft before. */
  told: readonly Pick<Telling, 'personId' | 'channel' | 'kind' | 'revision'>[];
  /** Who looks after the draft; null: nobody in particular. */
  assigneeId: string | null;
  /** Whose people are asked first where nobody in particular has it; null: all who may approve. */
  group: string | null;
  /** Who is away: only what escalates reaches them. */
  away: ReadonlySet<string>;
  /** The revision a person saw last. */
  seenBy: (personId: string) => number | null;
  nowMs: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Daily digests leave at this hour, UTC. */
const DAILY_HOUR = 7;

const WAITS: readonly AuditType[] = ['revision_written', 'sent_back', 'approval_revoked', 'resolved'];
const OUTCOMES: readonly AuditType[] = [
  'approved',
  'rejected',
  'changes_requested',
  'sent',
  'withdrawn',
  'cancelled',
  'expired',
  'outcome_unknown',
];

/** What of an event people are told; null: nothing. */
export function kindOf({ type, data, actorId }: Pick<AuditRow, 'type' | 'data' | 'actorId'>): TellingKind | null {
  // Who took it knows; who was given it learns of it, and those who are asked again because somebody went away.
  if (type === 'assigned') return data.person === actorId || data.untilMs !== undefined ? null : 'review';
  if (type === 'released') return data.code === 'away' ? 'review' : null;
  if (type === 'reminded') return 'reminder';
  if (type === 'escalated') return 'escalation';
  if (OUTCOMES.includes(type)) return 'outcome';
  return WAITS.includes(type) && data.status === 'in_review' ? 'review' : null;
}

/** Everything to tell about one event. Pure: read again after a crash, the same event makes the same tellings. */
export function planTellings(event: AuditRow, context: PlanContext): Telling[] {
  const kind = kindOf(event);
  if (kind === null) return [];
  const { open, nowMs } = context;
  const tell = (personId: string, channel: NoticeChannel, dueAtMs: number, seen: number | null = null): Telling => ({
    ...{ eventId: event.id, personId, channel, kind, dueAtMs, madeAtMs: nowMs },
    bundle: dueAtMs > nowMs ? bundleOf(channel, personId, String(dueAtMs)) : bundleOf(channel, personId, event.id),
    ...{ draftId: event.draftId, revision: event.revision },
    facts: {
      ...{ type: event.type, actorId: event.actorId, atMs: event.atMs, digest: event.digest, seenRevision: seen },
      ...{ status: event.data.status ?? null, reason: event.data.reason ?? null },
    },
  });
  const tellings = audience(event, kind, context).flatMap((person) => {
    const { userId } = person;
    const { email, digest, slackUserId } = person.wants;
    const seen = context.seenBy(userId);
    // An approval is no end: what it leads to is told.
    const byMail = open.email && email && event.type !== 'approved';
    // Buttons in Slack show what happened; that is one telling for all of a draft's messages.
    const bySlack = open.slack && slackUserId !== null && kind !== 'outcome';
    const urgent = kind === 'reminder' || kind === 'escalation';
    return [
      ...(byMail ? [tell(userId, 'email', urgent ? nowMs : slotOf(digest, nowMs), seen)] : []),
      ...(bySlack ? [tell(userId, 'slack', nowMs, seen)] : []),
    ];
  });
  // Whose it is now is between people: channels that everybody reads were told of the revision.
  if (passesOn(event)) return tellings;
  const slackKnows = tellings.some(({ channel }) => channel === 'slack') || wasTold(context, 'slack');
  const everybody: NoticeChannel[] = [
    ...(open.slack && (kind === 'outcome' ? slackKnows : open.slackChannel) ? (['slack'] as const) : []),
    ...(open.webhook ? (['webhook'] as const) : []),
  ];
  return [...tellings, ...everybody.map((channel) => tell(EVERYBODY, channel, nowMs))];
}

const passesOn = ({ type }: Pick<AuditRow, 'type'>) => type === 'assigned' || type === 'released';

const wasTold = ({ told }: PlanContext, channel: NoticeChannel) => told.some((one) => one.channel === channel);

/** Who of those who want to know is concerned. */
function audience(event: AuditRow, kind: TellingKind, context: PlanContext): Subscriber[] {
  const { draft, subscribers, told, assigneeId, group: first, away } = context;
  // What one did oneself is no news.
  const others = subscribers.filter(({ userId }) => {
    return userId !== event.actorId && (kind === 'escalation' || !away.has(userId));
  });
  if (kind === 'outcome') return others.filter(({ userId }) => told.some((one) => one.personId === userId));
  const able = others.filter(({ userId, roles, disabledAtMs }) => {
    return disabledAtMs === null && roles.includes('reviewer') && !madeBy(draft.creator, { id: userId });
  });
  if (kind === 'escalation') {
    const { group } = event.data;
    return group === undefined ? able : able.filter(({ groups }) => groups.includes(group));
  }
  const asked = new Set(told.filter(({ revision }) => revision === event.revision).map(({ personId }) => personId));
  if (kind === 'reminder') return able.filter(({ userId }) => asked.has(userId) || userId === assigneeId);
  const passed = passesOn(event);
  if (passed && draft.projection?.status !== 'in_review') return [];
  // Of a revision that was told already, only those learn who were not.
  const fresh = passed ? able.filter(({ userId }) => !asked.has(userId)) : able;
  // Whoever wrote the revision, or is away, does not read it: others are asked.
  const theirs = assigneeId !== null && assigneeId !== event.actorId && !away.has(assigneeId);
  if (theirs) return fresh.filter(({ userId }) => userId === assigneeId);
  if (first !== null) return fresh.filter(({ groups }) => groups.includes(first));
  const needs = event.data.needs ?? [];
  const anybody = needs.length === 0 || needs.some(({ group }) => group === null);
  return fresh.filter(({ groups }) => anybody || needs.some(({ group }) => group !== null && groups.includes(group)));
}

/** When a digest leaves; now for those who want none. */
export function slotOf(digest: NotificationSettings['digest'], nowMs: number): number {
  if (digest === 'none') return nowMs;
  if (digest === 'hourly') return (Math.floor(nowMs / HOUR_MS) + 1) * HOUR_MS;
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS + DAILY_HOUR * HOUR_MS;
  return today > nowMs ? today : today + DAY_MS;
}

const bundleOf = (...parts: string[]) =>
  `${parts[0]}-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24)}`;
