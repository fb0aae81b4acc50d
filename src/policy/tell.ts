import type { NoticeCause } from '../domain/notice.ts';
import { ORGANIZATION } from '../domain/suppression.ts';
import type { RecipientNotice, Store } from '../store/types.ts';

export interface TellDeps {
  store: Store;
  engine: { notice(draftId: string, cause: NoticeCause): Promise<boolean> };
}

const PAGE = 200;
/** Signals under way at once: a domain with thousands of waiting drafts does not crowd out commands. */
const CONCURRENCY = 8;

/**
 * Tells the open drafts that a notice is about, from where it stopped, for as long as there is time. Repeated, a draft
 * only looks once more. Answers how many were told, and whether that were all.
 * @throws the engine's error when one could not be told; the notice stays
 */
export async function tellDraftsOf(
  { store, engine }: TellDeps,
  notice: RecipientNotice,
  hasTime: () => boolean = () => true,
): Promise<{ told: number; all: boolean }> {
  const { entry, scope } = notice;
  const inboxId = scope === ORGANIZATION ? undefined : scope;
  let told = 0;
  for (let after = notice.after ?? undefined; hasTime(); ) {
    const page = await store.openDraftsTo(entry, { limit: PAGE, after, inboxId });
    const queue = [...page];
    const worker = async () => {
      for (let draftId = queue.shift(); draftId !== undefined; draftId = queue.shift()) {
        if (await engine.notice(draftId, 'suppression')) told += 1;
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
    after = page.at(-1);
    if (page.length < PAGE || after === undefined) {
      await store.settleNotice(notice);
      return { told, all: true };
    }
    await store.keepNotice(notice, { after });
  }
  return { told, all: false };
}
