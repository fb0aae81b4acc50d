import type { AgentMailClient } from 'agentmail';
import { bareAddress } from '../domain/content.ts';
import { toEntryPage, toPodId } from './answers.ts';
import { call } from './call.ts';
import { isFailure } from './errors.ts';
import { createMemory } from './memory.ts';
import { allItems } from './pages.ts';

/** The send lists of one scope: entries are lower-case addresses or domains. */
interface ScopeLists {
  allow: ReadonlySet<string>;
  block: ReadonlySet<string>;
}

/**
 * Whether AgentMail would refuse a send to `address` (bare, lower case). Scopes come narrowest first (inbox, pod,
 * organization), and the first with a matching entry decides; within one, the address comes before its domain and a
 * block before an allow. Without any match, an allow list with entries at any scope refuses everybody else. (The
 * published rules leave that last case open; AgentMail's own answer to the send is what counts.) A domain entry
 * covers that domain, not its subdomains.
 */
function isRefused(address: string, scopes: ScopeLists[]): boolean {
  const entries = [address, address.slice(address.lastIndexOf('@') + 1)];
  for (const { allow, block } of scopes) {
    for (const entry of entries) {
      if (block.has(entry)) return true;
      if (allow.has(entry)) return false;
    }
  }
  return scopes.some(({ allow }) => allow.size > 0);
}

type EntryRoute = (type: 'allow' | 'block', pageToken: string | undefined) => Promise<unknown>;

interface SendLists {
  refused(inboxId: string, addresses: string[]): Promise<string[]>;
}

/**
 * Reads and remembers send lists. A read serves several callers, so no caller's cancellation ends it. A scope the
 * key may not read is left out: AgentMail applies its lists at the send anyway, this only tells it earlier.
 */
export function createSendLists(client: AgentMailClient, timeoutMs: number, cacheMs: number): SendLists {
  const remember = createMemory<ScopeLists | null>(cacheMs);
  const rememberPod = createMemory<string>(Number.POSITIVE_INFINITY);
  const page = { limit: 100 };

  const inboxLists = (inboxId: string) =>
    readScope((type, pageToken) =>
      call({ timeoutMs }, (o) => client.inboxes.lists.list(inboxId, 'send', type, { ...page, pageToken }, o)),
    );
  const podLists = async (inboxId: string) => {
    const podId = await rememberPod(inboxId, async () =>
      toPodId(await call({ timeoutMs }, (o) => client.inboxes.get(inboxId, o))),
    );
    return readScope((type, pageToken) =>
      call({ timeoutMs }, (o) => client.pods.lists.list(podId, 'send', type, { ...page, pageToken }, o)),
    );
  };
  const organizationLists = () =>
    readScope((type, pageToken) =>
      call({ timeoutMs }, (o) => client.lists.list('send', type, { ...page, pageToken }, o)),
    );

  return {
    async refused(inboxId, addresses) {
      const scopes = await Promise.all([
        remember(`inbox:${inboxId}`, () => readable(inboxLists(inboxId))),
        remember(`pod:${inboxId}`, () => readable(podLists(inboxId))),
        remember('organization', () => readable(organizationLists())),
      ]);
      const known = scopes.filter((scope) => scope !== null);
      return addresses.filter((recipient) => {
        const address = bareAddress(recipient);
        return address !== null && isRefused(address, known);
      });
    },
  };
}

async function readScope(read: EntryRoute): Promise<ScopeLists> {
  const list = async (type: 'allow' | 'block') => {
    const entries = await allItems(async (pageToken) => {
      const { entries, nextPageToken } = toEntryPage(await read(type, pageToken));
      return { items: entries, nextPageToken };
    });
    return new Set(entries.map(({ entry }) => entry.toLowerCase()));
  };
  const [allow, block] = await Promise.all([list('allow'), list('block')]);
  return { allow, block };
}

async function readable(lists: Promise<ScopeLists>): Promise<ScopeLists | null> {
  try {
    return await lists;
  } catch (error) {
    const hidden = (['agentmail.missing_permission', 'agentmail.forbidden', 'agentmail.not_found'] as const).some(
      (type) => isFailure(error, type),
    );
    if (hidden) return null;
    throw error;
  }
}
