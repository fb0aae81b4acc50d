import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporalCliPath } from '../support/temporal.ts';
import { axeViolations } from './axe.ts';
import { type DeskSystem, launchBrowser, openDesk, startDeskSystem } from './system.ts';

let desk: DeskSystem;
let browser: Browser;

beforeAll(async () => {
  [desk, browser] = await Promise.all([startDeskSystem(temporalCliPath()), launchBrowser()]);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await desk?.stop();
}, 60_000);

const TIMEOUT_MS = 120_000;
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true };
const open = (options: object = {}) => openDesk(browser, { url: desk.url, key: desk.keys.ana, ...options });
const row = (page: Page, subject: string) => page.getByRole('listitem').filter({ hasText: subject });

async function compose(subject: string, options: object = {}) {
  const content = { to: ['Beck <beck@example.com>'], subject, text: 'Hello Beck,\n\nit is on its way.\n' };
  const { id } = await desk.agent.drafts.create({ inbox: desk.inboxes.support, content, ...options });
  while ((await desk.agent.drafts.get(id)).status === 'composing') await new Promise((done) => setTimeout(done, 100));
  return id;
}

test('what the server refuses comes back with the reason; a lost answer is asked for again once', {
  timeout: TIMEOUT_MS,
}, async () => {
  const refusedId = await compose('Refused in the end');
  const lostId = await compose('Answer lost on the way');
  const { page } = await open();
  let lost = 0;
  await page.route(`**/v1/drafts/${refusedId}/decisions`, (route) =>
    route.fulfill({ status: 409, json: { status: 409, code: 'inbox_paused', message: 'The inbox is paused.' } }),
  );
  await page.route(`**/v1/drafts/${lostId}/decisions`, async (route) => {
    lost += 1;
    if (lost > 1) return route.continue();
    await route.fetch();
    return route.abort('connectionreset');
  });

  await row(page, 'Refused in the end').getByRole('link').click();
  await page.locator('button.bg-accent', { hasText: 'Approve' }).click();
  await page.getByText('Not approved: The inbox is paused.').waitFor();
  await row(page, 'Refused in the end').getByText('Not done: The inbox is paused.').waitFor();

  await row(page, 'Answer lost on the way').getByRole('link').click();
  await page.getByRole('heading', { name: 'Answer lost on the way' }).waitFor();
  await page.waitForTimeout(700);
  await page.locator('button.bg-accent', { hasText: 'Approve' }).click();
  await page.getByText(/^Approved\. /).waitFor();
  expect(lost).toBe(2);
  await desk.agent.drafts.waitForOutcome(lostId, { timeoutMs: 60_000 });
  const approvals = (await desk.agent.drafts.history(lostId)).filter(({ type }) => type === 'approved');
  expect(approvals).toHaveLength(1);
  await page.context().close();
});

test('without a connection a bar says so, reading goes on, and what happened meanwhile is caught up', {
  timeout: TIMEOUT_MS,
}, async () => {
  await compose('Read while offline');
  const { page } = await open();
  await row(page, 'Read while offline').getByRole('link').click();
  await page.getByRole('heading', { name: 'Read while offline' }).waitFor();
  await page.context().setOffline(true);
  await page.getByText('Connection lost.', { exact: false }).waitFor({ timeout: 60_000 });
  await page.getByRole('tab', { name: 'Source' }).click();
  await page.getByText('Digest of this revision').waitFor();
  await compose('Came while offline');
  await page.context().setOffline(false);
  await page.getByRole('button', { name: /\d new/ }).click();
  await row(page, 'Came while offline').waitFor();
  await page.getByText('Connection lost.', { exact: false }).waitFor({ state: 'detached' });
  await page.context().close();
});

test('rescheduled from the phone, with the result in both zones', { timeout: TIMEOUT_MS }, async () => {
  const id = await compose('For New York', { schedule: { kind: 'held' } });
  const { page, problems } = await open(PHONE);
  await row(page, 'For New York').getByRole('link').click();
  await page.getByRole('button', { name: 'Reschedule' }).click();
  await page.getByText('In office hours').click();
  await page.getByLabel('Time zone').selectOption('America/New_York');
  await page.getByText(/^Goes .* in New York \(.* for you\), once approved$/).waitFor();
  expect(await axeViolations(page)).toEqual([]);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  expect(wide).toBe(false);
  await page.getByRole('button', { name: 'Set the time' }).click();
  await page
    .getByText(/^Due .* in New York \(.* for you\)$/)
    .filter({ visible: true })
    .first()
    .waitFor();
  expect((await desk.agent.drafts.get(id)).schedule).toMatchObject({ kind: 'window', timeZone: 'America/New_York' });
  expect(problems).toEqual([]);
  await page.context().close();
});
