import type { EmulatorClock } from '../clock.ts';
import { newDeliveryId, newEventId } from '../ids.ts';
import { messageView } from '../messages/view.ts';
import { addressOf } from '../mime/addresses.ts';
import type { Change } from '../state/collection.ts';
import type { MessageRecord, WebhookRecord } from '../state/records.ts';
import type { State } from '../state/state.ts';
import { threadItemView } from '../threads/view.ts';

/** Outcomes the outside world reports about a sent message. */
export type MailOutcome =
  | { event: 'delivered'; recipients?: string[] }
  | { event: 'bounced'; type?: string; subType?: string; recipients?: { address: string; status: string }[] }
  | { event: 'complained'; type?: string; subType?: string; recipients?: string[] }
  | { event: 'rejected'; reason?: string }
  | { event: 'opened' };

/** Turns happenings into webhook deliveries. Each method answers changes for the commit that makes the happening true. */
export interface EventSink {
  sent(message: MessageRecord): Change[];
  received(message: MessageRecord): Change[];
  outcome(message: MessageRecord, outcome: MailOutcome): Change[];
  /** Start delivering what was committed. */
  wake(): void;
}

export function createEventSink(state: State, clock: EmulatorClock, wake: () => void): EventSink {
  const emit = (inboxId: string, eventType: string, detail: Record<string, unknown>): Change[] => {
    const eventId = newEventId();
    const body = JSON.stringify({ type: 'event', event_type: eventType, event_id: eventId, ...detail });
    const wanted = state.webhooks.values().filter((webhook) => listensTo(webhook, inboxId, eventType));
    return wanted.map((webhook) => {
      const id = newDeliveryId();
      return state.deliveries.put(id, {
        delivery_id: id,
        webhook_id: webhook.webhook_id,
        event_id: eventId,
        event_type: eventType,
        body,
        attempts: 0,
        status: 'pending',
        history: [],
        seq: state.nextSeq(),
      });
    });
  };
  const head = (message: MessageRecord) => ({
    inbox_id: message.inbox_id,
    thread_id: message.thread_id,
    message_id: message.message_id,
    timestamp: clock.nowIso(),
  });
  const outcome = (message: MessageRecord, report: MailOutcome): Change[] => {
    const { field, detail } = outcomeDetail(message, report);
    return emit(message.inbox_id, `message.${report.event}`, { [field]: { ...head(message), ...detail } });
  };
  return {
    sent: (message) => [
      ...emit(message.inbox_id, 'message.sent', { send: { ...head(message), recipients: recipientsOf(message) } }),
      ...(state.settings.switches.autoDelivered ? outcome(message, { event: 'delivered' }) : []),
    ],
    received: (message) => {
      const kept = ['blocked', 'unauthenticated'].find((label) => message.labels.includes(label));
      const type = kept === undefined ? 'message.received' : `message.received.${kept}`;
      const earlier = state.messageIndex.inThread(message.thread_id);
      const thread = threadItemView([...earlier, message]);
      return emit(message.inbox_id, type, { message: messageView(message), thread });
    },
    outcome,
    wake,
  };
}

function outcomeDetail(message: MessageRecord, report: MailOutcome) {
  const everyone = recipientsOf(message);
  switch (report.event) {
    case 'delivered':
      return { field: 'delivery', detail: { recipients: report.recipients ?? everyone } };
    case 'bounced': {
      const recipients = report.recipients ?? everyone.map((address) => ({ address, status: '5.1.1' }));
      const kind = { type: report.type ?? 'Permanent', sub_type: report.subType ?? 'General' };
      return { field: 'bounce', detail: { ...kind, recipients } };
    }
    case 'complained': {
      const kind = { type: report.type ?? 'abuse', sub_type: report.subType ?? 'feedback' };
      return { field: 'complaint', detail: { ...kind, recipients: report.recipients ?? everyone } };
    }
    case 'rejected':
      return { field: 'reject', detail: { reason: report.reason ?? 'Bad content' } };
    case 'opened':
      return { field: 'open', detail: {} };
  }
}

function recipientsOf(message: MessageRecord): string[] {
  return [...message.to, ...(message.cc ?? []), ...(message.bcc ?? [])].map((text) => addressOf(text) ?? text);
}

function listensTo(webhook: WebhookRecord, inboxId: string, eventType: string): boolean {
  const inboxes = webhook.owner_inbox_id === undefined ? webhook.inbox_ids : [webhook.owner_inbox_id];
  const inScope = !inboxes?.length || inboxes.includes(inboxId);
  return webhook.enabled && inScope && webhook.event_types.includes(eventType);
}
