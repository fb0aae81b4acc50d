import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporalCliPath } from '../support/temporal.ts';
import { axeViolations } from './axe.ts';
import { composer, row, TIMEOUT_MS, until } from './steps.ts';
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

const asMaria = (path: string) => openDesk(browser, { url: desk.url, key: desk.keys.maria, path });
const subjects = async (page: Page, ...known: string[]): Promise<string[]> => {
  const rows = await page
    .getByRole('list', { name: /drafts$/ })
    .getByRole('listitem')
    .allInnerTexts();
  return rows.flatMap((text) => known.filter((subject) => text.includes(subject)));
};
/** The number beside a view's name. */
const count = (page: Page, view: string) =>
  page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: new RegExp(`^${view} ?\\d`) });

test('the most urgent comes first, says so, and what merely waits is neither due nor overdue', {
  timeout: TIMEOUT_MS,
}, async () => {
  const compose = composer(desk);
  const all = ['Whenever', 'An hour ago', 'First of all'] as const;
  await compose('Whenever');
  const missed = await compose('An hour ago', {
    schedule: { kind: 'at', at: new Date(Date.now() - 3_600_000).toISOString() },
  });
  await compose('First of all', { priority: 1 });
  const { page, problems } = await asMaria('/waiting');
  await row(page, 'First of all').getByText('Urgent', { exact: true }).waitFor();
  await row(page, 'An hour ago').getByText('Overdue', { exact: true }).waitFor();
  expect(await row(page, 'Whenever').getByText('Overdue').count()).toBe(0);
  expect(await subjects(page, ...all)).toEqual(['First of all', 'An hour ago', 'Whenever']);
  expect(await axeViolations(page)).toEqual([]);

  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByLabel('Order').selectOption('newest');
  await page.getByRole('form', { name: 'Filters' }).getByRole('button', { name: 'Filter' }).click();
  await page.waitForURL(/order=newest/);
  await expect.poll(() => subjects(page, ...all)).toEqual(['First of all', 'An hour ago', 'Whenever']);
  await page.goto(`${desk.url}/waiting?order=oldest`);
  await row(page, 'Whenever').waitFor();
  await expect.poll(() => subjects(page, ...all)).toEqual(['Whenever', 'An hour ago', 'First of all']);

  await count(page, 'Due soon').getByText('1').waitFor();
  await page.goto(`${desk.url}/due`);
  await row(page, 'An hour ago').waitFor();
  expect(await subjects(page, ...all)).toEqual(['An hour ago']);
  await page.goto(`${desk.url}/waiting?due=overdue`);
  await row(page, 'An hour ago').waitFor();
  expect(await subjects(page, ...all)).toEqual(['An hour ago']);

  const { maria } = desk;
  await page.goto(`${desk.url}/needs-me`);
  await row(page, 'Whenever').waitFor();
  await count(page, 'Needs me').getByText('3').waitFor();
  const { revision, digest } = await maria.drafts.get(missed);
  await maria.drafts.decide(missed, { decision: 'approve', revision, digest: digest ?? '' });
  await count(page, 'Needs me').getByText('2').waitFor();
  await until(async () => ((await maria.drafts.list({ needsMe: true })).items.length === 2 ? true : null));
  expect((await maria.drafts.counts({ needsMe: true })).counts).toEqual({ in_review: 2 });
  expect(problems).toEqual([]);
  await page.context().close();
});
