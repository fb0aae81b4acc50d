import type { Context } from 'hono';
import type { Core } from '../core.ts';
import { conflict, invalid } from '../errors.ts';
import { sha256Hex } from '../ids.ts';
import type { Change } from '../state/collection.ts';

export const IDEMPOTENCY_LIFE_MS = 24 * 3_600_000;

/** A key and what it was used for; the same key with another fingerprint is a conflict. */
export interface Idempotency {
  key: string;
  fingerprint: string;
}

export interface SendResult {
  message_id: string;
  thread_id: string;
}

/** @throws ApiError 400 when the header is there but not 1–256 of `A-Z a-z 0-9 - . _ ~` */
export function idempotencyOf(c: Context, request: unknown): Idempotency | undefined {
  const key = c.req.header('idempotency-key');
  if (key === undefined) return undefined;
  if (!/^[A-Za-z0-9\-._~]{1,256}$/.test(key)) {
    throw invalid('must be 1 to 256 characters of A-Z a-z 0-9 - . _ ~', ['Idempotency-Key'], 'invalid_idempotency_key');
  }
  return { key, fingerprint: sha256Hex(stableJson({ method: c.req.method, path: routeKind(c), request })) };
}

/** The first answer under this key, if it is younger than 24 hours. @throws ApiError 409 on another request */
export function replayOf(core: Core, idempotency: Idempotency | undefined): SendResult | undefined {
  if (!idempotency) return undefined;
  const earlier = core.state.idempotency.get(idempotency.key);
  if (!earlier || core.clock.nowMs() - earlier.completedAtMs >= IDEMPOTENCY_LIFE_MS) return undefined;
  if (earlier.fingerprint !== idempotency.fingerprint) {
    throw conflict('idempotency_key_reused', 'This Idempotency-Key was used for another request', 'Use a new key');
  }
  return { message_id: earlier.messageId, thread_id: earlier.threadId };
}

export function rememberKey(core: Core, idempotency: Idempotency | undefined, result: SendResult): Change[] {
  if (!idempotency) return [];
  const { key, fingerprint } = idempotency;
  const row = { fingerprint, messageId: result.message_id, threadId: result.thread_id };
  return [core.state.idempotency.put(key, { ...row, completedAtMs: core.clock.nowMs() })];
}

const routeKind = (c: Context): string => decodeURIComponent(new URL(c.req.url).pathname);

/** JSON with sorted keys, so that the order a client writes its fields in does not make another request. */
function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
