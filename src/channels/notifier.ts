import type { Logger } from 'pino';
import { kindOf, type OpenChannels, planTellings, type Subscriber } from './plan.ts';
import type { AuditRow, Store, Telling } from './types.ts';

const READER = 'reviews';
const PAGE = 200;
const DUE_LIMIT = 200;
/** Digests become due without any event, and what was cut off is found. */
const POLL_MS = 15_000;

export interface NotifierParts {
  store: Store;
  open: OpenChannels;
  /** Starts telling a bundle unless that runs already. False when Temporal did not take it. */
  start: (bundle: string) => Promise<boolean>;
  clock: () => number;
  log: Pick<Logger, 'warn'>;
}

export interface Notifier {
  /** Reads what happened since the last time and starts telling it. Answers how many tellings it made. */
  step(): Promise<number>;
  close(): Promise<void>;
}

/**
 * Turns the audit log into tellings. Its place in the log moves in the same transaction as what it made, and only from
 * where it read: any number of processes may run it, none loses an event and none tells one twice.
 */
export function createNotifier({ store, open, start, clock, log }: NotifierParts): Notifier {
  async function read(): Promise<Telling[]> {
    const all: Telling[] = [];
    for (;;) {
      const place = await store.readerAt(READER, await store.latestEventId());
      const events = await store.eventsAfter(place, PAGE);
      const last = events.at(-1);
      if (last === undefined) return all;
      const made = await plan(events);
      if (await store.advanceReader(READER, place, last.id, made)) all.push(...made);
      if (events.length < PAGE) return all;
    }
  }

  async function plan(events: AuditRow[]): Promise<Telling[]> {
    const concerned = events.filter((event) => kindOf(event) !== null);
    if (concerned.length === 0) return [];
    const subscribers = await subscribersNow();
    const away = new Set((await store.absentAt(clock())).keys());
    const made: Telling[] = [];
    for (const event of concerned) {
      const { draftId } = event;
      const draft = await store.getDraft(draftId);
      if (draft === null) continue;
      const nowMs = clock();
      const assigned = (await store.assignmentsOf([draftId], nowMs)).get(draftId);
      const routing = (await store.routingsOf([draftId])).get(draftId);
      const looks = new Map<string, number | null>();
      for (const { userId } of subscribers) {
        looks.set(userId, (await store.lastLook(userId, draftId))?.revision ?? null);
      }
      const told = [...(await store.tellingsOf(draftId)), ...made.filter((one) => one.draftId === draftId)];
      const seenBy = (personId: string) => looks.get(personId) ?? null;
      made.push(
        ...planTellings(event, {
          open,
          draft,
          subscribers,
          told,
          assigneeId: assigned?.personId ?? null,
          group: routing?.groupName ?? null,
          away,
          seenBy,
          nowMs,
        }),
      );
    }
    return made;
  }

  async function subscribersNow(): Promise<Subscriber[]> {
    const wants = new Map((await store.listNotifications()).map((one) => [one.personId, one]));
    return (await store.listUsers()).flatMap((user) => {
      const settings = wants.get(user.userId);
      return settings && (settings.email || settings.slackUserId !== null) ? [{ ...user, wants: settings }] : [];
    });
  }

  async function step(): Promise<number> {
    const made = await read();
    const fresh = new Set(made.filter(({ dueAtMs }) => dueAtMs <= clock()).map(({ bundle }) => bundle));
    // Others may have been cut off between making and starting, and digests come due.
    const due = new Set([...fresh, ...(await store.dueBundles(clock(), DUE_LIMIT))]);
    for (const bundle of due) await start(bundle);
    return made.length;
  }

  // One step at a time; a call while one runs makes it go once more.
  let running: Promise<void> | null = null;
  let again = false;
  let closed = false;
  const wake = () => {
    again = true;
    running ??= run().finally(() => {
      running = null;
    });
  };
  async function run() {
    while (again && !closed) {
      again = false;
      await step().catch((error: unknown) => log.warn({ err: error }, 'reviewers could not be told; trying again'));
    }
  }
  const timer = setInterval(wake, POLL_MS).unref();
  const listening = store.onEvents(wake);
  listening.then(wake, (error: unknown) => log.warn({ err: error }, 'the audit log is only polled'));

  return {
    step,
    async close() {
      closed = true;
      clearInterval(timer);
      await (await listening.catch(() => undefined))?.();
      await running;
    },
  };
}
