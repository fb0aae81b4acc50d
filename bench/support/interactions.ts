import type { Page } from 'playwright-core';
import { percentile } from '../processes.ts';

/** What Event Timing reports least; quicker interactions count as this long. */
const LEAST_MS = 16;

export interface Figure {
  name: string;
  count: number;
  /** From the key or click until the next frame, ms. */
  p50: number;
  p95: number;
  worst: number;
  /** Until what was asked for is on screen, the server's answer included, ms. */
  shown?: { p50: number; p95: number };
}

/** A text and no function: what compiles this file would leave names in it that the page does not know. */
const WATCH = `
  const taken = new Map();
  let blocked = [];
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries()) {
      if (interactionId) taken.set(interactionId, Math.max(duration, taken.get(interactionId) ?? 0));
    }
  }).observe({ type: 'event', buffered: true, durationThreshold: ${LEAST_MS} });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) blocked.push(duration);
  }).observe({ type: 'longtask', buffered: true });
  window.readInteractions = () => {
    const read = { taken: [...taken.values()], blocked };
    taken.clear();
    blocked = [];
    return read;
  };`;

/** Has the page keep how long each interaction took (as for INP: its longest event) and when it did not answer at all. */
export const watchInteractions = (page: Page) => page.addInitScript(`{${WATCH}}`);

interface Read {
  taken: number[];
  blocked: number[];
}

/** What was kept since the last reading; waits until the frames of the last interaction are in. */
async function read(page: Page): Promise<Read> {
  await page.waitForTimeout(400);
  return page.evaluate('window.readInteractions()');
}

/** Forgets what came before, does something many times, and tells how it went. */
export async function measure(
  page: Page,
  name: string,
  count: number,
  act: (index: number) => Promise<number | undefined>,
): Promise<{ figure: Figure; longestBlockMs: number }> {
  await read(page);
  const shown: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const ms = await act(index);
    if (ms !== undefined) shown.push(ms);
  }
  const { taken, blocked } = await read(page);
  const quick = Math.max(0, count - taken.length);
  const all = [...taken, ...Array.from({ length: quick }, () => LEAST_MS)];
  const at = (values: number[], share: number) => Math.round(percentile(values, share));
  return {
    figure: {
      ...{ name, count: all.length, p50: at(all, 0.5), p95: at(all, 0.95), worst: Math.round(Math.max(...all)) },
      ...(shown.length > 0 && { shown: { p50: at(shown, 0.5), p95: at(shown, 0.95) } }),
    },
    longestBlockMs: Math.round(Math.max(0, ...blocked)),
  };
}
