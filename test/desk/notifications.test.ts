import { fileURLToPath } from 'node:url';
import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createSlackPort } from '../../src/channels/slack-port.ts';
import { loadConfig } from '../../src/config.ts';
import { hashApiKey } from '../../src/config-keys.ts';
import { channelOverviewOf, channelTestersOf } from '../../src/runtime/channel-overview.ts';
import { type HttpServer, startHttp } from '../../src/runtime/http.ts';
import { openStore } from '../../src/store/index.ts';
import { createPeople, type People } from '../accounts/support.ts';
import { type App, secret } from '../api/support.ts';
import { type Receiver, startReceiver } from '../notify/receiver.ts';
import { buttonsOf, pressOf, SIGNING, type SlackStandIn, signedForm, startSlack } from '../support/slack.ts';
import { axeViolations } from './axe.ts';
import { buildDesk, launchBrowser, openDesk } from './system.ts';

const PATH = '/settings/notifications';
const HOOK_SECRET = `whsec_${Buffer.from('a secret that nobody is shown').toString('base64')}`;
const SECRETS = [HOOK_SECRET, SIGNING, 'xoxb-hidden', 'links-are-signed-with-this-one-long-enough'];
const deskDir = fileURLToPath(new URL('../../dist/dashboard', import.meta.url));
let http: HttpServer;
let people: People;
let slack: SlackStandIn;
let receiver: Receiver;
let browser: Chromium;
const ana = { userId: 'usr_ana', email: 'ana@acme.test', key: secret('key-ana') };

beforeAll(async () => {
  buildDesk();
  [slack, receiver, browser] = await Promise.all([startSlack(), startReceiver(), launchBrowser()]);
  let app: App | undefined;
  const fetch = async (request: Request, env?: object) => (app ? app.fetch(request, env) : new Response(null));
  http = await startHttp({ fetch, host: '127.0.0.1', port: 0, variable: 'none' });
  const config = loadConfig({
    ...{ COUNTERSIGN_PUBLIC_URL: 'https://desk.acme.test', COUNTERSIGN_SECRET: SECRETS[3] },
    ...{ COUNTERSIGN_REVIEW_INBOX: 'reviews@acme.test', COUNTERSIGN_REPLY_APPROVAL: 'true' },
    ...{ COUNTERSIGN_SLACK_BOT_TOKEN: SECRETS[2], COUNTERSIGN_SLACK_SIGNING_SECRET: SIGNING },
    ...{ COUNTERSIGN_SLACK_API_URL: slack.url, COUNTERSIGN_SLACK_CHANNEL: 'C9' },
    ...{ COUNTERSIGN_REVIEW_WEBHOOK_URL: receiver.url, COUNTERSIGN_REVIEW_WEBHOOK_SECRET: HOOK_SECRET },
  });
  const channels = {
    slack: { slack: createSlackPort({ token: 'xoxb-hidden', apiUrl: slack.url }), signingSecret: SIGNING },
    open: { email: true, slack: true },
    overview: channelOverviewOf(config),
    // Nobody is there: mail is the channel that fails.
    testers: channelTestersOf(config, { apiKey: 'am_any', baseUrl: 'http://127.0.0.1:9' }),
  };
  const store = await openStore({ memory: true });
  people = await createPeople({ baseUrl: http.url }, { deskDir, channels, store });
  app = people.app;
  await store.createUser({ ...ana, name: 'Ana Ruiz', roles: ['reviewer', 'operator'], createdAtMs: 1 });
  const key = { keyId: 'key-ana', name: 'Ana', roles: ['reviewer', 'operator'] as const, ownerId: ana.userId };
  const made = { createdBy: ana.userId, createdAtMs: 1, expiresAtMs: null, sha256: hashApiKey(ana.key) };
  await store.createKey({ ...key, roles: [...key.roles], inboxes: null, hint: 'cs_', ...made });
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await http?.close();
  await people?.close();
  await slack?.close();
  await receiver?.close();
});
beforeEach(async () => {
  await people.store.unlinkSlack(ana.userId);
  slack.members.clear();
  slack.calls.length = 0;
});

const open = (key = ana.key, options: object = {}) => openDesk(browser, { url: http.url, key, path: PATH, ...options });
const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const channel = (page: Page, name: string) =>
  page.getByRole('list', { name: 'Channels' }).getByRole('listitem').filter({ hasText: name });

