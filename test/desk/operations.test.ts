import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporalCliPath } from '../support/temporal.ts';
import { axeViolations } from './axe.ts';
import { listed, until } from './steps.ts';
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

const TIMEOUT_MS = 200_000;
const open = (path: string, who: 'ana' | 'maria' = 'ana', options: BrowserContextOptions = {}) =>
  openDesk(browser, { url: desk.url, key: desk.keys[who], path, ...options });
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

async function compose(subject: string, category: string): Promise<string> {
  const content = { to: ['Beck <beck@example.com>'], subject, text: 'Hello Beck,\n\nit is on its way.\n' };
  const { id } = await desk.agent.drafts.create({ inbox: desk.inboxes.support, content, category });
  await listed(desk, id);
  return id;
}

/** What was acknowledged is on record at once, and in what is read a moment later. */
const goesOn = (id: string) => until(async () => ((await desk.maria.drafts.get(id)).paused === null ? true : null));

test('for all that match: preview, run, progress, history, and the way back', { timeout: TIMEOUT_MS }, async () => {
  const [one, two] = [await compose('Refund one', 'refund'), await compose('Refund two', 'refund')];
  const other = await compose('A receipt', 'receipt');
  const { page, problems } = await open('/waiting?category=refund');
  await page.getByText('Refund one').waitFor();
  await button(page, 'For all that match…').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Why (kept with each draft)').fill('Prices are wrong');
  expect(await axeViolations(page)).toEqual([]);
  await button(page, 'Preview').click();
  await dialog.getByText('2 drafts match; 2 can take it.').waitFor();
  await dialog.getByText('to Beck <beck@example.com>').first().waitFor();
  expect(await axeViolations(page)).toEqual([]);
  const late = await compose('Refund three', 'refund');
  await button(page, 'Pause 2 drafts').click();
  await page.getByRole('heading', { name: 'Pause 2 drafts' }).waitFor();
  await page.getByText('2 of 2 drafts are through').waitFor();
  await page.getByText('Done', { exact: true }).first().waitFor();
  expect(new URL(page.url()).pathname).toMatch(/^\/operations\/operation-/);
  expect(await axeViolations(page)).toEqual([]);
  expect((await desk.maria.drafts.get(one)).paused).toMatchObject({ reason: 'Prices are wrong' });
  for (const id of [other, late]) expect((await desk.maria.drafts.get(id)).paused).toBeNull();

  await page.getByRole('link', { name: '← Operations' }).click();
  await page.getByRole('link', { name: 'Pause 2 drafts' }).waitFor();
  await page.getByText(/category refund/).waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await page.goto(`${desk.url}/waiting/${one}`);
  await page.getByText(/Paused by Ana Ruiz .*: Prices are wrong/).waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await button(page, 'Resume').click();
  await page.getByText('Resumed: it is checked again before it leaves.').waitFor();
  await goesOn(one);

  // What is left of the pause ends where it was begun.
  await page.keyboard.press('g');
  await page.keyboard.press('o');
  await page.getByRole('link', { name: 'Pause 2 drafts' }).click();
  await button(page, 'Resume these').click();
  await button(page, 'Preview').click();
  await dialog.getByText('1 left').waitFor();
  await button(page, 'Resume 1 draft').click();
  await page.getByText('2 of 2 drafts are through').waitFor();
  await page.getByRole('list', { name: 'Left as they are' }).last().getByText('Refund one').waitFor();
  await goesOn(two);
  expect(problems).toEqual([]);
});

test('chosen drafts are paused together, by the keyboard', { timeout: TIMEOUT_MS }, async () => {
  await compose('Chosen one', 'chosen');
  await compose('Chosen two', 'chosen');
  const { page, problems } = await open('/waiting?category=chosen');
  await page.getByText('Chosen one').waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.getByText('2 chosen').waitFor();
  await button(page, 'Pause…').press('Enter');
  await button(page, 'Preview').press('Enter');
  await button(page, 'Pause 2 drafts').press('Enter');
  await page.getByText('2 of 2 drafts are through').waitFor();
  await page.getByText('2 chosen one by one', { exact: false }).waitFor();
  await page.goto(`${desk.url}/settings/pauses`);
  await page.getByText('2 drafts are paused one by one').waitFor();
  expect(await axeViolations(page)).toEqual([]);
  expect(problems).toEqual([]);
});

test('a reviewer pauses the chosen ones one by one; keys with Shift are for the chosen ones alone', {
  timeout: TIMEOUT_MS,
}, async () => {
  const ids = [await compose('Held one', 'held'), await compose('Held two', 'held')];
  const { page, problems } = await open('/waiting?category=held&order=newest', 'maria');
  await page.getByText('Held one').waitFor();
  // With nothing chosen they do nothing, also not to the one that is open.
  await page.keyboard.press('j');
  await page.getByRole('heading', { level: 1, name: 'Held two' }).waitFor();
  await button(page, 'Approve').waitFor();
  for (const key of ['A', 'R', 'S', 'P']) await page.keyboard.press(`Shift+${key}`);
  await page.waitForTimeout(500);
  expect(await page.getByLabel('Why is it rejected?').count()).toBe(0);
  expect((await desk.maria.drafts.get(ids[1] ?? '')).status).toBe('in_review');
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.getByText('2 chosen').waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await page.keyboard.press('Shift+R');
  await page.getByRole('heading', { name: 'Reject 2 of 2 chosen' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Shift+S');
  await page.getByRole('heading', { name: 'Reschedule 2 of 2 chosen' }).waitFor();
  await button(page, 'Back to the queue').click();
  await page.keyboard.press('Shift+P');
  await page.getByRole('heading', { name: 'Pause 2 of 2 chosen' }).waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await page.getByLabel('Why are they paused?').fill('Prices change tonight');
  await page.keyboard.press('Control+Enter');
  await page.getByText('2 of 2 paused').waitFor();
  for (const id of ids) {
    expect((await desk.maria.drafts.get(id)).paused).toMatchObject({
      by: { name: 'Maria Keller' },
      reason: 'Prices change tonight',
    });
  }
  await button(page, 'Back to the queue').click();
  await page.keyboard.press('?');
  await page.getByText('Pause those selected').waitFor();
  await page.getByText('Leave it out while several are read').waitFor();
  expect(problems).toEqual([]);
});

test('a reviewer is not offered it; nothing to show is said; a phone has room for it', {
  timeout: TIMEOUT_MS,
}, async () => {
  const reviewer = await open('/waiting', 'maria');
  await reviewer.page.getByRole('heading', { name: /^Waiting/ }).waitFor();
  expect(await button(reviewer.page, 'For all that match…').count()).toBe(0);
  expect(await reviewer.page.getByRole('link', { name: 'Operations' }).count()).toBe(0);
  const phone = await open('/waiting?category=nothing', 'ana', {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
  });
  await button(phone.page, 'For all that match…').click();
  await phone.page.getByLabel('What to do').selectOption('reassign');
  await phone.page.getByLabel('To whom').waitFor();
  await button(phone.page, 'Preview').click();
  await phone.page.getByText('No draft that waits matches.').waitFor();
  expect(await axeViolations(phone.page)).toEqual([]);
  await button(phone.page, 'Choose again').click();
  await phone.page.getByLabel('What to do').waitFor();
  const wide = await phone.page.evaluate('document.documentElement.scrollWidth');
  expect(wide).toBe(390);
});
