import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporalCliPath } from '../support/temporal.ts';
import { axeViolations } from './axe.ts';
import { button, composer, heading, isRead, row, TIMEOUT_MS, tabTo, until } from './steps.ts';
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

const DAY_MS = 86_400_000;

/** Not one click: what is on the page is only waited for. */
test('the whole job without a mouse', { timeout: 2 * TIMEOUT_MS }, async () => {
  const compose = composer(desk);
  const long = `${'A paragraph that takes its room on the page.\n\n'.repeat(60)}The end.`;
  const bulk = [await compose('Bulk one'), await compose('Bulk two')];
  const three = await compose('Letter three');
  const two = await compose('Letter two');
  const schedule = { kind: 'at', at: new Date(Date.now() + 2 * DAY_MS).toISOString() };
  const one = await compose('Letter one', { content: { text: long }, schedule });
  const { page, problems } = await openDesk(browser, {
    url: desk.url,
    key: desk.keys.ana,
    path: '/waiting?order=newest',
  });
  const { keyboard } = page;
  await row(page, 'Letter one').waitFor();

  await keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  // Find, open, read to the end.
  await keyboard.press('/');
  await keyboard.type('Letter one');
  await row(page, 'Letter two').waitFor({ state: 'detached' });
  await tabTo(page, /Letter one/);
  await keyboard.press('Enter');
  await heading(page, 'Letter one').waitFor();
  await page.getByText('The end.').waitFor({ state: 'attached' });
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('draft-subject');
  await keyboard.press('End');
  await isRead(page);

  // Comment; the focus comes back to the text.
  await keyboard.press('m');
  await keyboard.type('Is the price right?');
  await keyboard.press('Control+Enter');
  await page.getByText('Comment added.', { exact: false }).waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('draft-subject');

  // Edit.
  await keyboard.press('e');
  await page.getByRole('form', { name: 'Edit the draft' }).waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
  await keyboard.press('Control+A');
  await keyboard.type('Hello Beck, it leaves on Monday.');
  await keyboard.press('Control+Enter');
  await page.getByText('Saved as a new revision.').waitFor();
  await page.getByText('Revision 2').first().waitFor();

  // Approve with its time, undo, approve again.
  for (const round of ['undone', 'kept'] as const) {
    await isRead(page);
    await page.getByRole('button', { name: 'Approve with this time' }).waitFor();
    await page.waitForTimeout(700);
    await keyboard.press('t');
    await page.getByText(/^Approved\. /).waitFor();
    if (round === 'kept') break;
    await keyboard.press('z');
    await page.getByText('Approval taken back.', { exact: false }).waitFor();
    await heading(page, 'Letter one').waitFor();
    await until(async () => ((await desk.agent.drafts.get(one)).status === 'in_review' ? true : null));
  }
  await until(async () => ((await desk.agent.drafts.get(one)).status === 'scheduled' ? true : null));
  expect((await desk.maria.drafts.get(one)).approval).toMatchObject({ revision: 2, withTime: true });

  // Ask for changes, reject; the next draft comes by itself.
  await keyboard.press('/');
  await keyboard.press('Escape');
  await row(page, 'Letter two').waitFor();
  await tabTo(page, /Letter two/);
  await keyboard.press('Enter');
  await heading(page, 'Letter two').waitFor();
  await page.waitForTimeout(700);
  await keyboard.press('c');
  await keyboard.type('Name the date.');
  await keyboard.press('Control+Enter');
  await page.getByText('Changes requested.', { exact: true }).waitFor();
  await heading(page, 'Letter three').waitFor();
  await keyboard.press('r');
  // Nothing is rejected without a reason.
  await keyboard.press('Control+Enter');
  expect(await page.getByRole('button', { name: 'Reject' }).isDisabled()).toBe(true);
  await keyboard.press('5');
  await keyboard.type('Not ours.');
  await keyboard.press('Control+Enter');
  await page.getByText('Rejected.', { exact: true }).waitFor();
  expect((await desk.agent.drafts.get(two)).status).toBe('changes_requested');
  expect(await desk.agent.drafts.waitForOutcome(three, { timeoutMs: 60_000 })).toMatchObject({
    status: 'rejected',
    rejection: { code: 'not_wanted', comment: 'Not ours.' },
  });

  // Several at once, each of them read.
  await heading(page, 'Bulk two').waitFor();
  await keyboard.press('x');
  await keyboard.press('j');
  await heading(page, 'Bulk one').waitFor();
  await keyboard.press('x');
  await page.getByText('2 chosen').waitFor();
  await tabTo(page, 'Read and approve', 'Shift+Tab');
  await keyboard.press('Enter');
  for (const place of ['Draft 1 of 2', 'Draft 2 of 2']) {
    await page.getByText(place).waitFor();
    await page.locator('button.bg-accent', { hasText: 'Include' }).waitFor();
    await keyboard.press('a');
  }
  await heading(page, 'You have read and included these').waitFor();
  await tabTo(page, 'Approve 2 drafts');
  await keyboard.press('Enter');
  await page.getByText('2 of 2 approved').waitFor();
  await tabTo(page, 'Back to the queue');
  await keyboard.press('Enter');
  for (const id of bulk) {
    expect((await desk.agent.drafts.waitForOutcome(id, { timeoutMs: 60_000 })).status).toBe('sent');
  }
  await page.getByText('Nothing waits for you.').waitFor();
  await keyboard.press('g');
  await keyboard.press('n');
  await heading(page, 'Numbers').waitFor();
  expect(problems).toEqual([]);
  await page.context().close();
});

