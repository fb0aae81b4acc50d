import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { DraftCounts, DraftEventView, DraftSummary } from '../api/schemas/index.ts';
import { CountersignError, UnavailableError } from './errors.ts';
import { type Http, pause, STREAM_TIMEOUT_MS } from './http.ts';

/** First a snapshot (not after a resume), then every event in order. `lastEventId` resumes a later watch. */
export type WatchItem =
  | { kind: 'snapshot'; lastEventId: string; draft?: DraftSummary; counts?: DraftCounts['counts'] }
  | { kind: 'event'; lastEventId: string; event: DraftEventView };

export interface WatchOptions {
  /** Ends the watch. */
  signal?: AbortSignal;
  /** Resumes after this event instead of beginning with a snapshot. */
  lastEventId?: string;
}

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 15_000;
/** The server says something every 15 s; a silence longer than this is a dead connection. */
const SILENCE_MS = 40_000;

/**
 * Follows a stream for ever, reconnecting where it broke off: no event is lost or told twice. Ends when aborted.
 * @throws CountersignError when the server refuses (unknown draft, wrong key)
 */
export async function* watch(http: Http, path: string, options: WatchOptions = {}): AsyncGenerator<WatchItem, void> {
  const { signal } = options;
  let { lastEventId } = options;
  let delayMs = FIRST_DELAY_MS;
  while (!signal?.aborted) {
    try {
      for await (const item of connect(http, path, lastEventId, signal)) {
        lastEventId = item.lastEventId;
        delayMs = FIRST_DELAY_MS;
        yield item;
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (error instanceof CountersignError && !(error instanceof UnavailableError)) throw error;
    }
    await pause(delayMs, signal).catch(() => {});
    delayMs = Math.min(delayMs * 2, MAX_DELAY_MS);
  }
}

/** One connection. Ends with it; a broken one throws. */
async function* connect(
  http: Http,
  path: string,
  lastEventId: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<WatchItem, void> {
  const quiet = new AbortController();
  const ended = signal ? AbortSignal.any([signal, quiet.signal]) : quiet.signal;
  const headers: Record<string, string> = { Accept: 'text/event-stream' };
  if (lastEventId !== undefined) headers['Last-Event-ID'] = lastEventId;
  const response = await http.send({
    path,
    headers,
    repeatable: false,
    signal: ended,
    timeoutMs: STREAM_TIMEOUT_MS,
  });
  if (response.body === null) return;
  let timer = setTimeout(() => quiet.abort(), SILENCE_MS);
  const decoder = new TextDecoder();
  const text = new TransformStream<Uint8Array, string>({
    transform(chunk, controller) {
      clearTimeout(timer);
      timer = setTimeout(() => quiet.abort(), SILENCE_MS);
      controller.enqueue(decoder.decode(chunk, { stream: true }));
    },
  });
  try {
    const messages = response.body.pipeThrough(text, { signal: ended }).pipeThrough(new EventSourceParserStream());
    for await (const { event, id, data } of messages) {
      if (id === undefined) continue;
      if (event === 'snapshot') yield { kind: 'snapshot', lastEventId: id, ...JSON.parse(data) };
      else if (event === 'event') yield { kind: 'event', lastEventId: id, event: JSON.parse(data) };
    }
  } finally {
    clearTimeout(timer);
    quiet.abort();
  }
}
