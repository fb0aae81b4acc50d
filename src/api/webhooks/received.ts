import { jsonDigest } from '../../domain/digest.ts';
import { stopRequest } from '../../domain/stop-request.ts';
import { ORGANIZATION } from '../../domain/suppression.ts';
import type { Api } from '../context.ts';
import { tellDrafts } from '../recipients.ts';
import type { ReceivedMessage } from './events.ts';

type ReceivedApi = Pick<Api, 'store' | 'engine' | 'mail' | 'log'>;

/** A message that asks to stop is put before a person, and holds drafts to its sender; open answers look at it at once. */
export async function takeReceived(api: ReceivedApi, message: ReceivedMessage, nowMs: number): Promise<void> {
  if (await propose(api, message, nowMs)) await tellDrafts(api, message.from ?? '', ORGANIZATION);
  for (const draftId of await openAnswers(api, message)) await api.engine.notice(draftId, 'outside');
}

/** Whether it asks to stop, and its sender may. */
async function propose({ store }: ReceivedApi, message: ReceivedMessage, nowMs: number): Promise<boolean> {
  const { inboxId, messageId, threadId, from, authenticated } = message;
  // Anybody can write in another's name; only mail that proved its sender speaks for him.
  if (!authenticated || from === null || from === inboxId.toLowerCase()) return false;
  const found = stopRequest(message);
  if (found === null) return false;
  await store.addProposal({
    ...{ proposalId: jsonDigest([inboxId, messageId]).slice(0, 24), address: from, inboxId, messageId, threadId },
    ...found,
    ...{ status: 'open', createdAtMs: nowMs, decidedBy: null, decidedAtMs: null },
  });
  return true;
}

/** Open drafts that answer a message of the same thread. */
async function openAnswers(api: ReceivedApi, { inboxId, messageId, answers }: ReceivedMessage): Promise<string[]> {
  const replies = await api.store.openReplies(inboxId);
  if (replies.length === 0) return [];
  const named = replies.filter(({ inReplyTo }) => answers.includes(inReplyTo));
  if (named.length > 0) return named.map(({ draftId }) => draftId);
  // It may answer a later message of the thread than the draft does. AgentMail knows them all.
  const thread = await api.mail.threadOf(inboxId, messageId).catch(() => null);
  const ids = new Set(thread?.map((one) => one.messageId));
  return replies.filter(({ inReplyTo }) => ids.has(inReplyTo)).map(({ draftId }) => draftId);
}
