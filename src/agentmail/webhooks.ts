import type { AgentMailClient } from 'agentmail';
import { jsonDigest } from '../domain/digest.ts';
import { toWebhook, toWebhookPage, type WebhookAnswer } from './answers.ts';
import type { Ask } from './call.ts';
import { nullIfGone } from './errors.ts';
import { allItems } from './pages.ts';
import type { MailProvider, WebhookWish } from './port.ts';

/**
 * AgentMail can change neither a webhook's URL nor switch one on again, and does not say what a client id of a deleted
 * one gives. So ours are found by the beginning of their client id, and each new one has an id made of its URL and of
 * those it takes the place of: the same wish meets the same webhook, also when two processes wish at once.
 */
export function createWebhooks(client: AgentMailClient, ask: Ask): MailProvider['ensureWebhook'] {
  const ours = async (clientId: string): Promise<WebhookAnswer[]> => {
    const all = await allItems(async (pageToken) => {
      const page = toWebhookPage(await ask((sdk) => client.webhooks.list({ limit: 100, pageToken }, sdk)));
      return { items: page.webhooks, nextPageToken: page.nextPageToken };
    });
    return all.filter((webhook) => webhook.clientId?.startsWith(`${clientId}.`));
  };

  const create = async ({ url, clientId, eventTypes }: WebhookWish, stale: WebhookAnswer[]) => {
    const origin = jsonDigest([url, ...stale.map(({ webhookId }) => webhookId).sort()]).slice(-24);
    const request = { url, eventTypes, clientId: `${clientId}.${origin}` };
    return toWebhook(await ask((sdk) => client.webhooks.create(request, sdk)));
  };

  return async (wish) => {
    const found = await ours(wish.clientId);
    const fitting = found.find(({ url, enabled }) => url === wish.url && enabled);
    const stale = found.filter((webhook) => webhook !== fitting);
    let webhook = fitting ?? (await create(wish, stale));
    if (!sameSet(webhook.eventTypes, wish.eventTypes)) {
      const { webhookId } = webhook;
      webhook = toWebhook(await ask((sdk) => client.webhooks.update(webhookId, { eventTypes: wish.eventTypes }, sdk)));
    }
    // Only now: events of the change-over reach the old one or the new, never neither.
    for (const { webhookId } of stale) await nullIfGone(ask((sdk) => client.webhooks.delete(webhookId, sdk)));
    return { webhookId: webhook.webhookId, secret: webhook.secret };
  };
}

const sameSet = (one: string[], other: string[]) =>
  one.length === other.length && one.every((item) => other.includes(item));
