import { bareAddress } from '../domain/content.ts';
import { followsRecipient } from '../domain/due.ts';
import type { QuietHours } from '../domain/quiet.ts';
import type { Schedule } from '../domain/schedule.ts';
import type { Store } from '../store/types.ts';
import { currentDraftId } from './context.ts';
import type { DraftActivities } from './types.ts';
import { holidaysOf } from './windows/holidays.ts';
import { isOpenAt, type Resolution, resolveSchedule, type ScheduleFacts } from './windows/resolve.ts';

/** The zone the first `to` recipient of a draft prefers; null when none is known. */
export type RecipientZone = (draftId: string) => Promise<string | null>;
const noPreference: RecipientZone = async () => null;

/** From the preferences of whoever the newest revision is addressed to first. */
export function recipientZoneOf(store: Store): RecipientZone {
  return async (draftId) => {
    const [first = ''] = (await store.getDraft(draftId))?.recipients ?? [];
    const address = bareAddress(first);
    const [preference] = address === null ? [] : await store.preferencesOf([address]);
    return preference?.timeZone ?? null;
  };
}

export interface DueQuestion {
  draftId: string;
  nowMs: number;
  /** Quiet hours of the recipients; left out, they do not count. */
  quiet?: readonly QuietHours[];
}

/** When a draft falls due, with what its schedule needs to know looked up. */
export async function dueOf(schedule: Schedule, asked: DueQuestion, recipientZone = noPreference): Promise<Resolution> {
  return resolveSchedule(schedule, await factsOf(schedule, asked, recipientZone));
}

/** Whether a draft that is due may leave now: null when it may, else when it may (see `Resolution`). */
export async function notOpen(
  schedule: Schedule,
  asked: DueQuestion,
  recipientZone = noPreference,
): Promise<Resolution | null> {
  const facts = await factsOf(schedule, asked, recipientZone);
  return isOpenAt(schedule, facts) ? null : resolveSchedule(schedule, facts);
}

async function factsOf(schedule: Schedule, asked: DueQuestion, recipientZone: RecipientZone): Promise<ScheduleFacts> {
  const holidays = (schedule.kind === 'window' && schedule.holidays) || [];
  return {
    ...asked,
    recipientZone: followsRecipient(schedule) ? await recipientZone(asked.draftId) : null,
    isHoliday: await holidaysOf(holidays),
  };
}

/**
 * What the workflow waits for. A missed window counts as due: the draft then meets preflight, which sends it back to
 * review with the reason, instead of waiting for ever.
 */
export function waitUntilMs({ dueAtMs, missed }: Resolution, nowMs: number): number | null {
  return missed ? nowMs : dueAtMs;
}

export function dueActivities(recipientZone = noPreference): Pick<DraftActivities, 'resolveDue'> {
  return {
    async resolveDue({ schedule, nowMs }) {
      return waitUntilMs(await dueOf(schedule, { draftId: currentDraftId(), nowMs }, recipientZone), nowMs);
    },
  };
}
