import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporalCliPath } from '../support/temporal.ts';
import { axeViolations } from './axe.ts';
import { ELSEWHERE, HOSTILE_HTML } from './hostile.ts';
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

const TIMEOUT_MS = 120_000;
const asAna = (path?: string) => openDesk(browser, { url: desk.url, key: desk.keys.ana, path });
const asMaria = (path?: string) => openDesk(browser, { url: desk.url, key: desk.keys.maria, path });
const row = (page: Page, subject: string) => page.getByRole('listitem').filter({ hasText: subject });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function compose(subject: string, content: { text?: string; html?: string } = {}, options: object = {}) {
  const draft = await desk.agent.drafts.create({
    inbox: desk.inboxes.support,
    content: { to: ['Beck <beck@example.com>'], subject, text: 'Hello Beck,\n\nit is on its way.\n', ...content },
    ...options,
  });
  await listed(desk, draft.id);
  return draft.id;
}

const sentSubjects = async () => (await desk.emulator.outbox()).messages.map(({ subject }) => subject);

test('a draft appears by itself, is approved with one key, and is sent once', { timeout: TIMEOUT_MS }, async () => {
  const { page, problems } = await asAna();
  await page.getByText('Nothing waits for you.').waitFor();
  expect(page.url()).toBe(`${desk.url}/waiting`);

  const id = await compose('Your lamp is on its way');
  await row(page, 'Your lamp is on its way').getByRole('link').click();
  await page.getByRole('heading', { name: 'Your lamp is on its way' }).waitFor();
  expect(await page.title()).toBe('Your lamp is on its way · Countersign');
  await page.getByText('it is on its way.', { exact: false }).last().waitFor();
  await page.locator('button.bg-accent', { hasText: 'Approve' }).waitFor();
  await page.keyboard.press('a');
  await page.getByText(/^Approved\. /).waitFor();
  await page.getByText('Nothing waits for you.').waitFor();

  const outcome = await desk.agent.drafts.waitForOutcome(id, { timeoutMs: 60_000 });
  expect(outcome.status).toBe('sent');
  expect(await sentSubjects()).toEqual(['Your lamp is on its way']);
  await page.getByRole('link', { name: /^Sent/ }).click();
  await row(page, 'Your lamp is on its way').getByText('Approved by Ana Ruiz').waitFor();
  expect(problems).toEqual([]);
  await page.context().close();
});

test('arrivals are announced, and what somebody else decides greys out in place', { timeout: TIMEOUT_MS }, async () => {
  const first = await compose('First in line');
  const { page, problems } = await asAna();
  await row(page, 'First in line').waitFor();
  const second = await compose('Second in line');
  const announcement = page.getByRole('button', { name: '1 new' });
  await announcement.waitFor();
  expect(await row(page, 'Second in line').count()).toBe(0);
  await announcement.click();
  await row(page, 'Second in line').waitFor();

  const { revision, digest } = await desk.maria.drafts.get(first);
  await desk.maria.drafts.decide(first, { decision: 'reject', revision, digest: digest ?? '', comment: 'Not ours.' });
  await row(page, 'First in line').getByText('Rejected · Maria Keller').waitFor();
  await row(page, 'First in line').getByRole('link').click();
  await page.getByRole('tab', { name: 'Timeline' }).click();
  await page.getByText('Not ours.').waitFor();

  await row(page, 'Second in line').getByRole('link').click();
  await page.getByRole('heading', { name: 'Second in line' }).waitFor();
  await page.keyboard.press('r');
  await page.getByText('Not needed').click();
  await page.getByLabel('Why is it rejected?').fill('Nor is this.');
  await page.keyboard.press('Control+Enter');
  await page.getByText('Rejected.', { exact: true }).waitFor();
  expect((await desk.agent.drafts.waitForOutcome(second, { timeoutMs: 30_000 })).status).toBe('rejected');
  expect(problems).toEqual([]);
  await page.context().close();
});

test('an unread text is not approved by one key; undo takes the approval back', { timeout: TIMEOUT_MS }, async () => {
  const text = `${'A paragraph that takes its room on the page.\n\n'.repeat(80)}The end.`;
  const short = await compose('A short letter behind it');
  const id = await compose('A long letter', { text }, { holdMs: 60_000 });
  const { page, problems } = await asAna(`/waiting/${id}`);
  await page.getByRole('heading', { name: 'A long letter' }).waitFor();
  await page.getByText('The end.').waitFor({ state: 'attached' });
  await page.keyboard.press('a');
  await page.getByText('You have not seen the end of this text.').waitFor();
  expect((await desk.agent.drafts.get(id)).status).toBe('in_review');
  await page.keyboard.press('Escape');
  await page.locator('[data-scroller]').evaluate((scroller) => scroller.scrollTo(0, scroller.scrollHeight));
  const approve = page.locator('button.bg-accent', { hasText: 'Approve' });
  await approve.dblclick();
  await page.getByRole('button', { name: /^Undo/ }).click();
  await page.getByText('It waits for review again.', { exact: false }).waitFor();
  const items = await desk.agent.drafts.history(id);
  expect(items.filter(({ type }) => type === 'approved')).toHaveLength(1);
  // The second click of a double click falls on the next draft, and must not decide it.
  expect((await desk.agent.drafts.get(short)).status).toBe('in_review');
  expect((await desk.agent.drafts.get(id)).status).toBe('in_review');
  expect(problems).toEqual([]);
  await page.context().close();
});

