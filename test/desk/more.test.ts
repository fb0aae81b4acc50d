import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporalCliPath } from '../support/temporal.ts';
import { axeViolations } from './axe.ts';
import { button, composer, heading, TIMEOUT_MS, until } from './steps.ts';
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

const open = (path: string, who: 'ana' | 'maria', options: BrowserContextOptions = {}) =>
  openDesk(browser, { url: desk.url, key: desk.keys[who], path, ...options });

test('one draft is paused, resumed and checked again by the keyboard', { timeout: TIMEOUT_MS }, async () => {
  const id = await composer(desk)('Stop this one');
  const { page, problems } = await open(`/waiting/${id}`, 'ana');
  await button(page, 'More…').waitFor();
  await page.keyboard.press('.');
  const panel = page.getByRole('region', { name: 'More to do' });
  await panel.waitFor();
  // Content that an agent wrote is composed by no recipe.
  expect(await panel.getByRole('button').allTextContents()).toEqual([
    ...['Pause…', 'Check again', 'Withdraw…', 'Cancel…', 'Not now'],
  ]);
  expect(await axeViolations(page)).toEqual([]);
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Check again');
  await page.keyboard.press('Enter');
  await page.getByText('Checked again: nothing changed.').waitFor();

  await page.keyboard.press('.');
  await panel.waitFor();
  await page.keyboard.press('Enter');
  await page.getByLabel('Why is it paused?').fill('The price is wrong');
  await page.keyboard.press('Control+Enter');
  await page.getByText(/Paused by Ana Ruiz .*: The price is wrong/).waitFor();
  expect((await desk.maria.drafts.get(id)).paused).toMatchObject({ reason: 'The price is wrong' });

  // A reviewer sees the pause and cannot end it.
  const reviewer = await open(`/waiting/${id}`, 'maria', { viewport: { width: 390, height: 844 }, hasTouch: true });
  await button(reviewer.page, 'More…').click();
  const shown = reviewer.page.getByRole('region', { name: 'More to do' }).getByRole('button');
  await expect.poll(() => shown.allTextContents()).toEqual(['Check again', 'Not now']);
  expect(await reviewer.page.evaluate('document.documentElement.scrollWidth')).toBe(390);

  await page.keyboard.press('.');
  await panel.getByRole('button', { name: 'Resume' }).press('Enter');
  await page.getByText('Resumed: it is checked again before it leaves.').waitFor();
  await expect.poll(async () => (await desk.maria.drafts.get(id)).paused).toBeNull();
  await page.keyboard.press('.');
  await panel.waitFor();
  await page.keyboard.press('Escape');
  await button(page, 'More…').waitFor();
  expect([...problems, ...reviewer.problems]).toEqual([]);
});

test('an operator withdraws or cancels a draft after reading what that does', { timeout: TIMEOUT_MS }, async () => {
  const rest = await composer(desk)('Ended, the next');
  const cancelled = await composer(desk)('Ended, cancelled');
  const withdrawn = await composer(desk)('Ended, withdrawn');
  const { page, problems } = await open(`/waiting/${withdrawn}?q=ended&order=newest`, 'ana');
  const panel = page.getByRole('region', { name: 'More to do' });
  await heading(page, 'Ended, withdrawn').waitFor();
  await page.getByRole('link', { name: /Ended, the next/ }).waitFor();
  await button(page, 'More…').click();
  await panel.getByRole('button', { name: 'Withdraw…' }).click();
  await page.getByText('It ends unsent, as if its agent had taken it back.', { exact: false }).waitFor();
  expect(await axeViolations(page)).toEqual([]);
  // Nothing has happened yet, and nothing does when one thinks better of it.
  await button(page, 'Not now').click();
  await button(page, 'More…').click();
  await panel.getByRole('button', { name: 'Withdraw…' }).click();
  // Typed as a person does: each letter would be a command, were the focus not in the form.
  await page.keyboard.type('The order was cancelled');
  await button(page, 'Withdraw it').click();
  await page.getByText('Withdrawn: it is not sent.').waitFor();
  expect((await desk.agent.drafts.waitForOutcome(withdrawn, { timeoutMs: 60_000 })).status).toBe('withdrawn');
  const [told] = (await desk.agent.drafts.history(withdrawn)).filter(({ type }) => type === 'withdrawn');
  expect(told).toMatchObject({ actor: { name: 'Ana Ruiz' }, comment: 'The order was cancelled' });

  // The next one comes by itself; the words are optional.
  await heading(page, 'Ended, cancelled').waitFor();
  await button(page, 'More…').click();
  await panel.getByRole('button', { name: 'Cancel…' }).click();
  await page.getByText('It ends unsent, stopped by you.', { exact: false }).waitFor();
  await button(page, 'Cancel it').click();
  await page.getByText('Cancelled: it is not sent.').waitFor();
  await heading(page, 'Ended, the next').waitFor();
  expect((await desk.agent.drafts.waitForOutcome(cancelled, { timeoutMs: 60_000 })).status).toBe('cancelled');
  expect((await desk.agent.drafts.get(rest)).status).toBe('in_review');
  expect(problems).toEqual([]);
});

