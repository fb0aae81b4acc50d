import { AgentMailClient } from 'agentmail';
import { call } from './call.ts';

const TIMEOUT_MS = 20_000;

/**
 * Messages of this system to its own operators, from an inbox of its own. They are no drafts: nobody can approve the
 * news that approvals do not work. Nothing else may use it; an agent's mail leaves through `MailProvider.sendDraft`.
 */
export function createOperatorMail(account: { apiKey: string; baseUrl?: string }, inboxId: string) {
  const client = new AgentMailClient({ apiKey: account.apiKey, baseUrl: account.baseUrl, maxRetries: 0 });
  return {
    async send(mail: { to: string[]; subject: string; text: string }, idempotencyKey: string): Promise<void> {
      await call<unknown>({ timeoutMs: TIMEOUT_MS }, (sdk) =>
        client.inboxes.messages.send(inboxId, mail, { ...sdk, idempotencyKey }),
      );
    },
  };
}

/** The same for reviewers, who answer: what is sent is found again by its ids. */
export function createReviewMail(account: { apiKey: string; baseUrl?: string }, inboxId: string) {
  const client = new AgentMailClient({ apiKey: account.apiKey, baseUrl: account.baseUrl, maxRetries: 0 });
  return {
    inboxId,
    async send(
      mail: { to: string[]; subject: string; text: string },
      idempotencyKey: string,
    ): Promise<{ messageId: string; threadId: string | null }> {
      const { messageId, threadId } = await call({ timeoutMs: TIMEOUT_MS }, (sdk) =>
        client.inboxes.messages.send(inboxId, mail, { ...sdk, idempotencyKey }),
      );
      return { messageId, threadId };
    },
  };
}
