import { setTimeout as sleep } from 'node:timers/promises';
import { openStore } from '../../src/store/index.ts';
import { MAIL_KEY, type Stack, type StackOptions, startStack } from './stack.ts';

export interface RateOptions extends StackOptions {
  /** Drafts of the busy inbox; the quiet one has a tenth of them. */
  drafts: number;
  /** At most so many requests a second: for each inbox, and for both together. */
  perSecond: number;
  /** For how long drafts are prepared before all are due. */
  leadMs: number;
  signal?: AbortSignal;
}

export interface RateResult {
  busy: InboxRate;
  quiet: InboxRate;
  /** Most messages of both inboxes in any second. */
  peakOfBoth: number;
}

export interface InboxRate {
  wanted: number;
  /** Drafts of which at least one message was accepted. */
  sent: number;
  /** Messages beyond one a draft. */
  doubled: number;
  early: number;
  /** Most messages that AgentMail accepted within any second. */
  peak: number;
  /** From the due time to the last message. */
  lastMs: number;
}

const WINDOW_MS = 1_000;
const GIVE_UP_MS = 300_000;

/**
 * Two inboxes whose drafts are all due at once, a limit on each and (`shared`) on both together, any number of workers:
 * what AgentMail saw a second.
 */
export async function measureRate(options: RateOptions, limited: 'each_inbox' | 'organization'): Promise<RateResult> {
  const stack = await startStack(options);
  try {
    return await measure(stack, options, limited);
  } finally {
    await stack.close();
  }
}

const BUSY = 'busy@countersign.test';
const QUIET = 'quiet@countersign.test';

async function measure(stack: Stack, options: RateOptions, limited: 'each_inbox' | 'organization') {
  const { drafts, perSecond, signal, report } = options;
  const store = await openStore({ databaseUrl: stack.databaseUrl }, { migrate: false });
  const window = [{ count: perSecond, perMs: WINDOW_MS }];
  if (limited === 'organization') await store.putLimits('organization', '*', window);
  else for (const inbox of [BUSY, QUIET]) await store.putLimits('inbox', inbox, window);
  await store.close();
  for (const inbox of [BUSY, QUIET]) await prepare(stack, inbox);

  const dueAtMs = Date.now() + options.leadMs;
  const wanted = { [BUSY]: drafts, [QUIET]: Math.max(1, Math.round(drafts / 10)) };
  // The busy inbox asks first for everything.
  for (const [inbox, count] of Object.entries(wanted)) await ask(stack, inbox, count, dueAtMs, signal);
  if (Date.now() > dueAtMs) throw new Error('The drafts were not asked for in time: give a larger lead');
  report(`${drafts} drafts are due in ${Math.round((dueAtMs - Date.now()) / 1_000)} s`);
  const total = wanted[BUSY] + wanted[QUIET];
  let accepted: { inboxId: string; subject: string; atMs: number }[] = [];
  const distinct = (messages: typeof accepted) => new Set(messages.map((one) => `${one.inboxId} ${one.subject}`)).size;
  while (distinct(accepted) < total && Date.now() < dueAtMs + GIVE_UP_MS) {
    await sleep(2_000, undefined, { signal });
    const { messages } = await stack.mail.outbox();
    accepted = messages.map(({ inboxId, subject = '', acceptedAt }) => ({
      ...{ inboxId, subject, atMs: Date.parse(acceptedAt) },
    }));
  }
  const of = (inbox: typeof BUSY | typeof QUIET): InboxRate => {
    const messages = accepted.filter(({ inboxId }) => inboxId === inbox);
    const times = messages.map(({ atMs }) => atMs);
    const sent = distinct(messages);
    return {
      ...{ wanted: wanted[inbox], sent, doubled: messages.length - sent, peak: peakOf(times) },
      early: times.filter((atMs) => atMs < dueAtMs).length,
      lastMs: Math.max(...times) - dueAtMs,
    };
  };
  return { busy: of(BUSY), quiet: of(QUIET), peakOfBoth: peakOf(accepted.map(({ atMs }) => atMs)) };
}

/** Most of them within any window of a second. */
export function peakOf(timesMs: number[]): number {
  const sorted = timesMs.toSorted((a, b) => a - b);
  let from = 0;
  let peak = 0;
  for (const [index, atMs] of sorted.entries()) {
    while ((sorted[from] ?? atMs) <= atMs - WINDOW_MS) from += 1;
    peak = Math.max(peak, index - from + 1);
  }
  return peak;
}

async function prepare({ mailUrl, operator }: Stack, address: string): Promise<void> {
  const [username, domain] = address.split('@');
  const response = await fetch(`${mailUrl}/v0/inboxes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${MAIL_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ username, domain }),
  });
  if (!response.ok) throw new Error(`inbox ${address}: ${response.status}`);
  await operator.inboxes.update(address, { mode: 'autonomous' });
}

async function ask({ agent }: Stack, inbox: string, count: number, dueAtMs: number, signal?: AbortSignal) {
  const schedule = { kind: 'at' as const, at: new Date(dueAtMs).toISOString() };
  let next = 0;
  const work = async () => {
    for (let n = next++; n < count; n = next++) {
      signal?.throwIfAborted();
      const content = { to: [`d${n}@${inbox.split('@')[0]}.example`], subject: `Number ${n}`, text: 'Hello\n' };
      await agent.drafts.create({ inbox, content, schedule, requestId: `${inbox}-${n}` });
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
}