test('from the calendar a decision leads to the next draft of its day', { timeout: TIMEOUT_MS }, async () => {
  const at = new Date(Date.now() + 3 * 3_600_000).toISOString();
  const ids: string[] = [];
  for (const name of ['Calendar one', 'Calendar two']) {
    const id = await composer(desk)(name, { schedule: { kind: 'at', at } });
    const { revision, digest } = await desk.maria.drafts.get(id);
    await desk.maria.drafts.decide(id, { decision: 'approve', revision, digest: digest ?? '' });
    await until(async () => ((await desk.agent.drafts.get(id)).status === 'scheduled' ? true : null));
    ids.push(id);
  }
  // Where one is, it may be tomorrow already.
  const day = new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', timeZone: 'Europe/Berlin' }).format(new Date(at));
  const { page, problems } = await open(`/scheduled/${ids[0]}?show=month&day=${day}`, 'ana');
  await heading(page, 'Calendar one').waitFor();
  await page.getByRole('link', { name: /Calendar two/ }).waitFor();
  await button(page, 'More…').click();
  await button(page, 'Cancel…').click();
  await button(page, 'Cancel it').click();
  await heading(page, 'Calendar two').waitFor();
  expect(new URL(page.url()).search).toContain(day);
  expect(problems).toEqual([]);
});

test('one draft is composed anew with what a reviewer says', { timeout: TIMEOUT_MS }, async () => {
  const { id } = await desk.agent.drafts.create({
    inbox: desk.inboxes.support,
    recipe: {
      name: 'invoice-reminder',
      input: {
        ...{ to: ['beck@example.com'], customer: { name: 'Beck' }, level: 1, locale: 'en' },
        invoice: { number: 'NL-1', amount: { value: '120.00', currency: 'EUR' }, dueOn: '2026-11-02' },
        sender: { name: 'Jonas Brandt', company: 'Nordlicht GmbH' },
      },
    },
  });
  await until(async () => ((await desk.agent.drafts.get(id)).status === 'in_review' ? true : null));
  const { page, problems } = await open(`/waiting/${id}`, 'maria');
  await button(page, 'More…').click();
  await button(page, 'Compose anew…').click();
  await page.getByLabel('What should the new text heed?').fill('Friendlier, please');
  await button(page, 'Compose anew').click();
  await page.getByText('It is being composed anew.').waitFor();
  const events = await until(async () => {
    const all = await desk.maria.drafts.history(id);
    return all.some(({ type }) => type === 'recompose_asked') ? all : null;
  });
  expect(events.find(({ type }) => type === 'recompose_asked')).toMatchObject({
    actor: { name: 'Maria Keller' },
    comment: 'Friendlier, please',
  });
  await page.keyboard.press('?');
  await page.getByText('More: pause, check again, compose anew, withdraw, cancel').waitFor();
  expect(problems).toEqual([]);
});
