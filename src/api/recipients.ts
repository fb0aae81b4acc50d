import { normalizeEntry, ORGANIZATION } from '../domain/suppression.ts';
import { tellDraftsOf } from '../policy/index.ts';
import type { Suppression } from '../store/types.ts';
import type { Api } from './context.ts';

/** What recipients' routes stand on. */
export type RecipientApi = Pick<Api, 'store' | 'engine' | 'log' | 'mirrorSuppressions'>;

/** Keeps a suppression, with the wish to mirror it where the settings say so. */
export async function keepSuppression(
  { store, mirrorSuppressions = false }: RecipientApi,
  suppression: Suppression,
): Promise<{ entry: string; changed: boolean }> {
  const { scope } = suppression;
  const mirror = scope === ORGANIZATION ? mirrorSuppressions : (await store.getInbox(scope)).mirrorSuppressions;
  return store.addSuppression(suppression, { mirror });
}

/**
 * Tells every open draft of what changed about an entry. Answers how many were told. That it is to be done is kept with
 * the change: what fails here, or dies, the watchdog does.
 * @throws the engine's error when one could not be told
 */
export async function tellDrafts(api: RecipientApi, entry: string, scope: string): Promise<number> {
  const notice = await api.store.noticeAbout(entry, scope);
  return notice === null ? 0 : (await tellDraftsOf(api, notice)).told;
}

/** As `tellDrafts`, without making the caller wait or fail. */
export function tellDraftsSoon(api: RecipientApi, text: string, scope: string): void {
  tellDrafts(api, normalizeEntry(text) ?? text, scope).catch((error: unknown) => {
    api.log?.error({ err: error }, 'drafts could not be told of a recipient yet; they will be, before any is sent');
  });
}
