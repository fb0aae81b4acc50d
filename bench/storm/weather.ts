import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultInput, FaultRecord } from '../../emulator/faults/rule.ts';
import type { Part } from '../support/part.ts';
import type { Stack } from '../support/stack.ts';
import type { Ledger } from './ledger.ts';
import { Random } from './random.ts';

export interface WeatherOptions {
  seed: number;
  /** Mean pause between two faults of AgentMail. */
  mailFaultMs: number;
  /** Mean pause between two kills of a worker, and of anything else. */
  workerKillMs: number;
  otherKillMs: number;
  /** Times an inbox is paused for some seconds. */
  pauses: number;
  /** Mean time before each of them. */
  pauseEveryMs: number;
  /** Whether some answers take longer than the sender waits. */
  verySlow: boolean;
}

export interface Weather {
  /** Kills by the part's kind. */
  kills: Record<string, number>;
  /** Ends the faults, also those still to come; resolves when every part runs again. */
  calm(): Promise<void>;
  /** Faults of AgentMail that struck, by kind. */
  strikes(): Promise<Record<string, number>>;
  /** Whether everything was killed at least once. */
  complete(): boolean;
}

const INBOX = '/v0/inboxes/*';
const ROUTES = {
  send: `POST ${INBOX}/drafts/*/send`,
  read: `GET ${INBOX}/drafts/*`,
  create: `POST ${INBOX}/drafts`,
  write: `PATCH ${INBOX}/drafts/*`,
  remove: `DELETE ${INBOX}/drafts/*`,
  evidence: `GET ${INBOX}/messages`,
  readBack: `GET ${INBOX}/messages/*`,
  lists: `GET ${INBOX}/lists/send/*`,
};
type Route = keyof typeof ROUTES;

/** Lets it storm until `calm` is called: faults of AgentMail, kills of every part, paused inboxes. */
export function startWeather(stack: Stack, ledger: Ledger, options: WeatherOptions): Weather {
  const stop = new AbortController();
  const kills: Record<string, number> = { worker: 0, API: 0, emulator: 0, Temporal: 0, PostgreSQL: 0 };
  const { api, emulator, temporal, postgres, workers } = stack.parts;
  const others = [emulator, api, temporal, postgres];
  const takenBack: FaultRecord[] = [];
  let calm: Promise<void> | undefined;
  const pause = (random: Random, meanMs: number) =>
    sleep(meanMs * (0.5 + random.next()), undefined, { signal: stop.signal }).catch(() => undefined);

  async function mailFaults(): Promise<void> {
    const random = new Random(options.seed + 1);
    while (!stop.signal.aborted) {
      // The emulator itself may be down just now.
      if ((await outstanding(stack)) < MAX_OUTSTANDING) {
        await stack.mail.addFault(nextFault(random, options.verySlow)).catch(() => undefined);
      }
      // The last few would be struck by every fault there is.
      await pause(random, options.mailFaultMs * Math.max(1, FEW / Math.max(1, ledger.open)));
    }
  }

  /** What has not struck when it calms down would strike the last few again and again. */
  async function takeBack(): Promise<void> {
    for (const fault of (await stack.mail.faults()).filter(isOutstanding)) {
      // It strikes once, and its record says which draft.
      if (fault.rule.kind === 'delete_draft') continue;
      await stack.mail.removeFault(fault.id);
      takenBack.push(fault);
    }
  }

  async function calmDown(): Promise<void> {
    stop.abort();
    await Promise.all(fronts);
    await takeBack();
  }

  async function crashes(random: Random, meanMs: number, next: (n: number) => Part | undefined, kind?: string) {
    for (let n = 0; ; n += 1) {
      await pause(random, meanMs);
      if (stop.signal.aborted) return;
      const part = next(n);
      if (!part) continue;
      await part.kill();
      kills[kind ?? part.name] = (kills[kind ?? part.name] ?? 0) + 1;
      await sleep(random.between(100, 2_500));
      await part.start();
    }
  }

  async function pauses(): Promise<void> {
    const random = new Random(options.seed + 2);
    for (let n = 0; n < options.pauses && !stop.signal.aborted; n += 1) {
      await pause(random, options.pauseEveryMs);
      // In an autonomous one drafts are ready without anybody; every other time it is one of those.
      const inbox = `storm-${n % 2 === 0 ? random.between(6, 7) : random.between(0, 7)}@countersign.test`;
      await setPaused(stack, inbox, true);
      const record = { inbox, fromMs: Date.now(), untilMs: null as number | null };
      ledger.pauses.push(record);
      await pause(random, 8_000);
      record.untilMs = Date.now();
      await setPaused(stack, inbox, false);
    }
  }

  const workerRandom = new Random(options.seed + 3);
  const otherRandom = new Random(options.seed + 4);
  const fronts = [
    mailFaults(),
    pauses(),
    crashes(workerRandom, options.workerKillMs, () => workers[workerRandom.between(0, workers.length - 1)], 'worker'),
    // Each of them once, then as it comes.
    crashes(
      otherRandom,
      options.otherKillMs,
      (n) => others[n < others.length ? n : otherRandom.between(0, others.length - 1)],
    ),
  ];
  return {
    kills,
    complete: () => Object.values(kills).every((count) => count > 0),
    calm: () => (calm ??= calmDown()),
    strikes: async () => strikesOf([...takenBack, ...(await stack.mail.faults())]),
  };
}

