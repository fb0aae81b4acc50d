import type { Core } from '../core.ts';
import { tooManyRequests } from '../errors.ts';

interface Window {
  startedMs: number;
  used: number;
}

/** Counts requests per key in fixed windows of real time. @throws ApiError 429 with Retry-After in seconds */
export function createRateLimiter(core: Core): (key: string) => void {
  const windows = new Map<string, Window>();
  return (key) => {
    const limit = core.state.settings.switches.rateLimit;
    if (limit === null) return;
    const now = Date.now();
    const current = windows.get(key);
    const window = current && now - current.startedMs < limit.windowMs ? current : { startedMs: now, used: 0 };
    windows.set(key, window);
    if (window.used >= limit.requests) {
      throw tooManyRequests(Math.max(1, Math.ceil((window.startedMs + limit.windowMs - now) / 1000)));
    }
    window.used += 1;
  };
}
