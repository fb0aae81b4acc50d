import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Countersign } from '../../src/client/index.ts';
import { temporalCliPath } from '../support/temporal.ts';
import { axeViolations } from './axe.ts';
import { type DeskSystem, launchBrowser, openDesk, startDeskSystem } from './system.ts';

let desk: DeskSystem;
let browser: Browser;
let olga: Countersign;

beforeAll(async () => {
  [desk, browser] = await Promise.all([startDeskSystem(temporalCliPath()), launchBrowser()]);
  olga = new Countersign({ baseUrl: desk.url, apiKey: desk.keys.olga });
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await desk?.stop();
}, 60_000);

const as = (who: keyof DeskSystem['keys'], path: string, options: object = {}) =>
  openDesk(browser, { url: desk.url, key: desk.keys[who], path, ...options });
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const toast = (page: Page, text: string | RegExp) => page.getByRole('status').getByText(text).first().waitFor();

async function draft(subject: string): Promise<string> {
  const { id } = await desk.agent.drafts.create({
    inbox: desk.inboxes.support,
    content: { to: ['Beck <beck@example.com>'], subject, text: 'Hello Beck,\n\nit is on its way.\n' },
  });
  for (;;) {
    if ((await desk.maria.drafts.get(id)).status === 'in_review') return id;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
const holder = async (id: string) => (await desk.maria.drafts.get(id)).assignee?.person.id;

test('an inbox gives drafts in turn; who goes away is passed over, and what they have moves on', {
  timeout: 240_000,
}, async () => {
  await olga.groups.set('finance', ['ana', 'maria']);
  const admin = await as('olga', `/settings/inboxes/${encodeURIComponent(desk.inboxes.support)}`);
  await admin.page.getByLabel('Drafts go to').selectOption({ label: 'People of a group in turn' });
  await admin.page.getByText('Changed: assignment.').waitFor();
  expect(await axeViolations(admin.page)).toEqual([]);
  await button(admin.page, 'Save').click();
  await toast(admin.page, /^Saved/);

  const [first, second] = [await draft('Refund one'), await draft('Refund two')];
  expect([await holder(first), await holder(second)]).toEqual(['ana', 'maria']);
  const reader = await as('maria', `/waiting/${first}`);
  await reader.page.getByText('Ana Ruiz has it, in turn of finance').waitFor();

  const day = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
  // Ana says herself that she is away, and that nobody stands in: her draft is Maria's now.
  const ana = await as('ana', '/settings/people');
  await button(ana.page, 'Say who is away').click();
  await ana.page.getByRole('dialog').getByRole('combobox').first().selectOption({ label: 'Ana Ruiz (you)' });
  await ana.page.getByLabel('Back on').fill(day);
  expect(await axeViolations(ana.page)).toEqual([]);
  await button(ana.page, 'Save').click();
  await toast(ana.page, /^Ana Ruiz is away until/);
  await ana.page.getByText(/^Is back .* nobody stands in$/).waitFor();
  expect(await axeViolations(ana.page)).toEqual([]);
  await reader.page.getByText('Yours, in turn of finance').waitFor();
  expect(await holder(await draft('Refund three'))).toBe('maria');

  // Who would hand it back to her learns that she is not there, before anything is sent.
  await reader.page.keyboard.press('h');
  const hand = reader.page.getByRole('form', { name: 'Hand over' });
  await hand.getByRole('combobox').selectOption({ label: 'Ana Ruiz (away)' });
  await hand.getByText(/^Ana Ruiz is away until .* Nobody stands in: choose another\.$/).waitFor();
  expect(await hand.getByRole('button', { name: 'Hand over' }).isDisabled()).toBe(true);
  expect(await axeViolations(reader.page)).toEqual([]);

  await button(ana.page, 'Ana Ruiz is back').click();
  await toast(ana.page, 'Ana Ruiz is not away.');
  // What others have by now stays with them; the next turn is hers, who waited longest.
  expect(await holder(first)).toBe('maria');
  const next = await draft('Refund four');
  expect(await holder(next)).toBe('ana');

  await olga.groups.set('night', []);
  await olga.inboxes.update(desk.inboxes.support, { assignTo: { inTurn: 'night' } });
  const lonely = await draft('Refund five');
  const phone = await as('maria', `/waiting/${lonely}`, { viewport: { width: 390, height: 844 }, hasTouch: true });
  await phone.page.getByText('Nobody has it: all of night are away, or may not review it').waitFor();
  expect(await axeViolations(phone.page)).toEqual([]);
});
