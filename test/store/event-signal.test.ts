import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Engine } from '../../src/store/database.ts';
import { createEventSignal } from '../../src/store/event-signal.ts';

describe('the event signal of a server whose notifications do not arrive', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function silentServer() {
    const engine: Engine = {
      shared: true,
      rows: async () => [[false]],
      listen: async () => async () => {},
      close: async () => {},
    };
    let latest = '0';
    const append = (id: string) => {
      latest = id;
    };
    return { append, signal: createEventSignal(engine, async () => latest) };
  }

  it('still finds new events, a few seconds later, and calls for nothing when there are none', async () => {
    const { append, signal } = silentServer();
    const listener = vi.fn();
    await signal.onEvents(listener);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(listener).not.toHaveBeenCalled();
    append('0000-1');
    await vi.advanceTimersByTimeAsync(6_000);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('looks no more once nobody listens', async () => {
    const { append, signal } = silentServer();
    const listener = vi.fn();
    const stop = await signal.onEvents(listener);
    await stop();
    append('0000-1');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(listener).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('passes on that the server cannot be listened to, and tries again for the next', async () => {
    const listen = vi
      .fn()
      .mockRejectedValueOnce(new Error('refused'))
      .mockResolvedValueOnce(async () => {});
    const engine: Engine = { shared: false, rows: async () => [], listen, close: async () => {} };
    const signal = createEventSignal(engine, async () => '0');
    await expect(signal.onEvents(() => {})).rejects.toThrow('refused');
    await signal.onEvents(() => {});
    expect(listen).toHaveBeenCalledTimes(2);
  });
});
