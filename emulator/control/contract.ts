import { z } from 'zod';
import { type FaultInput, faultRecord } from '../faults/rule.ts';
import { deliveryRecord, draftRecord, outboxRecord, permissionsSchema, relayRecord } from '../state/records.ts';
import { type Switches, switchesSchema } from '../state/settings.ts';

/** What the control plane under /_emulator speaks; its routes and its client share these shapes. */

export const outboxAnswer = z.object({ count: z.number(), messages: z.array(outboxRecord) });
export type Outbox = z.infer<typeof outboxAnswer>;

export const clockAnswer = z.object({ offsetMs: z.number(), now: z.string() });
export type ClockState = z.infer<typeof clockAnswer>;
export const clockBody = z.union([z.object({ offsetMs: z.number() }), z.object({ advanceMs: z.number() })]);

export const faultList = z.object({ faults: z.array(faultRecord) });
export const switchesPatch = switchesSchema.partial();
export type SwitchesPatch = z.input<typeof switchesPatch>;

export const draftAnswer = draftRecord;
export type OutsideDraft = z.infer<typeof draftAnswer>;

const recipients = z.array(z.string()).optional();
const outcome = { inboxId: z.string().optional(), messageId: z.string() };
export const eventBody = z.discriminatedUnion('event', [
  z.object({ ...outcome, event: z.literal('delivered'), recipients }),
  z.object({
    ...outcome,
    event: z.literal('bounced'),
    type: z.string().optional(),
    subType: z.string().optional(),
    recipients: z.array(z.object({ address: z.string(), status: z.string() })).optional(),
  }),
  z.object({
    ...outcome,
    event: z.literal('complained'),
    type: z.string().optional(),
    subType: z.string().optional(),
    recipients,
  }),
  z.object({ ...outcome, event: z.literal('rejected'), reason: z.string().optional() }),
  z.object({ ...outcome, event: z.literal('opened') }),
]);
export type EventInput = z.infer<typeof eventBody>;

export const replyBody = z.object({
  inboxId: z.string().optional(),
  messageId: z.string(),
  text: z.string().optional(),
  html: z.string().optional(),
  from: z.string().optional(),
  subject: z.string().optional(),
});
export type InboundReplyInput = z.infer<typeof replyBody>;

export const receivedAnswer = z.object({ inboxId: z.string(), messageId: z.string(), threadId: z.string() });
export type Received = z.infer<typeof receivedAnswer>;
export const importBody = z.object({ path: z.string() });
export const importAnswer = z.object({ messages: z.array(receivedAnswer) });

export const keyBody = z.object({
  token: z.string().min(1).optional(),
  name: z.string().optional(),
  inboxId: z.string().optional(),
  permissions: permissionsSchema.optional(),
});
export type KeyInput = z.infer<typeof keyBody>;
export const keyAnswer = z.object({ apiKeyId: z.string(), token: z.string() });

export const deliveryList = z.object({ deliveries: z.array(deliveryRecord) });

export const relayList = z.object({ messages: z.array(relayRecord) });

/** The control plane, in the same process or over HTTP. */
export interface Control {
  /** Forgets everything: mail, keys, faults, switches, clock offset. */
  reset(): Promise<void>;
  /** Every accepted message in order. */
  outbox(): Promise<Outbox>;
  clock(): Promise<ClockState>;
  setClockOffset(offsetMs: number): Promise<ClockState>;
  advanceClock(ms: number): Promise<ClockState>;
  addFault(rule: FaultInput): Promise<z.infer<typeof faultRecord>>;
  faults(): Promise<z.infer<typeof faultRecord>[]>;
  removeFault(id: string): Promise<void>;
  clearFaults(): Promise<void>;
  switches(): Promise<Switches>;
  setSwitches(patch: SwitchesPatch): Promise<Switches>;
  /** A foreign writer's PATCH (snake_case body). */
  editDraft(draftId: string, patch: Record<string, unknown>): Promise<OutsideDraft>;
  deleteDraft(draftId: string): Promise<void>;
  /** Raw RFC 5322 mail arrives in an inbox. */
  receive(inboxId: string, raw: string | Uint8Array): Promise<Received>;
  /** An `.eml` file, a mailbox in mbox format, or a folder of `.eml` and `.mbox` files, on the emulator's machine. */
  importMail(inboxId: string, path: string): Promise<Received[]>;
  /** Somebody answers a message. */
  reply(input: InboundReplyInput): Promise<Received>;
  /** The world reports what became of a sent message. */
  emit(input: EventInput): Promise<void>;
  /** Webhook deliveries, each with its attempts. */
  deliveries(): Promise<z.infer<typeof deliveryList>['deliveries']>;
  /** Another attempt at once, under the same svix-id; `delivery_id` of a delivery. */
  resendDelivery(deliveryId: string): Promise<void>;
  /** What became of sent mail at the SMTP relay; only mail sent while one was named. */
  relayed(): Promise<z.infer<typeof relayList>['messages']>;
  /** Configures an API key; from the first one on, unknown keys are refused. */
  createKey(input?: KeyInput): Promise<z.infer<typeof keyAnswer>>;
}
