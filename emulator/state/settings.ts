import { z } from 'zod';
import { parseRelay } from '../relay/target.ts';

/**
 * What the service's documents leave open, or what only a test wants, as switches.
 * Times are milliseconds by the emulator's clock unless said otherwise.
 */
export const switchesSchema = z.object({
  /** Own labels of a sent message appear in message lists only this long after it was accepted. */
  labelLagMs: z.number().int().min(0),
  /** Creating a draft with the `client_id` of a deleted or sent one makes a new draft, or is a 409. */
  clientIdAfterDelete: z.enum(['recreates', 'conflict']),
  /** A deleted or sent draft can still be read (not written, not sent) for this long. */
  deleteLagMs: z.number().int().min(0),
  /** How long a scheduled draft stays `sending` before it is accepted; real time. */
  sendingMs: z.number().int().min(0),
  /** Requests a key may make per window; null means no limit. Windows are real time. */
  rateLimit: z.object({ requests: z.number().int().positive(), windowMs: z.number().int().positive() }).nullable(),
  /** Messages the organization may send in a calendar month (UTC) by the emulator's clock; null means no limit. */
  monthlyQuota: z.number().int().min(0).nullable(),
  /** Emit `message.delivered` right after `message.sent`. */
  autoDelivered: z.boolean(),
  /** Mail sent to another inbox of this emulator arrives there. */
  deliverLocally: z.boolean(),
  /** Waits between webhook attempts. The default is Svix's schedule: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h. */
  webhookRetryMs: z.array(z.number().int().min(0)),
  /**
   * Webhooks as a bad day brings them: each first attempt waits up to `maxDelayMs` (real time), so that events overtake
   * each other, and the share `duplicates` of them is delivered twice. Both drawn by the seed.
   */
  webhookDisorder: z
    .object({
      maxDelayMs: z.number().int().min(0).default(0),
      duplicates: z.number().min(0).max(1).default(0),
      seed: z.number().int().default(1),
    })
    .nullable(),
  /** `host:port` of an SMTP server that gets a copy of all mail sent from now on; null means none. */
  smtpRelay: z
    .string()
    .refine((target) => parseRelay(target) !== undefined, 'must be host:port')
    .nullable(),
  /** Life of an attachment or raw mail download link. */
  downloadUrlMs: z.number().int().positive(),
});
export type Switches = z.infer<typeof switchesSchema>;

export const defaultSwitches: Switches = {
  labelLagMs: 0,
  clientIdAfterDelete: 'recreates',
  deleteLagMs: 0,
  sendingMs: 0,
  rateLimit: null,
  monthlyQuota: null,
  autoDelivered: false,
  deliverLocally: true,
  webhookRetryMs: [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000].map((seconds) => seconds * 1_000),
  webhookDisorder: null,
  smtpRelay: null,
  downloadUrlMs: 3_600_000,
};

const anySwitches = z.record(z.string(), z.unknown());

export const settingsRecord = z.object({
  offsetMs: z.number(),
  organizationId: z.string(),
  podId: z.string(),
  downloadSecret: z.string(),
  // A journal of an older emulator knows fewer switches.
  switches: z.preprocess((kept) => ({ ...defaultSwitches, ...anySwitches.parse(kept) }), switchesSchema),
});
export type SettingsRecord = z.infer<typeof settingsRecord>;
