/** A longer wait than this is not believed; the retry policy's own backoff goes on from there. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/** The wait a Retry-After header asks for (seconds or an HTTP date), in ms; undefined when it says nothing usable. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const value = header.trim();
  const waitMs = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  if (!(waitMs > 0)) return undefined;
  return Math.min(Math.ceil(waitMs), MAX_RETRY_AFTER_MS);
}
