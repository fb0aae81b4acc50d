import { AgentMailClient } from 'agentmail';

/** Permissions with which a key gets mail past review. A key without a list of permissions has them all. */
const WAYS_PAST = { draftUpdate: 'draft_update', draftSend: 'draft_send', messageSend: 'message_send' } as const;

export interface ForeignSender {
  name: string;
  can: string[];
}

/**
 * The AgentMail keys, other than the given one, that could change or send drafts.
 * @throws the SDK's error when the key may not list keys, or the service cannot be reached
 */
export async function foreignSenders(options: { apiKey: string; baseUrl?: string }): Promise<ForeignSender[]> {
  const client = new AgentMailClient({ ...options, maxRetries: 0 });
  const found: ForeignSender[] = [];
  let pageToken: string | undefined;
  do {
    const page = await client.apiKeys.list({ limit: 100, pageToken }, { timeoutInSeconds: 10 });
    for (const key of page.apiKeys) {
      if ('prefix' in key && typeof key.prefix === 'string' && options.apiKey.startsWith(key.prefix)) continue;
      const { permissions } = key;
      const can = Object.entries(WAYS_PAST)
        .filter(
          ([permission]) =>
            permissions === undefined ||
            Object.entries(permissions).some(([name, given]) => name === permission && given),
        )
        .map(([, name]) => name);
      if (can.length > 0) found.push({ name: key.name ?? 'a key without a name', can });
    }
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return found;
}
