import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitsFor, type SendLimit } from '../../src/domain/limits.ts';
import type { Store } from '../../src/store/index.ts';
import { ENGINES, type TestStore } from '../store/engines.ts';
import { unique } from '../store/fixtures.ts';
import { Crowd, seeded } from './crowd.ts';

const WORKERS = 5;
const PER_MS = 500;
const COUNT = 20;
const seed = Date.now() % 1_000_000;

const domainOf = (place: number) => `d${place % 2}.example`;
function scopesOf(limits: SendLimit[], inboxId: string, place: number) {
  return limitsFor({ inboxId, recipientDomains: [domainOf(place)], limits });
}

describe.each(ENGINES)('permits for five workers on $engine', ({ open }) => {
  let opened: TestStore;
  const workers: Store[] = [];
  beforeAll(async () => {
    opened = await open({ postgres: { poolSize: 4 } });
    for (let i = 0; i < WORKERS; i++) {
      workers.push((await opened.openAnother?.({ migrate: false, postgres: { poolSize: 4 } })) ?? opened.store);
    }
  });
  afterAll(async () => {
    if (opened.openAnother) await Promise.all(workers.map((worker) => worker.close()));
    await opened.close();
  });
  /** The embedded engine shares its thread with the drafts: what it measures there is the thread. */
  const shared = () => opened.openAnother !== undefined;
  const worker = (i: number): Store => workers[i % WORKERS] ?? opened.store;

  it(`let no window of the provider see more than the limit, and use the limit (seed ${seed})`, async () => {
    const crowd = new Crowd({ leaseMs: shared() ? 400 : 3_000, random: seeded(seed), crashes: 0.03, wayMs: 30 });
    const inboxId = unique('inbox');
    const total = shared() ? 250 : 60;
    const limits: SendLimit[] = [{ kind: 'inbox', target: '*', count: COUNT, perMs: PER_MS }];
    const drafts = Array.from({ length: total }, (_, i) =>
      crowd.send(worker(i), inboxId, i, scopesOf(limits, inboxId, i)),
    );
    await Promise.all(drafts);
    const perSecond = crowd.perSecond();
    expect(crowd.arrivals.length).toBe(total);
    expect(crowd.busiest(PER_MS)).toBeLessThanOrEqual(COUNT);
    if (shared()) expect(perSecond).toBeGreaterThan(0.7 * COUNT * (1_000 / PER_MS));
    // Told once when to come, and now and then a second time: nobody polls.
    if (shared()) expect(crowd.asked).toBeLessThan(total * 5);
  });

  it(`hold every limit of several at once, under deaths at any point (seed ${seed})`, async () => {
    const crowd = new Crowd({ leaseMs: 300, random: seeded(seed + 1), crashes: 0.1, wayMs: 60 });
    const inboxes = ['a', 'b', 'c'].map(unique);
    const limits: SendLimit[] = [
      { kind: 'organization', target: '*', count: 12, perMs: PER_MS },
      { kind: 'organization', target: '*', count: 40, perMs: 2_000 },
      { kind: 'inbox', target: '*', count: 5, perMs: PER_MS },
      { kind: 'recipient_domain', target: 'd0.example', count: 4, perMs: PER_MS },
    ];
    const drafts = Array.from({ length: 120 }, (_, i) => {
      const inboxId = inboxes[i % inboxes.length] ?? '';
      return crowd.send(worker(i), inboxId, i, scopesOf(limits, inboxId, i));
    });
    await Promise.all(drafts);
    expect(crowd.arrivals.length).toBe(120);
    expect(crowd.busiest(PER_MS)).toBeLessThanOrEqual(12);
    expect(crowd.busiest(2_000)).toBeLessThanOrEqual(40);
    for (const inbox of inboxes) {
      expect(crowd.busiest(PER_MS, ({ inboxId }) => inboxId === inbox)).toBeLessThanOrEqual(5);
    }
    expect(crowd.busiest(PER_MS, ({ place }) => domainOf(place) === 'd0.example')).toBeLessThanOrEqual(4);
  });

  it('keep the order within an inbox, and do not let its many drafts starve the few of another', async () => {
    const crowd = new Crowd({ leaseMs: 2_000, random: seeded(seed + 2), crashes: 0, wayMs: 10 });
    const [big, small] = [unique('big'), unique('small')];
    const limits: SendLimit[] = [{ kind: 'organization', target: '*', count: COUNT, perMs: PER_MS }];
    const sends: Promise<void>[] = [];
    const many = shared() ? 500 : 120;
    for (let i = 0; i < many; i++) sends.push(crowd.send(worker(i), big, i, scopesOf(limits, big, i)));
    await sends[COUNT - 1];
    const fromMs = performance.now();
    for (let i = 0; i < 5; i++) sends.push(crowd.send(worker(i), small, i, scopesOf(limits, small, i)));
    await Promise.all(sends);
    expect(crowd.busiest(PER_MS)).toBeLessThanOrEqual(COUNT);

    const of = (inbox: string) => crowd.arrivals.filter(({ inboxId }) => inboxId === inbox);
    const lastSmallMs = Math.max(...of(small).map(({ atMs }) => atMs)) - fromMs;
    const lastBigMs = Math.max(...of(big).map(({ atMs }) => atMs)) - fromMs;
    expect(lastSmallMs).toBeLessThan(shared() ? lastBigMs / 4 : lastBigMs);
    // How far each draft was from its place in the order of asking, on average.
    const moved = of(big).map(({ place }, i) => Math.abs(place - i));
    expect(moved.reduce((sum, by) => sum + by, 0) / moved.length).toBeLessThan(many / 8);
  });
});
