import { routeReview } from '../policy/index.ts';
import { currentDraftId, loadDraft } from './context.ts';
import type { ActivityDeps } from './deps.ts';
import type { DraftActivities } from './types.ts';

export function recordActivities(deps: ActivityDeps): Pick<DraftActivities, 'record' | 'discardDraft'> {
  const { store, mail } = deps;
  return {
    async record({ entries, projection }) {
      const draftId = currentDraftId();
      const routed = await routeReview(deps, draftId, { entries, projection });
      await store.record(draftId, [...entries, ...routed], projection);
    },

    /** Deletes our AgentMail draft; an adopted one only where its inbox says so. True when a draft was deleted. */
    async discardDraft() {
      const row = await loadDraft(store);
      const draftId = row.providerDraftId;
      if (draftId === null) return false;
      if (row.source === 'adopted' && draftId === row.adoptDraftId) {
        const { deleteAdopted } = await store.getInbox(row.inboxId);
        if (!deleteAdopted) return false;
      }
      await mail.deleteDraft(row.inboxId, draftId);
      return true;
    },
  };
}
