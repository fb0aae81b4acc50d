import type { Client } from '@temporalio/client';
import { createDraftCommands, type DraftCommands } from '../temporal/draft-commands.ts';
import { createDraftEngine, type DraftEngine } from '../temporal/draft-engine.ts';
import { type DraftView, getDraftQuery } from '../workflows/messages.ts';

export { type CommandOutcome, outcomeOf } from '../temporal/draft-commands.ts';

/** The API's narrow view of Temporal. */
export interface Engine extends DraftEngine, DraftCommands {
  /** The engine's own word on a draft; null when it cannot be had right now. */
  view(draftId: string): Promise<DraftView | null>;
}

const VIEW_TIMEOUT_MS = 2_000;

export function createEngine(options: { temporal: Client; taskQueue: string }): Engine {
  const { temporal } = options;
  return {
    ...createDraftEngine(options),
    ...createDraftCommands(options),

    async view(draftId) {
      const query = () => temporal.workflow.getHandle(draftId).query(getDraftQuery);
      try {
        return await temporal.withDeadline(Date.now() + VIEW_TIMEOUT_MS, query);
      } catch {
        // The recorded state is there for this: no worker, no history any more, or not claimed yet.
        return null;
      }
    },
  };
}
