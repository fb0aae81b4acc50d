import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Draft } from '../../src/client/index.ts';
import { MAIL_KEY, type Stack, type StackOptions, startStack } from '../support/stack.ts';
import { agents, type Crew } from './agent.ts';
import { Ledger } from './ledger.ts';
import { persist } from './persist.ts';
import { planStorm, type StormPlan } from './plan.ts';
import { reviewers } from './reviewer.ts';
import { explainStuck } from './stuck.ts';
import { badCounts, type Findings, hasEnded, type Shown, verify } from './verify.ts';
import { deletedAround, startWeather, type Weather, type WeatherOptions } from './weather.ts';

export interface StormOptions extends StackOptions {
  drafts: number;
  seed: number;
  /** Drafts are asked for over at least this long. */
  spreadMs: number;
  maxDelayMs: number;
  weather: Omit<WeatherOptions, 'seed'>;
  /** When this share of the drafts has ended, the weather calms down and the rest is given time. */
  calmShare: number;
  /** No draft ended for so long: the rest is stuck. */
  stuckMs: number;
  /** Drafts that have to have been ready to leave while suppressed, and while paused: a storm without any proves nothing. */
  leastTried: { suppressed: number; paused: number };
  /** How long late requests are waited for at the end. */
  aftermathMs: number;
  /** Ends the storm and everything it started. */
  signal?: AbortSignal;
}

export interface StormResult {
  seed: number;
  drafts: number;
  seconds: number;
  findings: Findings;
  bad: Record<string, number>;
  /** Faults that really struck, by kind. */
  faults: Record<string, number>;
  /** What the drafts went through, by their audit events. */
  events: Record<string, number>;
  /** Requests that the storm's people had to repeat. */
  apiRetries: number;
  /** Refused commands by code. */
  refusals: Record<string, number>;
  /** Answers of the API that were neither success, refusal nor "try again". */
  surprises: string[];
  ok: boolean;
}

const PROGRESS_MS = 5_000;

export async function runStorm(options: StormOptions): Promise<StormResult> {
  const { seed, drafts, report } = options;
  const plan = planStorm({ drafts, seed, maxDelayMs: options.maxDelayMs });
  report(`storm of ${drafts} drafts, seed ${seed}`);
  const stack = await startStack(options);
  let keep = true;
  try {
    const result = await storm(stack, plan, options);
    keep = !result.ok;
    return result;
  } finally {
    await stack.close(keep);
    if (keep) report(`data and logs are kept in ${stack.dir}`);
  }
}

async function storm(stack: Stack, plan: StormPlan, options: StormOptions): Promise<StormResult> {
  const startedAtMs = Date.now();
  const { report, weather: wanted, seed } = options;
  const ledger = new Ledger(plan.drafts);
  const broken = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, broken.signal]) : broken.signal;
  // Everybody who waits listens to it.
  setMaxListeners(0, signal);
  const crew: Crew = { stack, ledger, signal };
  for (const inbox of plan.inboxes) await prepareInbox(stack, inbox);
  const reviewed = new AbortController();
  const working = [agents(crew, options.spreadMs), reviewers(crew, reviewed.signal)];
  const people = Promise.all(working);
  const weather = startWeather(stack, ledger, { ...wanted, seed });
  try {
    const ended = await Promise.race([people.then(() => true), untilEnded(crew, weather, options, startedAtMs)]);
    reviewed.abort();
    await weather.calm();
    if (!ended) broken.abort(new Error('stuck'));
    await people.catch((error) => {
      if (ended) throw error;
    });
    await sleep(options.aftermathMs, undefined, { signal: options.signal });
  } catch (error) {
    broken.abort(error);
    people.catch(() => undefined);
    // Not waited for: a part that is just starting again is ended with the rest.
    weather.calm().catch(() => undefined);
    throw error;
  }
  report('reading what became of each draft ...');
  const shown = await readAll({ ...crew, signal: options.signal ?? new AbortController().signal });
  const { messages: outbox } = await stack.mail.outbox();
  const mailbox = { outbox, deletedOutside: await deletedAround(stack) };
  const findings = verify(ledger.entries, shown, mailbox, ledger.pauses);
  const bad = badCounts(findings);
  const stuck = [...shown.values()].map(({ draft }) => draft).filter(({ status }) => !hasEnded(status));
  // A stuck draft is looked at while the engine is still there.
  const why = await explainStuck(
    stack,
    stuck.map(({ id }) => id),
  ).catch((error) => [`Temporal does not say why: ${error}`]);
  for (const line of why) report(line);
  const { tried } = findings;
  const { leastTried } = options;
  const proves = tried.suppressed >= leastTried.suppressed && tried.paused >= leastTried.paused;
  const byPeople = {
    'draft edited from outside': ledger.foreignEdits,
    'draft deleted from outside': ledger.foreignDeletes,
    'recipient suppressed': ledger.entries.filter(({ suppressedAtMs }) => suppressedAtMs !== null).length,
    'inbox paused': ledger.pauses.length,
  };
  const faults = { ...(await weather.strikes()), ...byPeople, ...killsOf(weather) };
  return {
    ...{ seed, findings, bad, faults, events: eventsOf(shown) },
    drafts: plan.drafts.length,
    seconds: Math.round((Date.now() - startedAtMs) / 1_000),
    apiRetries: ledger.apiRetries,
    refusals: Object.fromEntries(ledger.refusals),
    surprises: ledger.surprises,
    ok: Object.values(bad).every((count) => count === 0) && ledger.surprises.length === 0 && proves,
  };
}