test('two people edit at once: both versions are shown, and neither is lost', { timeout: TIMEOUT_MS }, async () => {
  const id = await compose('Edited by two');
  const [ana, maria] = [await asAna(`/waiting/${id}`), await asMaria(`/waiting/${id}`)];
  for (const { page } of [ana, maria]) {
    await page.getByRole('heading', { name: 'Edited by two' }).waitFor();
    await page.keyboard.press('e');
  }
  await maria.page.getByLabel('Text of the email').fill('Hello Beck,\n\nMaria wrote this.\n');
  await ana.page.getByLabel('Text of the email').fill('Hello Beck,\n\nAna wrote that.\n');
  await button(maria.page, 'Save revision').click();
  await maria.page.getByText('Saved as a new revision.').waitFor();
  await ana.page.getByText('Maria Keller saved revision 2').waitFor();
  const conflict = ana.page.getByRole('alert', { name: 'Two edits' });
  await conflict.locator('ins', { hasText: 'Maria' }).waitFor();
  await conflict.locator('ins', { hasText: 'Ana' }).waitFor();
  await button(ana.page, 'Save mine on top').click();
  await ana.page.getByText('Saved as a new revision.').waitFor();

  const draft = await until(async () => {
    const now = await desk.agent.drafts.get(id);
    return now.revision === 3 && now.status === 'in_review' ? now : null;
  });
  expect(draft.current?.content.text).toContain('Ana wrote that');
  await maria.page.getByText('Revision 3 arrived, by Ana Ruiz', { exact: false }).waitFor();
  await button(maria.page, 'What changed').click();
  await maria.page.locator('ins', { hasText: 'Ana' }).waitFor();
  expect([...ana.problems, ...maria.problems].filter((problem) => !problem.includes('409'))).toEqual([]);
  await ana.page.context().close();
  await maria.page.context().close();
});

test('a hostile mail runs nothing, loads nothing, and its links are told by their target', {
  timeout: TIMEOUT_MS,
}, async () => {
  const id = await compose('An honest letter', { html: HOSTILE_HTML });
  const { page, problems } = await asAna(`/all/${id}`);
  const frame = page.locator('iframe[title="Mail: An honest letter"]');
  await frame.waitFor();
  await frame.contentFrame().getByText('The end of the letter.').waitFor();
  expect(await frame.getAttribute('sandbox')).toBe('');
  await page.getByText('3 links').or(page.getByText('2 links')).waitFor();
  await page.getByText(`${ELSEWHERE}/steal?b=1`).waitFor();
  await page.getByText('The text names another site.').waitFor();
  await page.getByText('https://xn--pple-43d.example/').waitFor();
  await frame.contentFrame().getByText('https://www.mybank.example/login').click({ force: true });
  await page.getByRole('tab', { name: 'Source' }).click();
  await page.getByRole('tab', { name: 'Mail' }).click();
  await frame.contentFrame().getByText('The end of the letter.').waitFor();
  await page.waitForTimeout(500);

  expect(await page.evaluate('window.pwned')).toBeUndefined();
  expect(page.url()).toContain(`${desk.url}/all/${id}`);
  expect(page.frames().filter((each) => each.url().startsWith(ELSEWHERE))).toEqual([]);
  expect(problems).toEqual([]);
  await page.context().close();
});

test('the main pages have no violation of accessibility rules', { timeout: 2 * TIMEOUT_MS }, async () => {
  const html = '<p>Dear Beck,</p><p>it is <b>on its way</b>: <a href="https://shop.example/1">see it</a>.</p>';
  const id = await compose('For every reader', { html }, { schedule: { kind: 'held' } });
  const signedOut = await openDesk(browser, { url: desk.url, key: '' });
  await signedOut.page.getByRole('heading', { name: 'Sign in to the review desk' }).waitFor();
  expect(await axeViolations(signedOut.page)).toEqual([]);
  await signedOut.page.context().close();

  for (const colorScheme of ['light', 'dark'] as const) {
    const { page } = await openDesk(browser, { url: desk.url, key: desk.keys.ana, colorScheme });
    await row(page, 'For every reader').waitFor();
    expect(await axeViolations(page), `queue, ${colorScheme}`).toEqual([]);
    await page.goto(`${desk.url}/waiting/${id}`);
    await page.getByRole('heading', { name: 'For every reader' }).waitFor();
    for (const tab of ['Text', 'Source', 'Thread', 'Changes', 'Timeline', 'Mail']) {
      await page.getByRole('tab', { name: tab }).click();
      await page.waitForTimeout(300);
      expect(await axeViolations(page), `${tab}, ${colorScheme}`).toEqual([]);
    }
    await page.keyboard.press('s');
    await page.getByRole('form', { name: 'Reschedule' }).waitFor();
    expect(await axeViolations(page), `reschedule, ${colorScheme}`).toEqual([]);
    await page.keyboard.press('Escape');
    await page.goto(`${desk.url}/waiting/${id}?edit=true`);
    await page.getByRole('form', { name: 'Edit the draft' }).waitFor();
    expect(await axeViolations(page), `edit, ${colorScheme}`).toEqual([]);
    await page.context().close();
  }
});