/** With fewer drafts than this under way, AgentMail fails less often. */
const FEW = 40;

/** Faults that wait for their request: more would pile up while little is asked for, and then strike everything. */
const MAX_OUTSTANDING = 6;

async function outstanding(stack: Stack): Promise<number> {
  const faults = await stack.mail.faults().catch(() => []);
  return faults.filter(isOutstanding).length;
}

const isOutstanding = ({ rule, hits }: FaultRecord) => hits < (rule.times ?? 1);

function nextFault(random: Random, verySlow: boolean): FaultInput {
  const route: Route = random.weighted({
    ...{ send: 44, read: 16, create: 11, write: 8 },
    ...{ remove: 4, evidence: 8, readBack: 6, lists: 3 },
  });
  const base = { route: ROUTES[route], times: random.between(1, 3), skip: random.between(0, 3) };
  const when = random.chance(0.5) ? ('before' as const) : ('after' as const);
  const aDraft = route === 'send' || route === 'read' || route === 'write';
  const kind = random.weighted({
    ...{ lose_response: 24, reset_before: 18, slow: 16, too_many: 14, unavailable: 20 },
    delete_draft: aDraft ? 8 : 0,
  });
  switch (kind) {
    case 'lose_response':
    case 'reset_before':
      return { ...base, kind };
    case 'slow': {
      // Longer than a send request is waited for: it is carried out when nobody listens any more.
      const tooSlow = verySlow && route === 'send' && random.chance(0.15);
      return { ...base, kind, when, delayMs: tooSlow ? 22_000 : random.between(200, 5_000) };
    }
    case 'too_many':
      return { ...base, kind: 'status', status: 429, retryAfterSeconds: random.between(1, 3) };
    case 'unavailable':
      return { ...base, kind: 'status', status: random.between(500, 504), when };
    case 'delete_draft':
      return { ...base, kind, when, times: 1 };
  }
}

async function setPaused(stack: Stack, inbox: string, paused: boolean): Promise<void> {
  for (;;) {
    try {
      await stack.operator.inboxes.update(inbox, { paused });
      return;
    } catch {
      await sleep(300);
    }
  }
}

/** Drafts of AgentMail that a fault deleted around a request. */
export async function deletedAround(stack: Stack): Promise<Set<string>> {
  const deletions = (await stack.mail.faults()).filter(({ rule }) => rule.kind === 'delete_draft');
  return new Set(deletions.flatMap(({ draftIds }) => draftIds));
}

function strikesOf(faults: FaultRecord[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { rule, hits } of faults) {
    const kind = rule.kind === 'status' ? (rule.status === 429 ? '429' : '5xx') : rule.kind;
    counts[kind] = (counts[kind] ?? 0) + hits;
  }
  return counts;
}