test('a person turns mail on, chooses a digest, and finds it again; nothing of it needs a mouse', async () => {
  const { page, problems } = await open();
  const mail = section(page, 'Mail');
  await mail.getByText('Goes to ana@acme.test').waitFor();
  const often = mail.getByLabel('How often');
  expect(await often.isDisabled()).toBe(true);
  await mail.getByLabel('Tell me by mail').focus();
  await page.keyboard.press('Space');
  await page.getByRole('status').getByText('Saved. It holds from the next draft on.').first().waitFor();
  await often.selectOption('daily');
  await expect.poll(() => people.store.getNotifications(ana.userId)).toMatchObject({ email: true, digest: 'daily' });
  await page.reload();
  await mail.waitFor();
  expect([await mail.getByLabel('Tell me by mail').isChecked(), await often.inputValue()]).toEqual([true, 'daily']);
  expect(await axeViolations(page)).toEqual([]);
  expect(problems).toEqual([]);
  await page.context().close();
});

test('Slack is connected by a press in Slack, which the page sees, and disconnected after a question', async () => {
  const { page } = await open();
  const own = section(page, 'Slack');
  await own.getByRole('button', { name: 'Connect Slack' }).click();
  await own.getByRole('alert').getByText('Slack knows no member with your address ana@acme.test').waitFor();
  slack.members.set(ana.email, { id: 'UANA' });
  await own.getByRole('button', { name: 'Connect Slack' }).click();
  await own.getByText('Waits for you in Slack').waitFor();
  expect(await own.getByRole('alert').count()).toBe(0);
  expect(await axeViolations(page)).toEqual([]);
  const asked = slack.calls.find(({ method }) => method === 'chat.postMessage');
  const [connect] = buttonsOf(asked);
  const press = signedForm(pressOf(connect ?? { action_id: '', value: '' }, 'UANA'));
  expect((await fetch(`${http.url}/v1/slack/interactions`, press)).status).toBe(200);
  await own.getByText('You are the member UANA').waitFor();
  await own.getByRole('button', { name: 'Disconnect Slack' }).click();
  const dialog = page.getByRole('dialog', { name: 'Disconnect Slack?' });
  expect(await axeViolations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Disconnect' }).click();
  await own.getByText('Not connected').waitFor();
  expect((await people.store.getNotifications(ana.userId)).slackUserId).toBeNull();
  await page.context().close();
});

test('an operator sees what is set up and what is missing, tries each, and is shown no secret', async () => {
  const { page } = await open();
  await channel(page, 'Webhook in').getByText('COUNTERSIGN_DECISION_KEYS').waitFor();
  await page.getByRole('button', { name: 'Send a test: Slack' }).click();
  await channel(page, 'Slack').getByText('A test was taken for C9.').waitFor();
  await page.getByRole('button', { name: 'Send a test: Webhook out' }).click();
  await channel(page, 'Webhook out').getByText('A test was taken for 127.0.0.1').waitFor();
  expect(JSON.parse(receiver.received[0]?.body ?? '{}')).toMatchObject({ type: 'channel.test' });
  await page.getByRole('button', { name: 'Send a test: Mail' }).click();
  await channel(page, 'Mail').getByText('The test was not taken:').waitFor();
  const shown = await page.content();
  expect(SECRETS.filter((one) => one !== undefined && shown.includes(one))).toEqual([]);
  expect(await axeViolations(page)).toEqual([]);
  await page.context().close();
});

test('a reviewer sees no channels, a phone shows it all, and a failing server says so', async () => {
  await people.store.changeUser(ana.userId, { roles: ['reviewer'] }, 2);
  const phone = await open(ana.key, { viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
  await section(phone.page, 'Slack').waitFor();
  expect(await section(phone.page, 'Channels').count()).toBe(0);
  expect(await axeViolations(phone.page)).toEqual([]);
  const width = await phone.page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(390);
  await phone.page.context().close();
  const { page } = await open();
  await section(page, 'Mail').waitFor();
  await page.route('**/v1/me/notifications', (route) => route.fulfill({ status: 503, body: '{}' }));
  await section(page, 'Mail').getByRole('checkbox').click();
  await page.getByRole('status').getByText('Not saved:').first().waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Try again' }).waitFor();
  await page.context().close();
});