test('a box of a form is filled in: letters decide nothing, and Enter sends the form', {
  timeout: TIMEOUT_MS,
}, async () => {
  const schedule = { kind: 'window', timeZone: 'Europe/Berlin', days: ['mon'], from: '09:00', to: '17:00' };
  const id = await composer(desk)('On some days', { schedule });
  const { page, problems } = await openDesk(browser, { url: desk.url, key: desk.keys.ana, path: `/waiting/${id}` });
  const { keyboard } = page;
  await isRead(page);
  await keyboard.press('s');
  const form = page.getByRole('form', { name: 'Reschedule' });
  const tuesday = form.getByRole('checkbox', { name: 'tue' });
  await tuesday.focus();
  await keyboard.press('Space');
  expect(await tuesday.isChecked()).toBe(true);
  for (const key of 'aer') await keyboard.press(key);
  await page.waitForTimeout(500);
  await form.waitFor();
  expect((await desk.agent.drafts.get(id)).status).toBe('in_review');
  await keyboard.press('Enter');
  await form.waitFor({ state: 'detached' });
  const { schedule: now } = await desk.agent.drafts.get(id);
  expect(now).toMatchObject({ kind: 'window', days: ['mon', 'tue'] });
  await desk.agent.drafts.withdraw(id);
  expect(problems).toEqual([]);
  await page.context().close();
});

test('keys of one letter are turned off for a browser; what has a name still works', {
  timeout: TIMEOUT_MS,
}, async () => {
  const id = await composer(desk)('Spoken to');
  await composer(desk)('Spoken of');
  const { page, problems } = await openDesk(browser, { url: desk.url, key: desk.keys.ana, path: `/waiting/${id}` });
  const { keyboard } = page;
  await isRead(page);
  await keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keys' });
  await help.getByRole('checkbox', { name: /^Single-key shortcuts/ }).uncheck();
  expect(await axeViolations(page)).toEqual([]);
  await keyboard.press('Escape');
  await help.waitFor({ state: 'detached' });
  const approve = button(page, 'Approve');
  expect(await approve.getAttribute('aria-keyshortcuts')).toBeNull();
  expect(await page.locator('footer kbd, [aria-label="Queue"] kbd').count()).toBe(0);

  const asked: string[] = [];
  page.on('request', (request) => {
    // That it was looked at is told by itself.
    if (request.method() !== 'GET' && !request.url().endsWith('/looks')) asked.push(request.url());
  });
  for (const key of [...'arcesumohxtnf?/.2', 'g', 's']) await keyboard.press(key);
  await page.waitForTimeout(800);
  expect(asked).toEqual([]);
  expect(new URL(page.url()).pathname).toBe(`/waiting/${id}`);
  expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe('INPUT');
  expect(await page.getByRole('dialog').count()).toBe(0);
  expect((await desk.agent.drafts.get(id)).status).toBe('in_review');

  // Keys with a name walk the list; the choice stays with the browser, and the list of keys has a button.
  await keyboard.press('ArrowDown');
  await heading(page, 'Spoken of').waitFor();
  await page.reload();
  await isRead(page);
  await keyboard.press('a');
  await page.waitForTimeout(500);
  expect(asked).toEqual([]);
  await button(page, 'Keys').click();
  await help.getByRole('checkbox').check();
  await keyboard.press('Escape');
  await help.waitFor({ state: 'detached' });
  await expect.poll(() => approve.getAttribute('aria-keyshortcuts')).toBe('A');
  await keyboard.press('Escape');
  await page.waitForURL(/waiting$/);
  expect(problems).toEqual([]);
  await page.context().close();
});
