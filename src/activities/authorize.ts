import { jsonDigest } from '../domain/digest.ts';
import { isAgent, mayCommand, mayUseInbox } from '../domain/permissions.ts';
import { currentDraftId, loadDraft } from './context.ts';
import type { ActivityDeps } from './deps.ts';
import type { Authorized, CommandFacts, DraftActivities } from './types.ts';

export function authorizeActivities(deps: ActivityDeps): Pick<DraftActivities, 'authorize' | 'inboxPolicy'> {
  const { store } = deps;

  /**
   * Finds the authenticated request behind an Update. The Update's own words count for nothing: without a recorded
   * command of this very content, nobody authorized it.
   */
  async function authorize({ name, input }: CommandFacts): Promise<Authorized> {
    const { commandId, ...facts } = input;
    const command = await store.getCommand(commandId);
    const recorded = command?.draftId === currentDraftId() && command.name === name;
    if (!command || !recorded || command.factsDigest !== jsonDigest(facts)) return { ok: false, code: 'unauthorized' };
    const { creator, inboxId } = await loadDraft(store);
    if (!mayUseInbox(command.actor, inboxId)) return { ok: false, code: 'forbidden' };
    const decision = name === 'decide' ? input.decision : undefined;
    const refusal = mayCommand({ name, decision }, command.actor, creator);
    if (refusal) return { ok: false, code: refusal };
    const { id, kind } = command.actor;
    return { ok: true, actor: { id, kind }, agent: isAgent(command.actor) };
  }

  async function inboxPolicy() {
    const { inboxId } = await loadDraft(store);
    const { mode, acceptUnverifiedSignals } = await store.getInbox(inboxId);
    return { mode, acceptUnverifiedSignals };
  }

  return { authorize, inboxPolicy };
}
