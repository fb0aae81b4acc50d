import { AgentMailClient, serialization } from 'agentmail';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/index.ts';

/** What the SDK itself skips: every answer of the emulator is checked against the SDK's own schema of the route. */
interface SdkSchema {
  parseOrThrow(raw: unknown, options: { unrecognizedObjectKeys: 'fail' }): unknown;
}

const { inboxes, webhooks } = serialization;

const SCHEMAS: [RegExp, SdkSchema][] = [
  [/^GET \/v0\/auth\/me$/, serialization.Identity],
  [/^GET \/v0\/inboxes$/, inboxes.ListInboxesResponse],
  [/^POST \/v0\/inboxes$/, inboxes.Inbox],
  [/^(GET|PATCH) \/v0\/inboxes\/[^/]+$/, inboxes.Inbox],
  [/^GET \/v0(\/inboxes\/[^/]+)?\/drafts$/, serialization.ListDraftsResponse],
  [/^POST \/v0\/inboxes\/[^/]+\/drafts$/, serialization.Draft],
  [/^(GET|PATCH) \/v0(\/inboxes\/[^/]+)?\/drafts\/[^/]+$/, serialization.Draft],
  [/\/attachments\/[^/]+$/, serialization.AttachmentResponse],
  [/^POST .*\/(send|reply|reply-all|forward)$/, serialization.SendMessageResponse],
  [/^GET \/v0\/inboxes\/[^/]+\/messages$/, serialization.ListMessagesResponse],
  [/^POST .*\/messages\/batch-get$/, serialization.BatchGetMessagesResponse],
  [/^POST .*\/messages\/batch-update$/, serialization.BatchUpdateMessagesResponse],
  [/^GET .*\/messages\/[^/]+\/raw$/, serialization.RawMessageResponse],
  [/^GET .*\/messages\/[^/]+$/, serialization.Message],
  [/^PATCH .*\/messages\/[^/]+$/, serialization.UpdateMessageResponse],
  [/^GET .*\/threads$/, serialization.ListThreadsResponse],
  [/^GET .*\/threads\/[^/]+$/, serialization.Thread],
  [/^PATCH .*\/threads\/[^/]+$/, serialization.UpdateThreadResponse],
  [/^GET \/v0\/inboxes\/[^/]+\/lists\/[^/]+\/[^/]+$/, serialization.PodListListEntriesResponse],
  [/\/v0\/inboxes\/[^/]+\/lists\//, serialization.PodListEntry],
  [/^GET \/v0\/lists\/[^/]+\/[^/]+$/, serialization.ListListEntriesResponse],
  [/\/v0\/lists\//, serialization.ListEntry],
  [/^GET .*\/webhooks$/, webhooks.ListWebhooksResponse],
  [/\/webhooks(\/[^/]+)?$/, webhooks.Webhook],
  [/^GET .*\/api-keys$/, serialization.ListApiKeysResponse],
  [/^POST .*\/api-keys$/, serialization.CreateApiKeyResponse],
  [/\/api-keys\/[^/]+$/, serialization.ApiKey],
];

const checkedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const url = new URL(input instanceof Request ? input.url : input);
  const route = `${init?.method ?? 'GET'} ${url.pathname}`;
  const text = await response.clone().text();
  if (text === '') return response;
  const options = { unrecognizedObjectKeys: 'fail' } as const;
  if (!response.ok) {
    const schema = response.status === 400 ? serialization.ValidationErrorResponse : serialization.ErrorResponse;
    schema.parseOrThrow(JSON.parse(text), options);
    return response;
  }
  const found = SCHEMAS.find(([pattern]) => pattern.test(route));
  if (!found) throw new Error(`no SDK schema is named for ${route}`);
  found[1].parseOrThrow(JSON.parse(text), options);
  return response;
};

export function connect(url: string, apiKey = 'am_any'): AgentMailClient {
  return new AgentMailClient({ apiKey, baseUrl: url, maxRetries: 0, fetch: checkedFetch });
}

export const INBOX = 'support@acme.test';

export interface Bench {
  readonly emulator: Emulator;
  readonly client: AgentMailClient;
}

/** One emulator a file, emptied before each test, with the inbox `support@acme.test` in it. */
export function useEmulator(): Bench {
  let emulator: Emulator | undefined;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(async () => {
    await emulator?.close();
  });
  const bench: Bench = {
    get emulator() {
      if (!emulator) throw new Error('the emulator starts in beforeAll');
      return emulator;
    },
    get client() {
      return connect(bench.emulator.url);
    },
  };
  beforeEach(async () => {
    await bench.emulator.control.reset();
    await bench.client.inboxes.create({ username: 'support', domain: 'acme.test', displayName: 'Acme Support' });
  });
  return bench;
}

export interface Refusal {
  kind: string;
  statusCode: number | undefined;
  code: unknown;
}

/** How a call was refused; fails when it was not. */
export async function refusalOf(call: PromiseLike<unknown>): Promise<Refusal> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { statusCode, body } = error as Error & { statusCode?: number; body?: { code?: unknown } };
    return { kind: error.constructor.name, statusCode, code: body?.code };
  }
  throw new Error('the call was expected to be refused');
}

export async function until<T>(probe: () => Promise<T | undefined>, what: string, timeoutMs = 8_000): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const base64 = (text: string): string => Buffer.from(text).toString('base64');
