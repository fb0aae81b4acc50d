import type { AlertRaise } from '../../domain/alert.ts';
import { isEnd } from '../../domain/state.ts';
import type { Pause } from '../../store/types-limits.ts';
import { type Check, forEach, type Look } from './check.ts';

const PAGE = 200;

/** Drafts that a pause held and that nobody told when it ended: all of them, for as long as there is time. */
export const held: Check = async (look) => {
  const { store, engine } = look.deps;
  let noticed = 0;
  let looked = 0;
  for (let after: string | undefined; look.hasTime(); ) {
    const ids = await store.heldWithoutPause(PAGE, after);
    looked += await forEach(look, ids, async (draftId) => {
      if (await engine.notice(draftId, 'resume')) noticed += 1;
    });
    after = ids.at(-1);
    if (ids.length < PAGE) break;
  }
  return { looked, noticed };
};

/** Whatever is paused, by whom it may be, and alerts about single drafts whose cause is gone. */
export const paused: Check = async (look) => {
  const { store, alerts } = look.deps;
  const pauses = await store.listPauses();
  const over = new Set(await store.openAlertKeys('paused:'));
  for (const pause of pauses) {
    const key = `paused:${pause.kind}:${pause.id}`;
    over.delete(key);
    await alerts.raise({ key, kind: 'paused', ...tellingOf(pause) });
  }
  for (const key of over) await alerts.resolve(key);
  const settled = await settledDrafts(look, new Set(pauses.map(({ kind, id }) => `${kind}:${id}`)));
  for (const key of settled) await alerts.resolve(key);
  return { looked: pauses.length, found: pauses.length };
};

/** One of our own waits for somebody to look; one of a person's is news to the others. Why a person did it is their text. */
function tellingOf({ kind, id, by, reason }: Pause): Pick<AlertRaise, 'severity' | 'title' | 'facts' | 'inboxId'> {
  const what = { what: kind, ...(kind !== 'all' && kind !== 'inbox' && { id }) };
  const inbox = kind === 'inbox' ? { inboxId: id } : {};
  if (by !== 'system')
    return { severity: 'warning', title: 'Somebody paused sending.', facts: { ...what, by }, ...inbox };
  const title = 'The system paused sending; a person has to look and to resume it.';
  return { severity: 'critical', title, facts: { ...what, reason }, ...inbox };
}

/** A settled outcome, and a mismatch after which somebody resumed the inbox, are over. */
async function settledDrafts({ deps }: Look, pauses: ReadonlySet<string>): Promise<string[]> {
  const { store } = deps;
  const settled: string[] = [];
  for (const key of await store.openAlertKeys('outcome_unknown:')) {
    const row = await store.getDraft(key.slice('outcome_unknown:'.length));
    const status = row?.projection?.status ?? 'composing';
    if (isEnd(status) || (status !== 'sending' && status !== 'needs_attention')) settled.push(key);
  }
  for (const key of await store.openAlertKeys('content_mismatch:')) {
    const row = await store.getDraft(key.slice('content_mismatch:'.length));
    if (!row || !pauses.has(`inbox:${row.inboxId}`)) settled.push(key);
  }
  return settled;
}
