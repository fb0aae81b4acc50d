import { z } from 'zod';

const httpUrl = z.url({ protocol: /^https?$/, error: 'expected an http:// or https:// URL' });
/** As Standard Webhooks writes secrets: 24 to 64 random bytes in base64. */
const webhookSecret = z
  .string()
  .regex(/^(whsec_)?[A-Za-z0-9+/]{32,88}={0,2}$/, 'expected whsec_ and 24 to 64 random bytes in base64');

const doorSchema = z
  .array(
    z.strictObject({
      id: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,49}$/, 'must be a slug such as ticket-system'),
      secret: webhookSecret,
      /** Email of the person whose decisions these are. */
      person: z.email(),
    }),
  )
  .max(50)
  .refine((doors) => new Set(doors.map(({ id }) => id)).size === doors.length, 'an id is there twice')
  .refine((doors) => new Set(doors.map(({ secret }) => secret)).size === doors.length, 'a secret is there twice');
export type DecisionKey = z.infer<typeof doorSchema>[number];

/** Parse errors quote their input, and this one is secret. */
const decisionKeys = z.string().transform((text, context): DecisionKey[] => {
  try {
    const parsed = doorSchema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues) {
      context.addIssue({ code: 'custom', message: `${path.join('.')} ${message}`.trim() });
    }
  } catch {
    context.addIssue({ code: 'custom', message: 'expected a JSON list of {id, secret, person}' });
  }
  return z.NEVER;
});

/** Variables of the ways in which reviewers are told and decide outside the desk. */
export const channelsEnvironment = {
  COUNTERSIGN_REVIEW_INBOX: z.string().optional(),
  COUNTERSIGN_REPLY_APPROVAL: z.stringbool('expected true or false').default(false),
  COUNTERSIGN_SLACK_BOT_TOKEN: z.string().optional(),
  COUNTERSIGN_SLACK_SIGNING_SECRET: z.string().optional(),
  COUNTERSIGN_SLACK_CHANNEL: z.string().optional(),
  COUNTERSIGN_SLACK_API_URL: httpUrl.optional(),
  COUNTERSIGN_REVIEW_WEBHOOK_URL: httpUrl.optional(),
  COUNTERSIGN_REVIEW_WEBHOOK_SECRET: webhookSecret.optional(),
  COUNTERSIGN_DECISION_KEYS: decisionKeys.default([]),
};
type ChannelsEnvironment = z.infer<z.ZodObject<typeof channelsEnvironment>>;

export type ChannelsConfig = {
  /** Inbox of our own from which reviewers get mail; without it they get none. */
  inboxId?: string;
  /** Whether answers to those mails decide. */
  replies: boolean;
  slack?: { token: string; signingSecret: string; channel?: string; apiUrl?: string };
  webhook?: { url: string; secret: string };
  /** Who signs decisions that come in by webhook, and whose they are. */
  decisionKeys: DecisionKey[];
};

/** A string says what is incomplete. */
export function channelsOf(env: ChannelsEnvironment): ChannelsConfig | string {
  const { COUNTERSIGN_SLACK_BOT_TOKEN: token, COUNTERSIGN_SLACK_SIGNING_SECRET: signingSecret } = env;
  const { COUNTERSIGN_REVIEW_WEBHOOK_URL: url, COUNTERSIGN_REVIEW_WEBHOOK_SECRET: secret } = env;
  if (Boolean(token) !== Boolean(signingSecret)) {
    return 'COUNTERSIGN_SLACK_BOT_TOKEN and COUNTERSIGN_SLACK_SIGNING_SECRET: set both or none';
  }
  if (Boolean(url) !== Boolean(secret)) {
    return 'COUNTERSIGN_REVIEW_WEBHOOK_URL and COUNTERSIGN_REVIEW_WEBHOOK_SECRET: set both or none';
  }
  const { COUNTERSIGN_SLACK_CHANNEL: channel, COUNTERSIGN_SLACK_API_URL: apiUrl } = env;
  return {
    inboxId: env.COUNTERSIGN_REVIEW_INBOX,
    replies: env.COUNTERSIGN_REPLY_APPROVAL,
    ...(token && signingSecret && { slack: { token, signingSecret, channel, apiUrl } }),
    ...(url && secret && { webhook: { url, secret } }),
    decisionKeys: env.COUNTERSIGN_DECISION_KEYS,
  };
}
