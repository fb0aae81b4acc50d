import { createHmac, timingSafeEqual } from 'node:crypto';

const MAX_OFF_MS = 5 * 60_000;

/** Whether Slack signed this very body, within five minutes of now. */
export function slackSigned(body: string, headers: Headers, secret: string, nowMs: number): boolean {
  const timestamp = headers.get('x-slack-request-timestamp') ?? '';
  const given = Buffer.from(headers.get('x-slack-signature') ?? '');
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowMs - Number(timestamp) * 1_000) > MAX_OFF_MS) return false;
  const right = Buffer.from(`v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`);
  return given.length === right.length && timingSafeEqual(given, right);
}
