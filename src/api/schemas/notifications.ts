import { z } from '@hono/zod-openapi';
import { instant, orNull } from './common.ts';

export const notificationsSchema = z
  .strictObject({
    email: z.boolean().openapi({ description: 'Drafts to review, and what became of them, by mail.' }),
    digest: z
      .enum(['none', 'hourly', 'daily'])
      .openapi({ description: 'Mail of several in one. Reminders and escalations always come at once.' }),
  })
  .openapi('Notifications');
export type Notifications = z.infer<typeof notificationsSchema>;

/** Not an extension of the other: that one takes no further field, and the document would say so of this one, too. */
export const notificationsAnswer = z
  .object({
    ...notificationsSchema.shape,
    address: z.string().nullable().openapi({ description: "The account's own; mail goes there. Null: no account." }),
    slack: z
      .object({
        state: z.enum(['none', 'asked', 'connected']),
        memberId: z.string().nullable(),
        askedUntil: orNull(instant),
      })
      .openapi({ description: '`asked`: a message in Slack waits for a press of its button.' }),
    available: z.strictObject({ email: z.boolean(), slack: z.boolean() }),
  })
  .openapi('MyNotifications');
export type MyNotifications = z.infer<typeof notificationsAnswer>;

export const CHANNEL_IDS = ['email', 'slack', 'webhook_out', 'webhook_in'] as const;
const channelSchema = z.object({
  id: z.enum(CHANNEL_IDS),
  open: z.boolean().openapi({ description: 'Whether it is set up.' }),
  facts: z
    .array(z.object({ name: z.string(), value: z.string() }))
    .openapi({ description: 'What it is set up with. Never a secret.' }),
  missing: z.array(z.string()).openapi({ description: 'Variables of the environment it would still need.' }),
  tellings: orNull(
    z.object({
      delivered: z.int(),
      pending: z.int(),
      failed: z.int(),
      lastError: z.string().nullable(),
    }),
  ).openapi({ description: 'Of the last 24 hours; null where nothing is told by it.' }),
});
export const channelListSchema = z.object({ items: z.array(channelSchema) }).openapi('NotificationChannels');
export type ChannelList = z.infer<typeof channelListSchema>;

export const channelParams = z.object({
  channel: z.enum(['email', 'slack', 'webhook_out']).openapi({ param: { name: 'channel', in: 'path' } }),
});
export const channelTestSchema = z
  .object({
    ok: z.boolean(),
    code: z.string().nullable().openapi({ description: 'Why it was not taken, as the receiver or the network says.' }),
    told: z.string().nullable().openapi({ description: 'Where it went.' }),
  })
  .openapi('ChannelTest');
export type ChannelTest = z.infer<typeof channelTestSchema>;
