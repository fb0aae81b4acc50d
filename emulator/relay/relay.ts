import { createTransport } from 'nodemailer';
import { z } from 'zod';
import type { EmulatorClock } from '../clock.ts';
import { createDueQueue } from '../due-queue.ts';
import { addressOf } from '../mime/addresses.ts';
import type { Change } from '../state/collection.ts';
import { messageKey } from '../state/message-index.ts';
import type { MessageRecord, RelayRecord } from '../state/records.ts';
import type { State } from '../state/state.ts';
import { parseRelay } from './target.ts';

const TIMEOUT_MS = 10_000;
/** Waits after failed attempts, by the emulator's clock. */
const RETRY_MS = [5_000, 60_000, 300_000, 1_800_000];

/** Hands sent mail on to a real SMTP server. What becomes of it there never touches the message in the emulator. */
export interface Relay {
  /** Changes for the commit that accepts the message: none while no relay is named. */
  accepted(message: MessageRecord): Change[];
  wake(): void;
  stop(): void;
}

/** @param target `host:port` given at the start; without it the `smtpRelay` switch counts */
export function createRelay(state: State, clock: EmulatorClock, target: string | undefined): Relay {
  const named = () => target ?? state.settings.switches.smtpRelay ?? undefined;

  const waiting = () =>
    [...state.pendingRelayIds].flatMap((id) => {
      const job = state.relays.get(id);
      return job ? [{ id, dueAtMs: job.nextAttemptAtMs ?? 0 }] : [];
    });

  const attempt = async (id: string): Promise<void> => {
    const job = state.relays.get(id);
    const message = job && state.messages.get(messageKey(job.inboxId, job.messageId));
    if (!job) return;
    const raw = message && state.blobs.get(message.raw_sha256);
    const outcome: Outcome =
      message && raw ? await handOver(named(), message, raw) : { error: 'the message was deleted', final: true };
    if (queue.stopped || !state.relays.get(id)) return;
    state.commit([state.relays.put(id, after(job, outcome, clock.nowMs()))]);
  };

  const queue = createDueQueue(clock, waiting, attempt);
  return {
    accepted: (message) => {
      if (named() === undefined) return [];
      const id = messageKey(message.inbox_id, message.message_id);
      const { inbox_id: inboxId, message_id: messageId } = message;
      return [state.relays.put(id, { inboxId, messageId, status: 'pending', attempts: 0 })];
    },
    wake: queue.wake,
    stop: queue.stop,
  };
}

/** Taken by the relay, but for `refused`; or not, and `final` when another attempt would be told the same. */
type Outcome = { refused: string[] } | { error: string; final: boolean };

function after(job: RelayRecord, outcome: Outcome, nowMs: number): RelayRecord {
  const { inboxId, messageId } = job;
  const attempts = job.attempts + 1;
  if ('refused' in outcome) {
    const refused = outcome.refused.length > 0 ? outcome.refused : undefined;
    return { inboxId, messageId, attempts, status: 'relayed', refused };
  }
  const waitMs = outcome.final ? undefined : RETRY_MS[job.attempts];
  const failed = { inboxId, messageId, attempts, lastError: outcome.error };
  if (waitMs === undefined) return { ...failed, status: 'failed' };
  return { ...failed, status: 'pending', nextAttemptAtMs: nowMs + waitMs };
}

/** One SMTP transaction. */
async function handOver(target: string | undefined, message: MessageRecord, raw: Uint8Array): Promise<Outcome> {
  const server = target === undefined ? undefined : parseRelay(target);
  if (!server) return { error: 'no relay is named any more', final: true };
  const transport = createTransport({
    ...server,
    secure: server.port === 465,
    // A relay on the developer's machine has a certificate of its own making, or none.
    tls: { rejectUnauthorized: false },
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  });
  const to = [...message.to, ...(message.cc ?? []), ...(message.bcc ?? [])].flatMap((text) => addressOf(text) ?? []);
  try {
    const { rejected } = await transport.sendMail({ envelope: { from: message.inbox_id, to }, raw: Buffer.from(raw) });
    return { refused: rejected };
  } catch (error) {
    const { responseCode } = smtpError.parse(error);
    const text = error instanceof Error ? error.message : String(error);
    return { error: text, final: responseCode !== undefined && responseCode >= 500 };
  } finally {
    transport.close();
  }
}

const smtpError = z.object({ responseCode: z.number().optional().catch(undefined) }).catch({});
