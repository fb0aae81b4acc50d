import { z } from 'zod';
import { normalizeAddress } from '../../domain/suppression.ts';
import type { MessageEvent } from '../../store/types.ts';

// What this project acts on, and no more: a field that AgentMail adds or drops elsewhere breaks nothing.
const id = z.string().min(1).max(998);
const head = z.object({ inbox_id: id, message_id: id, timestamp: z.iso.datetime({ offset: true }) });
const addresses = z.array(z.string()).default([]);
const withType = (type: string, shape: Record<string, z.ZodType>) =>
  z.object({ event_type: z.literal(type), event_id: id, ...shape });

const sent = withType('message.sent', {}).extend({ send: head.extend({ recipients: addresses }) });
const delivered = withType('message.delivered', {}).extend({ delivery: head.extend({ recipients: addresses }) });
const bounced = withType('message.bounced', {}).extend({
  bounce: head.extend({ type: z.string(), recipients: z.array(z.object({ address: z.string() })).default([]) }),
});
const complained = withType('message.complained', {}).extend({ complaint: head.extend({ recipients: addresses }) });
const rejected = withType('message.rejected', {}).extend({ reject: head.extend({ reason: z.string().default('') }) });
const opened = withType('message.opened', {}).extend({ open: head });
const received = z.object({
  event_type: z.enum(['message.received', 'message.received.unauthenticated']),
  event_id: id,
  message: z.object({
    inbox_id: id,
    message_id: id,
    thread_id: id.nullish(),
    from: z.string(),
    subject: z.string().nullish(),
    text: z.string().nullish(),
    extracted_text: z.string().nullish(),
    in_reply_to: z.string().nullish(),
    references: z.array(z.string()).nullish(),
    labels: z.array(z.string()).nullish(),
  }),
});

const envelopeSchema = z.object({ type: z.string().optional(), event_type: z.string().min(1), event_id: id });

export interface ReceivedMessage {
  inboxId: string;
  messageId: string;
  threadId: string | null;
  /** Bare; null when the sender's address cannot be read. */
  from: string | null;
  subject: string;
  /** What the author wrote, as far as AgentMail could tell it from what is quoted. */
  text: string;
  /** Messages it answers, the nearest first. */
  answers: string[];
  authenticated: boolean;
}

/** An event as far as it concerns us. `ignored`: a type nothing here acts on. */
export type WebhookEvent = { eventId: string; type: string } & (
  | { kind: 'ignored' }
  | { kind: 'outcome'; rows: MessageEvent[] }
  | { kind: 'received'; message: ReceivedMessage }
);

/** Reads a body whose signature was right; null when it is not an event in AgentMail's form. */
export function parseEvent(body: string): WebhookEvent | null {
  const json = parseJson(body);
  const envelope = envelopeSchema.safeParse(json);
  if (!envelope.success) return null;
  const { event_id: eventId, event_type: type } = envelope.data;
  const outcome = (event: MessageEvent['type'], { inbox_id, message_id, timestamp }: z.infer<typeof head>) => {
    const common = { eventId, type: event, inboxId: inbox_id, messageId: message_id, atMs: Date.parse(timestamp) };
    return (recipients: string[], detail: string | null = null): WebhookEvent => {
      const bare = recipients.map((recipient) => normalizeAddress(recipient)).filter((one) => one !== null);
      const names = bare.length === 0 ? [''] : [...new Set(bare)];
      const rows = names.map((recipient) => ({ ...common, recipient, detail: detail?.slice(0, 200) ?? null }));
      return { eventId, type, kind: 'outcome', rows };
    };
  };
  switch (type) {
    case 'message.sent': {
      const { data } = sent.safeParse(json);
      return data ? outcome('sent', data.send)(data.send.recipients) : null;
    }
    case 'message.delivered': {
      const { data } = delivered.safeParse(json);
      return data ? outcome('delivered', data.delivery)(data.delivery.recipients) : null;
    }
    case 'message.bounced': {
      const { data } = bounced.safeParse(json);
      const to = data?.bounce.recipients.map(({ address }) => address) ?? [];
      return data ? outcome('bounced', data.bounce)(to, data.bounce.type) : null;
    }
    case 'message.complained': {
      const { data } = complained.safeParse(json);
      return data ? outcome('complained', data.complaint)(data.complaint.recipients) : null;
    }
    case 'message.rejected': {
      const { data } = rejected.safeParse(json);
      return data ? outcome('rejected', data.reject)([], data.reject.reason) : null;
    }
    case 'message.opened': {
      const { data } = opened.safeParse(json);
      return data ? outcome('opened', data.open)([]) : null;
    }
    case 'message.received':
    case 'message.received.unauthenticated': {
      const { data } = received.safeParse(json);
      return data ? { eventId, type, kind: 'received', message: messageOf(data) } : null;
    }
    default:
      return { eventId, type, kind: 'ignored' };
  }
}

function messageOf({ event_type, message }: z.infer<typeof received>): ReceivedMessage {
  const { in_reply_to: answered, references } = message;
  return {
    inboxId: message.inbox_id,
    messageId: message.message_id,
    threadId: message.thread_id ?? null,
    from: normalizeAddress(message.from),
    subject: message.subject ?? '',
    text: message.extracted_text ?? message.text ?? '',
    answers: [...(answered ? [answered] : []), ...[...(references ?? [])].reverse()],
    authenticated: event_type === 'message.received' && !(message.labels ?? []).includes('unauthenticated'),
  };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
