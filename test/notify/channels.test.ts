import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { emailChannel, emailText } from '../../src/notify/email.ts';
import { ChannelError } from '../../src/notify/index.ts';
import { logChannel } from '../../src/notify/log.ts';
import { slackChannel, slackMessage } from '../../src/notify/slack.ts';
import { webhookChannel } from '../../src/notify/webhook.ts';
import { notice, OPENED_MS } from './notices.ts';
import { type Receiver, startReceiver } from './receiver.ts';

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

const codeOf = (sent: Promise<void>) =>
  sent.then(
    () => 'taken',
    (error: unknown) => (error instanceof ChannelError ? error.code : `other: ${error}`),
  );

describe('Slack', () => {
  test('a message says what, since when and where to look', async () => {
    await slackChannel({ url: receiver.url }).send(notice({}, { deskUrl: 'https://desk.test' }));
    const [{ body, headers }] = receiver.received as [(typeof receiver.received)[0]];
    expect(headers['content-type']).toBe('application/json');
    expect(JSON.parse(body).text).toBe('Alert: overdue (critical): Drafts are overdue.');
    for (const part of ['drafts: 3', 'since: 2026-11-03T09:00:00.000Z', '<https://desk.test/all/draft-content-1|']) {
      expect(body).toContain(part);
    }
  });

  test('what was given is text, never markup', () => {
    const message = slackMessage(notice({ title: '<!channel> <https://evil.test|click> & more\n*bold*' }));
    expect(message.text).toContain('&lt;!channel&gt; &lt;https://evil.test|click&gt; &amp; more *bold*');
    const blocks = message.attachments.flatMap(({ blocks }) => blocks);
    const types = JSON.stringify(blocks).match(/"type":"(\w+)"/g);
    // Plain text alone: Slack reads no markup in it, so nothing in it needs an escape.
    expect(types).not.toContain('"type":"mrkdwn"');
  });

  test('a recovery is told as one', () => {
    const message = slackMessage(notice({ resolvedAtMs: OPENED_MS + 60_000 }, { transition: 'resolved' }));
    expect(message.text).toMatch(/^Resolved: overdue/);
    expect(JSON.stringify(message)).toContain('until: 2026-11-03T09:01:00.000Z');
  });
});

describe('webhook', () => {
  const secret = `whsec_${randomBytes(32).toString('base64')}`;

  test("the library's own verifier takes it, and no other secret does", async () => {
    await webhookChannel({ url: receiver.url, secret }).send(notice());
    const [{ body, headers }] = receiver.received as [(typeof receiver.received)[0]];
    const flat = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    const payload = new Webhook(secret).verify(body, flat);
    expect(payload).toMatchObject({
      type: 'alert.opened',
      data: { noticeId: 'alert-a1-opened', kind: 'overdue', facts: { drafts: 3 }, resolvedAt: null },
    });
    expect(flat['webhook-id']).toBe('alert-a1-opened');
    const other = new Webhook(`whsec_${randomBytes(32).toString('base64')}`);
    expect(() => other.verify(body, flat)).toThrow();
    expect(() => new Webhook(secret).verify(body.replace('overdue', 'sent'), flat)).toThrow();
  });

  test.each([
    [500, 'http_500'],
    [301, 'http_301'],
    [404, 'http_404'],
  ])('an answer of %i is a failure with a code', async (status, code) => {
    Object.assign(receiver.state, { status, headers: { location: 'http://127.0.0.1:1/elsewhere' } });
    expect(await codeOf(webhookChannel({ url: receiver.url, secret }).send(notice()))).toBe(code);
    expect(receiver.received).toHaveLength(1);
  });

  test('a pause that is asked for is passed on, within reason', async () => {
    Object.assign(receiver.state, { status: 429, headers: { 'retry-after': '86400' } });
    const sent = slackChannel({ url: receiver.url }).send(notice());
    await expect(sent).rejects.toMatchObject({ code: 'http_429', retryAfterMs: 300_000 });
  });

  test('nobody there is a failure without an address in it', async () => {
    const { url } = receiver;
    await receiver.close();
    const sent = webhookChannel({ url, secret }).send(notice());
    await expect(sent).rejects.toMatchObject({ code: 'network', message: 'the notice was not taken: network' });
  });

  test('one that never answers is left after ten seconds', { timeout: 20_000 }, async () => {
    receiver.state.hang = true;
    expect(await codeOf(webhookChannel({ url: receiver.url, secret }).send(notice()))).toBe('timeout');
  });
});

describe('email', () => {
  test('goes to operators under the notice’s own key', async () => {
    const sent: unknown[] = [];
    const mail = { send: async (...given: unknown[]) => void sent.push(given) };
    await emailChannel({ to: ['ops@acme.test'], mail }).send(notice());
    expect(sent).toEqual([[{ to: ['ops@acme.test'], ...emailText(notice()) }, 'alert-a1-opened']]);
    expect(emailText(notice()).text).toContain('draft: draft-content-1');
  });

  test('a line break in a title does not end the subject', () => {
    const { subject, text } = emailText(notice({ title: 'one\r\nBcc: x@evil.test' }));
    expect(subject).toBe('[Countersign] Alert: overdue (critical)');
    expect(text.split('\n')[0]).toBe('one Bcc: x@evil.test');
  });

  test('a failure keeps the code of AgentMail alone', async () => {
    const error = Object.assign(new Error('to beck@example.com'), { type: 'agentmail.validation' });
    const mail = { send: () => Promise.reject(error) };
    expect(await codeOf(emailChannel({ to: ['a@b.test'], mail }).send(notice()))).toBe('agentmail.validation');
  });
});

test('the log has every alert at its level, a recovery as information', async () => {
  const lines: [string, object][] = [];
  const at = (level: string) => (fields: object) => void lines.push([level, fields]);
  const channel = logChannel({ info: at('info'), warn: at('warn'), error: at('error') });
  await channel.send(notice());
  await channel.send(notice({ severity: 'warning' }));
  await channel.send(notice({}, { transition: 'resolved' }));
  expect(lines.map(([level]) => level)).toEqual(['error', 'warn', 'info']);
  expect(lines[0]?.[1]).toMatchObject({ alert: 'overdue', transition: 'opened', facts: { drafts: 3 } });
});