/** How often a send was tried, stayed without an answer, and why drafts came back. */
function eventsOf(shown: Map<number, Shown>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type, data } of [...shown.values()].flatMap(({ events }) => events)) {
    if (!EVENTS.includes(type)) continue;
    const name = type === 'sent_back' ? `sent back: ${data.reason?.code}` : type.replaceAll('_', ' ');
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
const EVENTS = ['approved', 'send_attempted', 'send_answered', 'send_refused', 'sent_back', 'outcome_unknown'];

const killsOf = ({ kills }: Weather) =>
  Object.fromEntries(Object.entries(kills).map(([part, count]) => [`${part} killed`, count]));

async function prepareInbox(stack: Stack, inbox: StormPlan['inboxes'][number]): Promise<void> {
  const [username, domain] = inbox.address.split('@');
  const response = await fetch(`${stack.mailUrl}/v0/inboxes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${MAIL_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ username, domain }),
  });
  if (!response.ok) throw new Error(`inbox ${inbox.address}: ${response.status} ${await response.text()}`);
  if (inbox.autonomous) await stack.operator.inboxes.update(inbox.address, { mode: 'autonomous' });
}

/** True when every draft has ended, false when none has for too long. Tells how far it is. */
async function untilEnded(crew: Crew, weather: Weather, options: StormOptions, startedAtMs: number): Promise<boolean> {
  const { stack, ledger, signal } = crew;
  const { drafts, report, stuckMs } = options;
  let best = -1;
  let lastEndMs = Date.now();
  let calming: Promise<void> | undefined;
  for (;;) {
    const { counts, total } = await persist(ledger, signal, () => stack.operator.drafts.counts());
    const of = (...statuses: Draft['status'][]) => statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
    const ended = of('sent', 'rejected', 'withdrawn', 'cancelled', 'expired', 'failed');
    ledger.open = drafts - ended;
    const waiting = of('in_review', 'changes_requested');
    const kills = Object.values(weather.kills).reduce((sum, count) => sum + count, 0);
    report(
      `${clock(Date.now() - startedAtMs)}  asked ${total}/${drafts}  composing ${of('composing')}  review ${waiting}  ` +
        `scheduled ${of('scheduled')}  sending ${of('sending')}  attention ${of('needs_attention')}  ` +
        `ended ${ended} (sent ${of('sent')})  kills ${kills}`,
    );
    if (ended > best) {
      best = ended;
      lastEndMs = Date.now();
    }
    if (ended === drafts) {
      await calming;
      return true;
    }
    if (!calming && ended >= drafts * options.calmShare && weather.complete()) {
      report('the storm calms down');
      calming = weather.calm();
    }
    if (Date.now() - lastEndMs > stuckMs) {
      report(`no draft ended for ${Math.round(stuckMs / 1_000)} s`);
      return false;
    }
    await sleep(PROGRESS_MS, undefined, { signal });
  }
}

/** Every draft as the API shows it, with its history and the revision that was sent. */
async function readAll({ stack, ledger, signal }: Crew): Promise<Map<number, Shown>> {
  const shown = new Map<number, Shown>();
  const queue = [...ledger.entries];
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      for (let entry = queue.shift(); entry; entry = queue.shift()) {
        const { id, plan } = entry;
        if (id === null) continue;
        const draft = await persist(ledger, signal, () => stack.operator.drafts.get(id));
        const events = await persist(ledger, signal, () => stack.operator.drafts.history(id));
        const sent = draft.status === 'sent' && draft.revision > 0;
        const revision = sent
          ? await persist(ledger, signal, () => stack.operator.drafts.revision(id, draft.revision))
          : null;
        shown.set(plan.index, { draft, events, revision });
      }
    }),
  );
  return shown;
}

function clock(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}
