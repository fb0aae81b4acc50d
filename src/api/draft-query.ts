import type { Actor } from '../domain/actor.ts';
import { isAgent } from '../domain/permissions.ts';
import type { DraftListQuery } from '../store/types.ts';
import type { OperationFilter } from './schemas/index.ts';

type Asked = Omit<OperationFilter, 'assignee'>;
type Wanted = Omit<DraftListQuery, 'limit' | 'cursor' | 'order' | 'inboxIds' | 'assignee'>;

/** What the API's filters of drafts are to the store, at `nowMs`. Who may see what comes on top. */
export function wantedDrafts(asked: Asked, nowMs: number): Wanted {
  const { recipe, category, group, paused, escalated, status, dueBefore, dueAfter, deadlineBefore, overdue } = asked;
  const at = (instant: string | undefined) => (instant === undefined ? undefined : Date.parse(instant));
  const beforeMs = at(deadlineBefore);
  return {
    ...{
      recipe,
      category,
      group,
      paused,
      escalated,
      statuses: status,
      inboxId: asked.inbox,
      creatorId: asked.createdBy,
    },
    ...{ batchId: asked.batch, operationId: asked.operation, text: asked.q },
    ...{ dueBeforeMs: at(dueBefore), dueAfterMs: at(dueAfter) },
    ...(beforeMs !== undefined && { deadline: { beforeMs, nowMs } }),
    ...(overdue !== undefined && { overdue: { is: overdue, nowMs } }),
  };
}

/** Whose drafts `assignee` asks for. */
export function whoseDrafts(assignee: string | undefined, callerId: string, nowMs: number): DraftListQuery['assignee'] {
  if (assignee === undefined) return undefined;
  return { personId: assignee === 'none' ? null : assignee === 'me' ? callerId : assignee, nowMs };
}

/** What waits for an approval of the caller; null where it could never count. */
export function needsOf(caller: Actor): DraftListQuery['needs'] | null {
  if (isAgent(caller) || !caller.roles.includes('reviewer')) return null;
  return { personId: caller.id, groups: caller.groups ?? [] };
}
