import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { DraftProjection } from '../../src/domain/audit.ts';
import type { Store } from '../../src/store/types.ts';
import { createEdge, type Edge } from '../api/support.ts';
import { creation, projection, revision } from '../store/fixtures.ts';

export const SECRET = `whsec_${Buffer.from('a secret of twenty-four..').toString('base64')}`;
export const OLD_SECRET = `whsec_${Buffer.from('the one that was before..').toString('base64')}`;
export const INBOX = 'billing@agentmail.to';
export const PATH = '/v1/webhooks/agentmail';

export interface Logged {
  fields: object;
  message: string;
}
export interface HookedEdge extends Edge {
  logged: Logged[];
}

/** The API with a webhook secret, and what it logs. */
export async function createHooked(options: Parameters<typeof createEdge>[0] = {}): Promise<HookedEdge> {
  const logged: Logged[] = [];
  const note = (fields: object, message: string) => void logged.push({ fields, message });
  const edge = await createEdge({
    webhookSecrets: () => [SECRET, OLD_SECRET],
    log: { error: note, info: note },
    ...options,
  });
  return { ...edge, logged };
}

export interface Delivery {
  body: string;
  headers: Record<string, string>;
}

/** A delivery as AgentMail signs it. */
export function signed(
  payload: object | string,
  { secret = SECRET, id = `msg_${randomUUID()}`, atMs = Date.now() } = {},
): Delivery {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const headers = {
    'content-type': 'application/json',
    'svix-id': id,
    'svix-timestamp': String(Math.floor(atMs / 1_000)),
    'svix-signature': new Webhook(secret).sign(id, new Date(atMs), body),
  };
  return { body, headers };
}

export const deliver = ({ app }: Edge, { body, headers }: Delivery) =>
  app.request(PATH, { method: 'POST', headers, body });

const FIELDS = {
  sent: 'send',
  delivered: 'delivery',
  bounced: 'bounce',
  complained: 'complaint',
  rejected: 'reject',
  opened: 'open',
};

/** An event about a sent message. */
export function outcome(type: keyof typeof FIELDS, messageId: string, detail: object = {}) {
  const head = { inbox_id: INBOX, thread_id: 't', message_id: messageId, timestamp: new Date().toISOString() };
  const event = { type: 'event', event_type: `message.${type}`, event_id: `evt_${randomUUID()}` };
  return { ...event, [FIELDS[type]]: { ...head, ...detail } };
}

export const bounce = (messageId: string, address: string, type = 'Permanent') =>
  outcome('bounced', messageId, { type, sub_type: 'General', recipients: [{ address, status: '5.1.1' }] });

export function received(message: object, type = 'message.received') {
  const base = {
    inbox_id: INBOX,
    thread_id: 't',
    message_id: `<${randomUUID()}@x.example>`,
    from: 'Ann <ann@x.example>',
  };
  const event = { type: 'event', event_type: type, event_id: `evt_${randomUUID()}` };
  return { ...event, message: { ...base, subject: 'Re: Offer', text: '', ...message }, thread: {} };
}

/** A draft in the store that would go, or went, to these. */
export async function draftTo(
  store: Store,
  to: string[],
  {
    inReplyTo,
    category = null,
    ...state
  }: Partial<DraftProjection> & { inReplyTo?: string; category?: string | null } = {},
): Promise<string> {
  const made = creation({ inboxId: INBOX, category });
  await store.createDraft(made);
  const { content } = revision(made.draftId);
  const reply = inReplyTo === undefined ? null : { inReplyTo, replyAll: false };
  await store.saveRevision(revision(made.draftId, { content: { ...content, to, cc: [], bcc: [], reply } }));
  await store.record(made.draftId, [], projection({ status: 'scheduled', revision: 1, ...state }));
  return made.draftId;
}
