import { isEnd } from '../../domain/state.ts';
import { type Check, forEach, type Look } from './check.ts';

const AT_MOST = 200;

/** Drafts that a pause held and that nobody told when it ended. */
export const held: Check = async (look) => {
  const { store, engine } = look.deps;
  const ids = await store.heldWithoutPause(AT_MOST);
  let noticed = 0;
  const looked = await forEach(look, ids, async (draftId) => {
    if (await engine.notice(draftId, 'resume')) noticed += 1;
  });
  return { looked, noticed };
};

/** Pauses of the system's own making, and alerts about single drafts whose cause is gone. */
export const paused: Check = async (look) => {
  const { store, alerts } = look.deps;
  const pauses = (await store.listPauses()).filter(({ by }) => by === 'system');
  const over = new Set(await store.openAlertKeys('paused:'));
  for (const { kind, id, reason } of pauses) {
    const key = `paused:${kind}:${id}`;
    over.delete(key);
    await alerts.raise({
      key,
      kind: 'paused',
      severity: 'critical',
      title: 'The system paused sending; a person has to look and to resume it.',
      facts: { what: kind, reason },
      ...(kind === 'inbox' && { inboxId: id }),
    });
  }
  for (const key of over) await alerts.resolve(key);
  const settled = await settledDrafts(look, new Set(pauses.map(({ kind, id }) => `${kind}:${id}`)));
  for (const key of settled) await alerts.resolve(key);
  return { looked: pauses.length, found: pauses.length };
};

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
