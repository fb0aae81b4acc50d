import { setTimeout as sleep } from 'node:timers/promises';
import { limitsFor } from '../domain/limits.ts';
import type { ActivityDeps } from './deps.ts';
import { addressesOf } from './preflight/index.ts';
import type { Sending } from './send.ts';

/**
 * Leave to post one request within all limits. `used`: a request leaves now; without it, releasing frees the slot at once.
 * `lasts`: whether nobody else can be given this place within so many ms.
 */
export type Slot =
  | { granted: true; lasts(ms: number): boolean; used(): void; release(): Promise<void> }
  | { granted: false; waitMs: number };

/** A slot is held for this long at most: longer than a request can be under way. */
const LEASE_MS = 60_000;
/** A wait this short is not worth a timer of the workflow's. */
const SHORT_MS = 1_000;
const SHORT_WAITS = 3;

const FREE: Slot = { granted: true, lasts: () => true, used: () => undefined, release: async () => undefined };

interface Asking extends Pick<Sending, 'row' | 'revision' | 'key'> {
  input: Pick<Sending['input'], 'hasTurn'>;
  attempts: Pick<Sending['attempts'], 'open'>;
}

/** Takes a slot in every limit this mail counts in, seconds ahead at most; else tells when to come again. */
export async function takeSlot({ store }: Pick<ActivityDeps, 'store'>, sending: Asking): Promise<Slot> {
  const { row, revision, input, key: holder, attempts } = sending;
  const recipientDomains = [
    ...new Set(addressesOf(revision).map((address) => address.slice(address.lastIndexOf('@') + 1))),
  ];
  const { limits, keyBlockedMs } = await store.sendLimits();
  const scopes = limitsFor({ inboxId: row.inboxId, recipientDomains, limits });
  if (scopes.length === 0 && keyBlockedMs === 0) return FREE;
  // The same each time it asks: under another name it would stand in line behind itself.
  const request = { scopes, holder, leaseMs: LEASE_MS };
  for (let waits = 0; ; waits += 1) {
    const askedAtMs = performance.now();
    const answer = await store.acquirePermit({ ...request, hasTurn: input.hasTurn || attempts.open > 0 || waits > 0 });
    if (answer.granted) return slotOf(answer.permitId, askedAtMs);
    if (answer.waitMs > SHORT_MS || waits >= SHORT_WAITS) return { granted: false, waitMs: answer.waitMs };
    await sleep(answer.waitMs);
  }

  function slotOf(permitId: string, askedAtMs: number): Slot {
    let used = false;
    return {
      granted: true,
      lasts: (ms) => performance.now() - askedAtMs + ms <= LEASE_MS,
      used: () => {
        used = true;
      },
      release: () => store.releasePermit(permitId, { used }),
    };
  }
}
