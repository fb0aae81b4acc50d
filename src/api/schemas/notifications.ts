import { z } from '@hono/zod-openapi';

export const notificationsSchema = z
  .strictObject({
    email: z.boolean().openapi({ description: 'Drafts to review, and what became of them, by mail.' }),
    digest: z
      .enum(['none', 'hourly', 'daily'])
      .openapi({ description: 'Mail of several in one. Reminders and escalations always come at once.' }),
    slackUserId: z
      .string()
      .regex(/^[UW][A-Z0-9]{2,30}$/, 'is a Slack member id such as U012AB3CD')
      .nullable()
      .openapi({ description: 'Your member id in Slack: drafts come there, and its buttons decide as you.' }),
  })
  .openapi('Notifications');
export type Notifications = z.infer<typeof notificationsSchema>;

/** Not an extension of the other: that one takes no further field, and the document would say so of this one, too. */
export const notificationsAnswer = z
  .object({
    ...notificationsSchema.shape,
    available: z.strictObject({ email: z.boolean(), slack: z.boolean() }),
  })
  .openapi('MyNotifications');
