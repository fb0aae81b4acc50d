import type { MiddlewareHandler } from 'hono';
import { OPT_OUT_PATH } from '../domain/opt-out.ts';
import { REVIEW_PATH } from '../domain/review-notice.ts';
import { peerOf } from './auth.ts';
import type { ApiDeps, ApiEnv } from './deps.ts';
import { ApiProblem } from './problems.ts';

const WINDOW_MS = 60_000;
/** So many callers are remembered at most: an attacker with many addresses costs no memory. */
const MAX_CALLERS = 20_000;

interface Rule {
  path: string;
  /** What it is about; absent: everything. */
  of?: 'presses' | 'looks';
  perMinute: number;
  /** `refused`: only what is not signed rightly, or too large to be, counts; whoever signs may send as much as there is. */
  counts: 'all' | 'refused';
}

/**
 * What anybody may reach without a key, by the caller's network address. Mail providers press "unsubscribe" for many people
 * from few addresses, so those presses have room; a scanner that looks at a company's every mail must not keep its people
 * from deciding; AgentMail and Slack may burst, strangers may not guess.
 */
const RULES: readonly Rule[] = [
  { path: `${OPT_OUT_PATH}*`, of: 'presses', perMinute: 1_200, counts: 'all' },
  { path: `${OPT_OUT_PATH}*`, of: 'looks', perMinute: 240, counts: 'all' },
  { path: `${REVIEW_PATH}*`, of: 'presses', perMinute: 120, counts: 'all' },
  { path: `${REVIEW_PATH}*`, of: 'looks', perMinute: 1_500, counts: 'all' },
  { path: '/v1/webhooks/*', perMinute: 300, counts: 'refused' },
  { path: '/v1/slack/*', perMinute: 300, counts: 'refused' },
];

/** Middlewares that turn away floods. Counted by each process for itself: they protect the process, and need no store. */
export function floodGuards({ trustProxy }: Pick<ApiDeps, 'trustProxy'>) {
  return RULES.map(({ path, of, perMinute, counts }) => {
    const counter = createCounter();
    const guard: MiddlewareHandler<ApiEnv> = async (c, next) => {
      const peer = peerOf(c, trustProxy);
      const kind = c.req.method === 'POST' ? 'presses' : 'looks';
      if (peer === null || (of !== undefined && of !== kind)) return next();
      const who = networkOf(peer);
      const waitMs = counter.waitMs(who, perMinute);
      if (waitMs > 0) throw tooMany(waitMs);
      if (counts === 'all') counter.add(who);
      await next();
      if (counts === 'refused' && [401, 413].includes(c.res.status)) counter.add(who);
    };
    return { path, guard };
  });
}

function tooMany(waitMs: number): ApiProblem {
  const seconds = Math.ceil(waitMs / 1_000);
  const message = `Too many requests from your network address. Try again in ${seconds} seconds.`;
  return new ApiProblem('too_many_requests', message, { headers: { 'Retry-After': String(seconds) } });
}

/** Of IPv6, the network a subscriber gets: its addresses are one caller. */
export function networkOf(peer: string): string {
  const address = peer.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail ? tail.split(':') : [];
  const gap = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: gap }, () => '0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}

function createCounter() {
  const windows = new Map<string, { count: number; endsAtMs: number }>();
  // No wall clock: one that is stepped back must lock nobody out.
  const open = (who: string) => {
    const found = windows.get(who);
    return found && found.endsAtMs > performance.now() ? found : undefined;
  };
  return {
    waitMs(who: string, most: number): number {
      const found = open(who);
      return found && found.count >= most ? found.endsAtMs - performance.now() : 0;
    },
    add(who: string): void {
      const found = open(who);
      if (found) {
        found.count += 1;
        return;
      }
      windows.delete(who);
      // In order of their beginning, and all of one length: the first ends first.
      const [oldest] = windows.keys();
      if (windows.size >= MAX_CALLERS && oldest !== undefined) windows.delete(oldest);
      windows.set(who, { count: 1, endsAtMs: performance.now() + WINDOW_MS });
    },
  };
}
