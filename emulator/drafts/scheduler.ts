import type { Core } from '../core.ts';
import { sendScheduled } from '../messages/send-draft.ts';
import type { DraftRecord } from '../state/records.ts';

const MAX_SLEEP_MS = 500;

/** Sends drafts whose `send_at` has come by the emulator's clock. */
export interface SendScheduler {
  /** Look again: a draft was scheduled, or the clock moved. */
  wake(): void;
  stop(): void;
}

/** @param core is asked for lazily, because the core holds the scheduler */
export function createScheduler(core: () => Core): SendScheduler {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const inFlight = new Set<string>();

  const schedule = (delayMs: number) => {
    if (stopped) return;
    clearTimeout(timer);
    timer = setTimeout(tick, delayMs);
    timer.unref();
  };

  const tick = () => {
    const { state, clock } = core();
    const waiting = [...state.scheduledDraftIds].flatMap((id) => state.drafts.get(id) ?? []);
    const now = clock.nowMs();
    for (const draft of waiting) {
      if (draft.send_status === 'scheduled' && Date.parse(draft.send_at ?? '') > now) continue;
      if (!inFlight.has(draft.draft_id)) void send(draft);
    }
    // Capped, because the emulator's clock can be moved by a base clock that wakes nobody.
    if (waiting.length > 0) schedule(MAX_SLEEP_MS);
  };

  const send = async (draft: DraftRecord) => {
    inFlight.add(draft.draft_id);
    const { state } = core();
    // Visible (and durable) before the mail leaves: edits are refused from here on, and a restart resumes it.
    state.commit([state.drafts.put(draft.draft_id, { ...draft, send_status: 'sending' })]);
    await new Promise((resolve) => setTimeout(resolve, state.settings.switches.sendingMs).unref());
    try {
      if (!stopped) await sendScheduled(core(), draft.inbox_id, draft.draft_id);
    } catch {
      // Stopped meanwhile: the draft stays `sending` on disk, and the next start takes it up again.
      if (stopped) return;
      // Whatever kept it from leaving, the service only reports `failed`; the draft stays to be looked at.
      const current = state.drafts.get(draft.draft_id);
      if (current) state.commit([state.drafts.put(draft.draft_id, { ...current, send_status: 'failed' })]);
    } finally {
      inFlight.delete(draft.draft_id);
    }
  };

  return {
    wake: () => schedule(0),
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
