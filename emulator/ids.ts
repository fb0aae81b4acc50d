import { createHash, randomBytes, randomUUID } from 'node:crypto';

// Message ids travel to third parties and end up in logs, so the host is neutral: it never names an inbox or recipient.
const MESSAGE_ID_HOST = 'emulator.countersign.local';

export const newUuid = (): string => randomUUID();
export const newMessageId = (): string => `<${randomUUID()}@${MESSAGE_ID_HOST}>`;
export const newEventId = (): string => `evt_${randomBytes(16).toString('hex')}`;
export const newDeliveryId = (): string => `msg_${randomBytes(16).toString('hex')}`;
export const newWebhookId = (): string => `ep_${randomBytes(12).toString('hex')}`;
export const newWebhookSecret = (): string => `whsec_${randomBytes(24).toString('base64')}`;
export const newApiKeyToken = (): string => `am_${randomBytes(32).toString('hex')}`;
export const newUsername = (): string => `inbox-${randomBytes(4).toString('hex')}`;

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
