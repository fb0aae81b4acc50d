import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Countersign } from '../../src/client/index.ts';
import { hashApiKey } from '../../src/config-keys.ts';
import { temporalCliPath } from '../support/temporal.ts';
import { composer, until } from './steps.ts';
import { type DeskSystem, launchBrowser, openDesk, startDeskSystem } from './system.ts';

const KEY = 'cs_of-somebody-who-only-reads';
/** What changes something, by the first words of its button. */
const DEEDS =
  /^(Approve|Reject|Request changes|Edit|Reschedule|Send now|Withdraw|Cancel|Pause|Resume|Re-?check|Recompose|Save|Add|Remove|Suppress|Invite|Make|New|Change|Rotate|Revoke|Import|Take|Hand|Assign|Claim|Acknowledge|Send a test|Say who|Try|Activate|Upload|Comment)/;
let desk: DeskSystem;
let browser: Browser;
let draftId = '';

beforeAll(async () => {
  [desk, browser] = await Promise.all([startDeskSystem(temporalCliPath()), launchBrowser()]);
  const { store } = desk.system;
  const audrey = { userId: 'usr_audrey', name: 'Audrey Lam', email: 'audrey@acme.test' };
  await store.createUser({ ...audrey, roles: ['auditor'], createdAtMs: 1 });
  const made = { createdBy: audrey.userId, createdAtMs: 1, expiresAtMs: null, sha256: hashApiKey(KEY) };
  const key = { keyId: 'key-audrey', name: 'Audrey', ownerId: audrey.userId, inboxes: null, hint: 'cs_' };
  await store.createKey({ ...key, roles: ['auditor'], ...made });
  await composer(desk)('Only to be read');
  const [first] = (await desk.maria.drafts.list({ q: 'Only to be read' })).items;
  draftId = first?.id ?? '';
  await until(async () => ((await desk.maria.drafts.get(draftId)).status === 'in_review' ? true : null));
  const ana = new Countersign({ baseUrl: desk.url, apiKey: desk.keys.ana });
  await ana.suppressions.add({ entry: 'carl@example.com', reason: 'manual', note: 'asked by phone' });
  await ana.pauses.add({ kind: 'recipe', id: 'none', reason: 'not now' });
  await ana.limits.set('inbox', desk.inboxes.support, [{ count: 10, perMs: 1_000 }]);
  await ana.policies.put({ policy: { rules: [] }, comment: 'First' });
}, 400_000);
afterAll(async () => {
  await browser?.close();
  await desk?.stop();
}, 60_000);

/** One's own key is one's own to end. */
const offered = async (page: Page, own: boolean) => {
  const names = await page.getByRole('button').allInnerTexts();
  const disabled = await page.getByRole('button', { disabled: true }).allInnerTexts();
  return names
    .map((name) => name.trim())
    .filter((name) => DEEDS.test(name) && !disabled.includes(name) && !(own && name === 'Revoke'));
};

test('an auditor reads every page and is offered nothing that changes something', { timeout: 240_000 }, async () => {
  const draft = `/all/${draftId}`;
  const paths = [
    ...[
      '/waiting',
      draft,
      `${draft}?tab=timeline`,
      `${draft}?tab=composed`,
      `${draft}?tab=changes`,
      '/numbers',
      '/alerts',
    ],
    ...[
      '/batches',
      '/operations',
      '/settings/pauses',
      '/settings/inboxes',
      '/settings/rules',
      '/settings/suppressions',
    ],
    ...['/settings/recipients?address=emil%40example.com', '/settings/limits', '/settings/notifications'],
    '/settings/account',
    ...['/settings/people', '/settings/keys', '/settings/changes', `/settings/inboxes/${desk.inboxes.support}`],
  ];
  const { page } = await openDesk(browser, { url: desk.url, key: KEY });
  const found: string[] = [];
  page.on('response', (response) => {
    if ([401, 403].includes(response.status())) found.push(`${response.status()} ${response.url()}`);
    if (response.status() === 404) process.stderr.write(`404 ${response.url()}\n`);
  });
  for (const path of paths) {
    await page.goto(`${desk.url}${path}`);
    await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
    await expect.poll(() => page.getByText('Loading', { exact: true }).count(), { timeout: 30_000 }).toBe(0);
    // The stream of events never ends, so there is no quiet to wait for.
    await page.waitForTimeout(300);
    if ((await page.getByText('is not for your role').count()) > 0) found.push(`${path}: closed`);
    if ((await page.getByText('This could not be loaded').count()) > 0) found.push(`${path}: failed`);
    found.push(...(await offered(page, path === '/settings/keys')).map((name) => `${path}: ${name}`));
  }
  expect(found).toEqual([]);
  await page.context().close();
});

test('no key of the keyboard decides for an auditor', async () => {
  const { page } = await openDesk(browser, { url: desk.url, key: KEY, path: `/all/${draftId}` });
  await page.getByRole('tab', { name: 'Mail' }).waitFor();
  const asked: string[] = [];
  page.on('request', (request) => request.method() !== 'GET' && asked.push(`${request.method()} ${request.url()}`));
  for (const key of ['a', 'a', 'r', 'c', 'e', 's', 'u', 'w', 'm', 'x']) await page.keyboard.press(key);
  await page.waitForTimeout(1_000);
  expect(asked).toEqual([]);
  expect(await page.getByRole('region', { name: 'Chosen drafts' }).count()).toBe(0);
  expect((await desk.maria.drafts.get(draftId)).status).toBe('in_review');
  await page.context().close();
});
