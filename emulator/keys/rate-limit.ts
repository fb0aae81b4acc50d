import type { Core } from '../core.ts';
import { tooManyRequests } from '../errors.ts';

interface Window {
  startedMs: number;
  used: number;
}

/** Limits requests per key, to any route. Keys are what the Authorization header says; time is real time. */
export interface RateLimiter {
  /** Counts a request. @throws ApiError 429 with Retry-After in seconds */
  take(authorization: string | undefined): void;
  /** Refuses everything of this key for a while. */
  block(authorization: string | undefined, forMs: number): void;
}

export function createRateLimiter(core: Core): RateLimiter {
  const windows = new Map<string, Window>();
  const blocked = new Map<string, number>();

  return {
    block: (authorization = '', forMs) => void blocked.set(authorization, Date.now() + forMs),

    take: (authorization = '') => {
      const now = Date.now();
      const blockedMs = (blocked.get(authorization) ?? 0) - now;
      if (blockedMs > 0) throw tooManyRequests(seconds(blockedMs));
      blocked.delete(authorization);
      const limit = core.state.settings.switches.rateLimit;
      if (limit === null) return;
      const current = windows.get(authorization);
      const window = current && now - current.startedMs < limit.windowMs ? current : { startedMs: now, used: 0 };
      windows.set(authorization, window);
      if (window.used >= limit.requests) throw tooManyRequests(seconds(window.startedMs + limit.windowMs - now));
      window.used += 1;
    },
  };
}

const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));
