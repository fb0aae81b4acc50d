import type { Api } from './context.ts';
import type { Ready } from './schemas/index.ts';

type Check = Ready['checks']['temporal'];

const CHECK_TIMEOUT_MS = 3_000;
/** Anybody may ask, so the answer is kept this long: asking often costs AgentMail and Temporal nothing. */
const KEPT_MS = 3_000;

/** Asks every part whether it is there; concurrent and quickly repeated questions share one answer. */
export function createReadiness(api: Api): () => Promise<Ready> {
  let kept: { atMs: number; answer: Promise<Ready> } | null = null;
  return () => {
    const nowMs = performance.now();
    if (kept === null || nowMs - kept.atMs > KEPT_MS) kept = { atMs: nowMs, answer: check(api) };
    return kept.answer;
  };
}

async function check(api: Api): Promise<Ready> {
  const { temporal: client, namespace, taskQueue } = api;
  const service = client.workflowService;
  const within = <R>(call: () => Promise<R>) => client.withDeadline(Date.now() + CHECK_TIMEOUT_MS, call);
  const [temporal, worker, database, agentmail] = await Promise.all([
    probe('Temporal cannot be reached, or lacks the namespace.', async () => {
      await within(() => service.describeNamespace({ namespace }));
      return null;
    }),
    probe('Temporal cannot say whether a worker runs.', async () => {
      const queue = await within(() =>
        service.describeTaskQueue({ namespace, taskQueue: { name: taskQueue }, taskQueueType: 1 }),
      );
      return queue.pollers?.length ? null : `No worker polls the task queue ${taskQueue}: start one.`;
    }),
    probe('The database cannot be reached.', async () => {
      await api.store.ping();
      return null;
    }),
    probe('AgentMail cannot be reached, or refuses the key.', async () => {
      await api.mail.listInboxes();
      return null;
    }),
  ]);
  const unavailable = temporal.state !== 'ok' || database.state !== 'ok';
  const degraded = worker.state !== 'ok' || agentmail.state !== 'ok';
  return {
    status: unavailable ? 'unavailable' : degraded ? 'degraded' : 'ready',
    checks: { temporal, worker, database, agentmail },
  };
}

/** `ask` resolves to a complaint when the part answers but is not well. Errors stay out: they may name hosts and users. */
async function probe(failure: string, ask: () => Promise<string | null>): Promise<Check> {
  const startMs = performance.now();
  const latencyMs = () => Math.round(performance.now() - startMs);
  try {
    const complaint = await withTimeout(ask());
    return complaint
      ? { state: 'degraded', message: complaint, latencyMs: latencyMs() }
      : { state: 'ok', message: 'ok', latencyMs: latencyMs() };
  } catch {
    return { state: 'unreachable', message: failure, latencyMs: latencyMs() };
  }
}

async function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('timeout')), CHECK_TIMEOUT_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
