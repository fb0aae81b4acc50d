import type { DraftSummary } from '../../../src/api/schemas/index.ts';
import { SEND_GRACE_MS } from '../../../src/domain/due.ts';

const EXPIRES_SOON_MS = 6 * 3_600_000;
const DUE_SOON_MS = 4 * 3_600_000;

export const expiresSoon = (deadline: string | null, nowMs: number): boolean =>
  deadline !== null && Date.parse(deadline) - nowMs < EXPIRES_SOON_MS;

type Timed = Pick<DraftSummary, 'status' | 'schedule' | 'dueAt' | 'holdUntil'>;

/** As the server counts it: what goes as soon as it is approved, or in office hours, misses nothing by waiting. */
export function overdue({ status, schedule, dueAt, holdUntil }: Timed, nowMs: number): boolean {
  if (dueAt === null) return false;
  if (status === 'scheduled')
    return Math.max(Date.parse(dueAt), holdUntil === null ? 0 : Date.parse(holdUntil)) <= nowMs - SEND_GRACE_MS;
  const undecided = status === 'composing' || status === 'in_review' || status === 'changes_requested';
  return undecided && schedule.kind === 'at' && Date.parse(dueAt) <= nowMs;
}

export function dueSoon({ schedule, dueAt }: Timed, nowMs: number): boolean {
  const leftMs = dueAt === null || schedule.kind === 'now' ? 0 : Date.parse(dueAt) - nowMs;
  return leftMs > 0 && leftMs < DUE_SOON_MS;
}
