import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Span } from '../../domain/open-hours.ts';

/** 0 ≤ x < 1, the same for a draft wherever and whenever it is asked. */
export function placeOf(draftId: string): number {
  const bytes = sha256(utf8ToBytes(`spread:${draftId}`));
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32;
}

/**
 * A draft's own instant at or after `nowMs`. The span is cut into stretches of `spreadMs`, and the draft has the same
 * place in each: also those that become ready in the middle of the day leave one after another. Past its place in the
 * last stretch it goes at once, rather than on another day.
 */
export function placedMs(span: Span, nowMs: number, spreadMs: number, place: number): number {
  const passed = Math.max(0, Math.floor((nowMs - span.fromMs) / spreadMs));
  for (const stretch of [passed, passed + 1]) {
    const startMs = span.fromMs + stretch * spreadMs;
    const endMs = Math.min(startMs + spreadMs, span.toMs);
    const ms = startMs + Math.floor(place * (endMs - startMs));
    if (startMs < span.toMs && ms >= nowMs) return ms;
  }
  return nowMs;
}
