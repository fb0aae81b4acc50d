import type { Client } from '@temporalio/client';
import { createDraftCommands, type DraftCommands } from '../temporal/draft-commands.ts';
import { createDraftEngine, type DraftEngine } from '../temporal/draft-engine.ts';

export { type CommandOutcome, outcomeOf } from '../temporal/draft-commands.ts';

/** The API's narrow view of Temporal. */
export interface Engine extends DraftEngine, DraftCommands {}

export function createEngine(options: { temporal: Client; taskQueue: string }): Engine {
  return { ...createDraftEngine(options), ...createDraftCommands(options) };
}
