import { z } from 'zod';
import {
  type Control,
  clockAnswer,
  deliveryList,
  draftAnswer,
  faultList,
  importAnswer,
  keyAnswer,
  outboxAnswer,
  receivedAnswer,
  relayList,
} from './control/contract.ts';
import { faultRecord } from './faults/rule.ts';
import { switchesSchema } from './state/settings.ts';

export type * from './control/contract.ts';

const nothing = z.undefined();

/** The control plane of the emulator at `url`, in this process or another. Throws an Error that quotes a refusal. */
export function connectControl(url: string): Control {
  const base = `${url.replace(/\/$/, '')}/_emulator`;
  const call = async <T>(answer: z.ZodType<T>, method: string, path: string, body?: unknown): Promise<T> => {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const headers = { 'content-type': raw ? 'message/rfc822' : 'application/json' };
    const payload = body === undefined ? undefined : raw ? Buffer.from(body) : JSON.stringify(body);
    const response = await fetch(`${base}${path}`, { method, headers, body: payload });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} on the emulator's control plane: ${response.status} ${text}`);
    return answer.parse(text === '' ? undefined : JSON.parse(text));
  };
  const inbox = (inboxId: string) => `/inboxes/${encodeURIComponent(inboxId)}`;
  return {
    reset: () => call(nothing, 'POST', '/reset'),
    outbox: () => call(outboxAnswer, 'GET', '/outbox'),
    clock: () => call(clockAnswer, 'GET', '/clock'),
    setClockOffset: (offsetMs) => call(clockAnswer, 'POST', '/clock', { offsetMs }),
    advanceClock: (ms) => call(clockAnswer, 'POST', '/clock', { advanceMs: ms }),
    addFault: (rule) => call(faultRecord, 'POST', '/faults', rule),
    faults: async () => (await call(faultList, 'GET', '/faults')).faults,
    removeFault: (id) => call(nothing, 'DELETE', `/faults/${id}`),
    clearFaults: () => call(nothing, 'DELETE', '/faults'),
    switches: () => call(switchesSchema, 'GET', '/switches'),
    setSwitches: (patch) => call(switchesSchema, 'POST', '/switches', patch),
    editDraft: (draftId, patch) => call(draftAnswer, 'PATCH', `/drafts/${draftId}`, patch),
    deleteDraft: (draftId) => call(nothing, 'DELETE', `/drafts/${draftId}`),
    receive: (inboxId, raw) => call(receivedAnswer, 'POST', `${inbox(inboxId)}/mail`, raw),
    importMail: async (inboxId, path) =>
      (await call(importAnswer, 'POST', `${inbox(inboxId)}/import`, { path })).messages,
    reply: (input) => call(receivedAnswer, 'POST', '/reply', input),
    emit: (input) => call(nothing, 'POST', '/events', input),
    deliveries: async () => (await call(deliveryList, 'GET', '/deliveries')).deliveries,
    resendDelivery: (id) => call(nothing, 'POST', `/deliveries/${encodeURIComponent(id)}/resend`),
    relayed: async () => (await call(relayList, 'GET', '/relay')).messages,
    createKey: (input = {}) => call(keyAnswer, 'POST', '/keys', input),
  };
}
