import { setTimeout as sleep } from 'node:timers/promises';
import type { RateScope } from '../../src/domain/limits.ts';
import type { Store } from '../../src/store/index.ts';

export interface Arrival {
  atMs: number;
  inboxId: string;
  /** Place in the order in which the drafts of this inbox asked first. */
  place: number;
}

export interface CrowdOptions {
  leaseMs: number;
  /** Numbers from 0 to 1, repeatable. */
  random: () => number;
  /** Part of the holders that die before they release. */
  crashes: number;
  /** The longest way to the provider, and back, in ms. */
  wayMs: number;
}

/** A provider that notes when requests arrive, and drafts that ask for permits as the send does. */
export class Crowd {
  readonly arrivals: Arrival[] = [];
  asked = 0;
  readonly #options: CrowdOptions;

  constructor(options: CrowdOptions) {
    this.#options = options;
  }

  /** One draft: asks, waits for as long as it is told, sends, releases. */
  async send(store: Store, inboxId: string, place: number, scopes: readonly RateScope[]): Promise<void> {
    const { leaseMs, random, crashes, wayMs } = this.#options;
    for (let hasTurn = false; ; hasTurn = true) {
      this.asked += 1;
      const askedMs = performance.now();
      const answer = await store.acquirePermit({ scopes, holder: `${inboxId}#${place}`, leaseMs, hasTurn });
      if (!answer.granted) {
        await sleep(answer.waitMs);
        continue;
      }
      const dies = random() < crashes;
      await sleep(random() * wayMs);
      // As the send does: who came too late to be done within its lease gives the permit back.
      if (performance.now() - askedMs > leaseMs - wayMs) {
        await store.releasePermit(answer.permitId, { used: false });
        continue;
      }
      // One that dies may have sent its request just before.
      if (!dies || random() < 0.5) this.arrivals.push({ atMs: performance.now(), inboxId, place });
      if (dies) {
        if (this.arrivals.at(-1)?.place === place) return;
        continue;
      }
      await sleep(random() * wayMs);
      return store.releasePermit(answer.permitId);
    }
  }

  /** The most requests any window of `perMs` saw, wherever it begins. */
  busiest(perMs: number, of: (arrival: Arrival) => boolean = () => true): number {
    const times = this.arrivals.filter(of).map(({ atMs }) => atMs);
    times.sort((a, b) => a - b);
    let most = 0;
    for (let from = 0, to = 0; from < times.length; from++) {
      while (to < times.length && (times[to] ?? 0) < (times[from] ?? 0) + perMs) to += 1;
      most = Math.max(most, to - from);
    }
    return most;
  }

  /** Requests a second, from the first arrival to the last. */
  perSecond(): number {
    const times = this.arrivals.map(({ atMs }) => atMs).sort((a, b) => a - b);
    return ((times.length - 1) * 1_000) / ((times.at(-1) ?? 0) - (times[0] ?? 0));
  }
}

/** Mulberry32: small, seeded, good enough to spread delays. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
