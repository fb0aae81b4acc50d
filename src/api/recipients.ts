import { ORGANIZATION } from '../domain/suppression.ts';
import type { Suppression } from '../store/types.ts';
import type { Api } from './context.ts';

const PAGE = 200;
/** Signals under way at once: a domain with thousands of waiting drafts does not crowd out commands. */
const CONCURRENCY = 8;

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
 * Tells every open draft that would go to somebody the entry covers. Answers how many were told.
 * @throws the engine's error when one could not be told
 */
export async function tellDrafts({ store, engine }: RecipientApi, entry: string, scope: string): Promise<number> {
  const inboxId = scope === ORGANIZATION ? undefined : scope;
  let told = 0;
  let after: string | undefined;
  for (;;) {
    const page = await store.openDraftsTo(entry, { limit: PAGE, after, inboxId });
    const queue = [...page];
    const worker = async () => {
      for (let draftId = queue.shift(); draftId !== undefined; draftId = queue.shift()) {
        if (await engine.notice(draftId, 'suppression')) told += 1;
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
    after = page.at(-1);
    if (page.length < PAGE) return told;
  }
}

/** As `tellDrafts`, without making the caller wait or fail: preflight looks again before any send. */
export function tellDraftsSoon(api: RecipientApi, entry: string, scope: string): void {
  tellDrafts(api, entry, scope).catch((error: unknown) => {
    api.log?.error({ err: error }, 'drafts could not be told of a suppression; each will see it before it is sent');
  });
}
