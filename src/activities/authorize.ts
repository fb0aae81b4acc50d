import { jsonDigest } from '../domain/digest.ts';
import { isAgent, madeBy, mayCommand, mayUseInbox } from '../domain/permissions.ts';
import { currentDraftId, loadDraft, loadRevision } from './context.ts';
import type { ActivityDeps } from './deps.ts';
import { keepOversight, overseeRevision } from './oversight.ts';
import type { Authorized, CommandFacts, DraftActivities, Overseen } from './types.ts';

export function authorizeActivities(
  deps: ActivityDeps,
): Pick<DraftActivities, 'authorize' | 'inboxPolicy' | 'oversee'> {
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
    // Whether people may approve what is their own is for policy to say, which the workflow knows.
    if (refusal && refusal !== 'self_approval') return { ok: false, code: refusal };
    const { id, kind, groups = [] } = command.actor;
    const created = madeBy(creator, command.actor);
    const replied = command.actor.via === 'email_reply' && { replied: true as const };
    return { ok: true, actor: { id, kind, groups }, agent: isAgent(command.actor), created, ...replied };
  }

  async function oversee({ revision: number }: { revision: number }): Promise<Overseen> {
    const row = await loadDraft(store);
    const [settings, revision] = await Promise.all([
      store.getInbox(row.inboxId),
      loadRevision(store, row.draftId, number),
    ]);
    const oversight = await overseeRevision(deps, row, revision, settings);
    await keepOversight(store, row.draftId, number, oversight);
    return { oversight, mode: settings.mode };
  }

  async function inboxPolicy() {
    const { acceptUnverifiedSignals } = await store.getInbox((await loadDraft(store)).inboxId);
    return { acceptUnverifiedSignals };
  }

  return { authorize, inboxPolicy, oversee };
}
