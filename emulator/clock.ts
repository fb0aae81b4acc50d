/** Milliseconds since the epoch, as the emulated service sees them. */
export interface BaseClock {
  now(): number;
}

/** The emulator's clock: a base clock plus an offset that the control plane moves. */
export interface EmulatorClock {
  nowMs(): number;
  nowIso(): string;
}

export const systemClock: BaseClock = { now: () => Date.now() };

/** @param offsetMs is read on every call, so a restored or advanced offset takes effect at once. */
export function createClock(base: BaseClock, offsetMs: () => number): EmulatorClock {
  const nowMs = () => base.now() + offsetMs();
  return { nowMs, nowIso: () => new Date(nowMs()).toISOString() };
}
