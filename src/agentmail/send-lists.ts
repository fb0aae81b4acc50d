import type { AgentMailClient } from 'agentmail';
import { bareAddress } from '../domain/content.ts';
import { toEntry, toEntryPage, toPodId } from './answers.ts';
import { type Ask, call } from './call.ts';
import { isFailure, nullIfGone } from './errors.ts';
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
  block(ask: Ask, entry: string, scope: { inboxId?: string; reason?: string }): Promise<'ours' | 'theirs'>;
  unblock(ask: Ask, entry: string, scope: { inboxId?: string; ifOurs?: boolean }): Promise<'theirs' | null>;
}

/** An address without its name, or a domain; both in lower case, as AgentMail keeps them. */
const entryOf = (recipient: string): string => bareAddress(recipient) ?? recipient.trim().toLowerCase();

const ORGANIZATION = 'organization';
/** Begins the reason of every entry put there by us: a repeat after a lost answer knows its own. */
const OURS = 'Countersign: ';
const inboxKey = (inboxId: string) => `inbox:${inboxId}`;

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
        remember(inboxKey(inboxId), () => readable(inboxLists(inboxId))),
        remember(`pod:${inboxId}`, () => readable(podLists(inboxId))),
        remember(ORGANIZATION, () => readable(organizationLists())),
      ]);
      const known = scopes.filter((scope) => scope !== null);
      return addresses.filter((recipient) => {
        const address = bareAddress(recipient);
        return address !== null && isRefused(address, known);
      });
    },

    async block(ask, recipient, { inboxId, reason }) {
      const entry = entryOf(recipient);
      const known = await ownerOf(ask, entry, inboxId);
      if (known !== null) return known;
      const request = { entry, reason: `${OURS}${reason ?? 'suppressed'}` };
      try {
        await ask<unknown>((o) =>
          inboxId === undefined
            ? client.lists.create('send', 'block', request, o)
            : client.inboxes.lists.create(inboxId, 'send', 'block', request, o),
        );
        return 'ours';
      } catch (error) {
        // AgentMail's answer for an entry it has already is not documented: whatever it was, the entry is what counts.
        const taken = isFailure(error, 'agentmail.conflict') || isFailure(error, 'agentmail.forbidden');
        const owner = taken ? await ownerOf(ask, entry, inboxId) : null;
        if (owner === null) throw error;
        return owner;
      } finally {
        forget(inboxId);
      }
    },

    async unblock(ask, recipient, { inboxId, ifOurs = false }) {
      const entry = entryOf(recipient);
      if (ifOurs) {
        const owner = await ownerOf(ask, entry, inboxId);
        if (owner !== 'ours') return owner;
      }
      await nullIfGone(
        ask<unknown>((o) =>
          inboxId === undefined
            ? client.lists.delete('send', 'block', entry, o)
            : client.inboxes.lists.delete(inboxId, 'send', 'block', entry, o),
        ),
      );
      forget(inboxId);
      return null;
    },
  };

  function forget(inboxId: string | undefined): void {
    remember.forget(inboxId === undefined ? ORGANIZATION : inboxKey(inboxId));
  }

  /** Who put an entry there; null: nobody did. */
  async function ownerOf(ask: Ask, entry: string, inboxId: string | undefined): Promise<'ours' | 'theirs' | null> {
    const found = await nullIfGone(
      ask<unknown>((o) =>
        inboxId === undefined
          ? client.lists.get('send', 'block', entry, o)
          : client.inboxes.lists.get(inboxId, 'send', 'block', entry, o),
      ),
    );
    if (found === null) return null;
    return toEntry(found).reason?.startsWith(OURS) ? 'ours' : 'theirs';
  }
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
