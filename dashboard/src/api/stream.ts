import { createParser } from 'eventsource-parser';
import type { DraftEventView } from '../../../src/api/schemas/index.ts';
import { call, Refused } from './http.ts';

export type Connection = 'connecting' | 'live' | 'lost' | 'signed_out';

export interface StreamHandlers {
  onEvents(events: readonly DraftEventView[]): void;
  onConnection(connection: Connection): void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** The server says something every 15 s; a longer silence is a dead connection. */
const SILENCE_MS = 40_000;

/**
 * Follows the events of all drafts until `signal` aborts. A broken stream is taken up again after the last event seen,
 * so nothing in between is missed. EventSource is not used: it cannot send the key in a header.
 */
export async function followEvents(handlers: StreamHandlers, signal: AbortSignal): Promise<void> {
  const position: { lastId?: string } = {};
  let waitMs = FIRST_WAIT_MS;
  while (!signal.aborted) {
    const opened = () => {
      waitMs = FIRST_WAIT_MS;
      handlers.onConnection('live');
    };
    try {
      await readOnce(handlers, signal, position, opened);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Refused && error.status === 401) return handlers.onConnection('signed_out');
    }
    if (signal.aborted) return;
    handlers.onConnection('lost');
    await pause(waitMs, signal);
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  }
}

async function readOnce(
  { onEvents }: StreamHandlers,
  outer: AbortSignal,
  position: { lastId?: string },
  opened: () => void,
): Promise<void> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  // The browser knows of a lost network long before the silence tells.
  const offline = () => silence.abort();
  window.addEventListener('offline', offline);
  const headers: HeadersInit = position.lastId === undefined ? {} : { 'Last-Event-ID': position.lastId };
  try {
    const signal = AbortSignal.any([outer, silence.signal]);
    const response = await call('/v1/events', { headers: { ...headers, Accept: 'text/event-stream' }, signal });
    opened();
    let batch: DraftEventView[] = [];
    const parser = createParser({
      onEvent: ({ id, event, data }) => {
        if (id) position.lastId = id;
        if (event !== 'event') return;
        const view: DraftEventView = JSON.parse(data);
        batch.push(view);
      },
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const chunk = await reader?.read();
      if (!chunk || chunk.done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      parser.feed(chunk.value);
      if (batch.length > 0) onEvents(batch);
      batch = [];
    }
  } finally {
    clearTimeout(timer);
    window.removeEventListener('offline', offline);
    silence.abort();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      window.removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    window.addEventListener('online', done);
  });
}
