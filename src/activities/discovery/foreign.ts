import { CancelledFailure, Context } from '@temporalio/activity';
import type { ListedDraft } from '../../agentmail/port.ts';
import { isOwnLabel, sendIdFor } from '../../domain/ids.ts';
import { failureType } from '../context.ts';
import { adopt } from './adopt.ts';
import type { DiscoveryDeps } from './deps.ts';

/** A draft of ours gets its AgentMail id before we have kept that id: what is younger than this may be one. */
export const YOUNG_MS = 30_000;
/** The shape of our client ids; others may use it, too. */
const OWN_CLIENT_ID = /^([0-9a-f]{32})(?:\.r\d+)?$/;

export interface Handled {
  adopted: number;
}

/** Does with drafts that are not ours what their inbox says. One that cannot be read waits for the next full pass. */
export async function handleForeign(deps: DiscoveryDeps, drafts: ListedDraft[]): Promise<Handled> {
  let adopted = 0;
  for (const listed of drafts) {
    try {
      if (await handle(deps, listed)) adopted += 1;
    } catch (error) {
      if (error instanceof CancelledFailure) throw error;
      const facts = { providerDraftId: listed.draftId, failure: failureType(error) };
      deps.log.warn(facts, 'a draft made in AgentMail is out of reach');
    }
  }
  return { adopted };
}

/** True when it was taken over. */
async function handle(deps: DiscoveryDeps, listed: ListedDraft): Promise<boolean> {
  const { store, mail } = deps;
  const settings = await store.getInbox(listed.inboxId);
  if (settings.foreignDrafts === 'ignore' || listed.labels.some(isOwnLabel)) return false;
  // The list tells neither client ids nor whether it is still there.
  const draft = await mail.getDraft(listed.inboxId, listed.draftId);
  if (draft === null || (await isOurs(deps, listed.inboxId, draft.clientId))) return false;
  const found = { ...listed, sendAt: draft.sendAt };
  if (settings.foreignDrafts === 'adopt') return adopt(deps, found, settings);
  const { inboxId, draftId: providerDraftId, sendAt } = found;
  await store.keepForeignDrafts([{ inboxId, providerDraftId, sendAt }], deps.clock());
  return false;
}

/** Whether one of our drafts made it and died before it kept the id. */
async function isOurs({ store }: DiscoveryDeps, inboxId: string, clientId: string | null): Promise<boolean> {
  const sendId = OWN_CLIENT_ID.exec(clientId ?? '')?.[1];
  if (sendId === undefined) return false;
  const { workflowNamespace } = Context.current().info;
  const creations = await store.unsettledCreations(inboxId);
  return creations.some(
    ({ draftId, firstRunId }) => sendIdFor(workflowNamespace ?? '', draftId, firstRunId) === sendId,
  );
}

/** Tells operators where foreign drafts wait, by inbox, and that none does any more. */
export async function tellForeign({ store, alerts }: DiscoveryDeps): Promise<void> {
  const prefix = 'foreign_draft:';
  const over = new Set(await store.openAlertKeys(prefix));
  for (const { inboxId, drafts, scheduled } of await store.countForeignDrafts()) {
    if ((await store.getInbox(inboxId)).foreignDrafts !== 'alert') continue;
    const key = `${prefix}${inboxId}`;
    over.delete(key);
    await alerts.raise({
      key,
      kind: 'foreign_draft',
      // AgentMail itself sends a scheduled one, and nobody here approved it.
      severity: scheduled > 0 ? 'critical' : 'warning',
      title: 'Drafts were made in AgentMail past Countersign.',
      facts: { drafts, scheduled },
      inboxId,
    });
  }
  for (const key of over) await alerts.resolve(key);
}
