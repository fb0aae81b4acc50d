import type { PauseKind } from '../domain/limits.ts';
import type { Pause } from '../store/types.ts';
import type { Api } from './context.ts';
import type { Caller } from './deps.ts';

/** How many held drafts one resume tells itself; the watchdog finds the others. */
export const MAX_TOLD = 1_000;
const TOLD_AT_ONCE = 20;
const PAGE = 200;

type Target = Pick<Pause, 'kind' | 'id'>;

/** Writes a change of settings down, by whom, before and after. Nothing is written where nothing changed. */
export async function logSetting(
  api: Api,
  caller: Pick<Caller, 'id' | 'name'>,
  change: { what: string; before: unknown; after: unknown },
): Promise<void> {
  if (JSON.stringify(change.before) === JSON.stringify(change.after)) return;
  await api.store.logSetting({ ...change, atMs: api.now(), actorId: caller.id, actorName: caller.name });
}

export const findPause = async (api: Api, { kind, id }: Target): Promise<Pause | null> =>
  (await api.store.listPauses()).find((pause) => pause.kind === kind && pause.id === id) ?? null;

/** The next send of every draft it is about finds it; what is already on its way to AgentMail leaves. */
export async function pause(api: Api, caller: Caller, target: Target, reason: string): Promise<Pause> {
  const before = await findPause(api, target);
  const made: Pause = { kind: target.kind, id: target.id, reason, by: caller.id, atMs: api.now() };
  await api.store.putPause(made);
  await logSetting(api, caller, { what: nameOf(target), before: reasonOf(before), after: reasonOf(made) });
  return made;
}

/** Null when there was nothing to resume. `told` of the drafts it held look again at once; `remaining` do so soon. */
export async function resume(api: Api, caller: Caller, target: Target) {
  const before = await findPause(api, target);
  if (!(await api.store.removePause(target.kind, target.id))) return null;
  await logSetting(api, caller, { what: nameOf(target), before: reasonOf(before), after: null });
  return tellHeld(api, target);
}

/** Has the drafts that were held by it look again. */
export async function tellHeld(api: Api, target: Target): Promise<{ told: number; remaining: number }> {
  const held = await api.store.countHeldDrafts(target);
  let seen = 0;
  let told = 0;
  for (let cursor: string | undefined; seen < MAX_TOLD; ) {
    const { draftIds, nextCursor } = await api.store.heldDrafts(target, {
      limit: Math.min(PAGE, MAX_TOLD - seen),
      cursor,
    });
    seen += draftIds.length;
    told += await tell(api, draftIds);
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  return { told, remaining: Math.max(0, held - told) };
}

/** Notices to several at once; how many of them arrived. One that fails is left to the watchdog. */
async function tell(api: Api, draftIds: readonly string[]): Promise<number> {
  let told = 0;
  const waiting = [...draftIds];
  const worker = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const arrived = await api.engine.notice(id, 'resume').catch((error: unknown) => {
        api.log?.error({ err: error, draftId: id }, 'a held draft could not be told of the resume');
        return false;
      });
      if (arrived) told += 1;
    }
  };
  await Promise.all(Array.from({ length: TOLD_AT_ONCE }, worker));
  return told;
}

const nameOf = ({ kind, id }: { kind: PauseKind; id: string }) =>
  kind === 'all' ? 'pause:all' : `pause:${kind}:${id}`;
const reasonOf = (one: Pause | null) => one && { reason: one.reason, by: one.by };
