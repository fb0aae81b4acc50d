import { ChannelError } from '../notify/index.ts';
import type { SlackPort } from './slack-port.ts';
import type { ReviewMail } from './types.ts';

/** A way of telling or deciding as it is set up. What is in here is shown to operators: never a secret. */
export interface ChannelOverview {
  id: 'email' | 'slack' | 'webhook_out' | 'webhook_in';
  open: boolean;
  facts: { name: string; value: string }[];
  /** Variables of the environment without which it stays closed. */
  missing: string[];
}

/** Whom a test may reach. */
export interface TestRecipient {
  /** Null: has no account. */
  email: string | null;
  slackUserId: string | null;
}
export type TestableChannel = 'email' | 'slack' | 'webhook_out';
/** Sends a test; answers where it went. Null: there was nobody to send it to, but all else works. */
export type ChannelTester = (to: TestRecipient, testId: string) => Promise<string | null>;
export type ChannelTesters = Partial<Record<TestableChannel, ChannelTester>>;

const TEXT = 'This is a test of Countersign. Nothing waits for you, and an answer decides nothing.';

export const emailTester =
  (mail: ReviewMail): ChannelTester =>
  async ({ email }, testId) => {
    if (email === null) return null;
    await mail.send({ to: [email], subject: '[Countersign] Test', text: `${TEXT}\n` }, `test-${testId}`);
    return email;
  };

export const slackTester =
  (slack: SlackPort, channel: string | undefined): ChannelTester =>
  async ({ slackUserId }) => {
    await slack.workspace();
    const to = channel ?? slackUserId;
    if (to === null) return null;
    await slack.post(to, { text: TEXT, blocks: [{ type: 'section', text: { type: 'plain_text', text: TEXT } }] });
    return to;
  };

export const webhookTester =
  (send: (id: string, payload: object) => Promise<void>, url: string, now: () => number): ChannelTester =>
  async (_, testId) => {
    await send(`test-${testId}`, { type: 'channel.test', timestamp: new Date(now()).toISOString(), data: { testId } });
    return new URL(url).host;
  };

/** The code of a failure that may be shown. */
export function codeOf(error: unknown): string {
  if (error instanceof ChannelError) return error.code;
  return error instanceof Error && 'type' in error && typeof error.type === 'string' ? error.type : 'internal';
}
