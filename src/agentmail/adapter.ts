import { Context } from '@temporalio/activity';
import { AgentMailClient } from 'agentmail';
import {
  toDownloadUrl,
  toDraft,
  toDraftPage,
  toInboxPage,
  toLabelledPage,
  toMessage,
  toMessagePage,
  toSent,
  toThreadPage,
} from './answers.ts';
import { type Budget, call, type SdkOptions } from './call.ts';
import { download } from './download.ts';
import { failure, nullIfGone } from './errors.ts';
import { allItems, pages } from './pages.ts';
import type { MailProvider, ProviderMessage } from './port.ts';
import { createSendLists } from './send-lists.ts';
import { createWebhooks } from './webhooks.ts';
import { createRequest, updateRequest } from './writes.ts';

export interface AgentMailOptions {
  apiKey: string;
  /** Host of the API without `/v0`; AgentMail's own by the key's region when absent. */
  baseUrl?: string;
  /** Limit of each HTTP call with its body, in ms. Default 30 s. */
  timeoutMs?: number;
  /** How long the send lists are remembered, in ms. Default 10 s. */
  sendListCacheMs?: number;
  /** What ends a call early; default is the cancellation of the current Temporal activity, if there is one. */
  signal?: () => AbortSignal | undefined;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const SEND_LIST_CACHE_MS = 10_000;
const PAGE_LIMIT = 100;

// A sent message stays the proof of its send wherever somebody moved it.
const ANYWHERE = { includeTrash: true, includeSpam: true, includeBlocked: true, includeUnauthenticated: true };

/** The MailProvider over AgentMail's SDK. Failures and `null` are those of the port. */
export function createAgentMail(options: AgentMailOptions): MailProvider {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const signal = options.signal ?? activitySignal;
  const client = new AgentMailClient({ apiKey: options.apiKey, baseUrl: options.baseUrl, maxRetries: 0 });
  const lists = createSendLists(client, timeoutMs, options.sendListCacheMs ?? SEND_LIST_CACHE_MS);
  const { drafts, messages, threads } = client.inboxes;

  const budget = (): Budget => ({ timeoutMs, signal: signal() });
  const ask = <T>(run: (sdk: SdkOptions) => Promise<T>) => call(budget(), run);

  const getMessage = (inboxId: string, messageId: string): Promise<ProviderMessage | null> =>
    nullIfGone(ask((sdk) => messages.get(inboxId, messageId, sdk)).then(toMessage));

  return {
    async createDraft(inboxId, write, { clientId }) {
      return toDraft(await ask((sdk) => drafts.create(inboxId, createRequest(write, clientId), sdk)));
    },

    replaceDraft: (inboxId, draftId, write, current) =>
      nullIfGone(ask((sdk) => drafts.update(inboxId, draftId, updateRequest(write, current), sdk)).then(toDraft)),

    getDraft: (inboxId, draftId) => nullIfGone(ask((sdk) => drafts.get(inboxId, draftId, sdk)).then(toDraft)),

    clearSendAt: (inboxId, draftId) =>
      nullIfGone(ask((sdk) => drafts.update(inboxId, draftId, { sendAt: null }, sdk)).then(toDraft)),

    async deleteDraft(inboxId, draftId) {
      await nullIfGone(ask((sdk) => drafts.delete(inboxId, draftId, sdk)));
    },

    async downloadDraftAttachment(inboxId, draftId, attachmentId) {
      const answer = await ask((sdk) => drafts.getAttachment(inboxId, draftId, attachmentId, sdk));
      return download(toDownloadUrl(answer), budget());
    },

    async sendDraft(inboxId, draftId, { idempotencyKey, label, timeoutMs: sendTimeoutMs }) {
      const send = (sdk: SdkOptions) =>
        drafts.send(inboxId, draftId, { addLabels: [label] }, { ...sdk, idempotencyKey });
      return toSent(await call({ timeoutMs: sendTimeoutMs, signal: signal() }, send));
    },

    async findMessageByLabel(inboxId, label) {
      const read = async (pageToken: string | undefined) => {
        const query = { labels: [label], limit: PAGE_LIMIT, pageToken, ...ANYWHERE };
        const page = toLabelledPage(await ask((sdk) => messages.list(inboxId, query, sdk)));
        return { items: page.messages, nextPageToken: page.nextPageToken };
      };
      for await (const items of pages(read)) {
        // A service that ignored the filter would turn any message into proof.
        const item = items.find(({ labels }) => labels.includes(label));
        if (!item) continue;
        const message = await getMessage(inboxId, item.messageId);
        // Listed but not readable is no answer to "did it leave": ask again later.
        if (!message) throw failure('agentmail.unexpected_response');
        return message;
      }
      return null;
    },

    getMessage,

    async downloadMessageAttachment(inboxId, messageId, attachmentId) {
      const answer = await ask((sdk) => messages.getAttachment(inboxId, messageId, attachmentId, sdk));
      return download(toDownloadUrl(answer), budget());
    },

    async threadOf(inboxId, messageId) {
      const message = await getMessage(inboxId, messageId);
      if (!message) return null;
      const read = async (pageToken: string | undefined) => {
        const query = { limit: PAGE_LIMIT, pageToken };
        const page = toThreadPage(await ask((sdk) => threads.get(inboxId, message.threadId, query, sdk)));
        return { items: page.messages, nextPageToken: page.nextPageToken };
      };
      // Pages run from the newest messages to the oldest; the sort makes one order of them.
      const all = await nullIfGone(allItems(read));
      return all?.toReversed().sort((a, b) => a.timestampMs - b.timestampMs) ?? null;
    },

    blockedRecipients: (inboxId, addresses) => lists.refused(inboxId, addresses),

    listInboxes: () =>
      allItems(async (pageToken) => {
        const page = toInboxPage(await ask((sdk) => client.inboxes.list({ limit: PAGE_LIMIT, pageToken }, sdk)));
        return { items: page.inboxes, nextPageToken: page.nextPageToken };
      }),

    async listDrafts({ limit, pageToken, afterMs }) {
      const query = { limit, pageToken, after: afterMs === undefined ? undefined : new Date(afterMs) };
      const page = toDraftPage(await ask((sdk) => client.drafts.list(query, sdk)));
      return { drafts: page.drafts, nextPageToken: page.nextPageToken ?? null };
    },

    async listMessages(inboxId, { limit, pageToken, afterMs }) {
      const query = { limit, pageToken, after: new Date(afterMs), ...ANYWHERE };
      const page = toMessagePage(await ask((sdk) => messages.list(inboxId, query, sdk)));
      return { messages: page.messages, nextPageToken: page.nextPageToken ?? null };
    },

    blockRecipient: (entry, scope) => lists.block(ask, entry, scope),
    unblockRecipient: (entry, scope) => lists.unblock(ask, entry, scope),

    ensureWebhook: createWebhooks(client, ask),
  };
}

/** Outside an activity (the API, the CLI) there is no context, and nothing to end a call but its time-out. */
function activitySignal(): AbortSignal | undefined {
  try {
    return Context.current().cancellationSignal;
  } catch {
    return undefined;
  }
}
