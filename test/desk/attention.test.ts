import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Countersign } from '../../src/client/index.ts';
import { eventually } from '../support/machine.ts';
import { temporalCliPath } from '../support/temporal.ts';
import { axeViolations } from './axe.ts';
import { type DeskSystem, launchBrowser, openDesk, startDeskSystem } from './system.ts';

let desk: DeskSystem;
let browser: Browser;
let ana: Countersign;
beforeAll(async () => {
  [desk, browser] = await Promise.all([startDeskSystem(temporalCliPath()), launchBrowser()]);
  ana = new Countersign({ baseUrl: desk.url, apiKey: desk.keys.ana });
}, 900_000);
afterAll(async () => {
  await browser?.close();
  await desk?.stop();
}, 60_000);

const TIMEOUT_MS = 400_000;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, colorScheme: 'dark' } as const;

/** Accepted, the answer lost, and no label to be seen for two days: after one request people are asked. */
async function unknown(): Promise<string> {
  await ana.inboxes.update(desk.inboxes.support, { maxAttempts: 1 });
  await desk.emulator.setSwitches({ labelLagMs: 48 * 3_600_000 });
  await desk.emulator.addFault({ kind: 'lose_response', route: 'POST /v0/inboxes/*/drafts/*/send' });
  const { id } = await desk.agent.drafts.create({
    inbox: desk.inboxes.support,
    content: { to: ['Beck <beck@example.com>'], subject: 'Your parcel', text: 'Hello Beck,\n\nit is on its way.\n' },
  });
  const { digest } = await eventually('to be read', async () => {
    const draft = await ana.drafts.get(id);
    return draft.status === 'in_review' && draft;
  });
  await ana.drafts.decide(id, { decision: 'approve', revision: 1, digest: digest ?? '' });
  await eventually('unknown', async () => (await ana.drafts.get(id)).status === 'needs_attention', 120_000);
  return id;
}

test('whoever settles an unknown outcome sees what was asked, answered and is in the mailbox, and picks the message', {
  timeout: TIMEOUT_MS,
}, async () => {
  const id = await unknown();
  for (const look of [{ colorScheme: 'light' }, PHONE] as const) {
    const { page, problems } = await openDesk(browser, {
      url: desk.url,
      key: desk.keys.ana,
      path: `/all/${id}`,
      ...look,
    });
    const evidence = page.getByRole('region', { name: 'What is known about this send' });
    await evidence.getByText(/^Attempt 1, revision 1: no answer that proves anything/).waitFor();
    await evidence.getByText('The draft is gone.').first().waitFor();
    await evidence.getByText('to the same people under the same subject:').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false);
    if (process.env.SCREENSHOTS)
      await page.screenshot({ path: `${process.env.SCREENSHOTS}/evidence-${look.colorScheme}.png` });
    expect(problems).toEqual([]);
    await page.context().close();
  }
  const { page } = await openDesk(browser, { url: desk.url, key: desk.keys.ana, path: `/all/${id}` });
  await page.getByRole('button', { name: 'Settle the outcome' }).waitFor();
  await page.keyboard.press('s');
  const field = page.getByRole('combobox', { name: /Message id/ });
  const [message] = (await desk.emulator.outbox()).messages;
  await expect.poll(() => field.inputValue()).toBe(message?.messageId);
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Settle', exact: true }).click();
  await eventually('sent', async () => (await ana.drafts.get(id)).status === 'sent');
  await page.context().close();
});

test('an operator uploads a batch; its drafts are theirs, and somebody else approves them', {
  timeout: TIMEOUT_MS,
}, async () => {
  const rows = [
    'to,customer.name,invoice.number,invoice.amount.minorUnits,invoice.amount.currency,invoice.dueOn,sender.name,sender.company',
    'emil@example.com,Emil,R-1,100,EUR,2026-11-02,Jonas Brandt,Nordlicht GmbH',
  ].join('\n');
  const { page, problems } = await openDesk(browser, { url: desk.url, key: desk.keys.ana, path: '/batches/new' });
  await page.getByText('somebody else approves them').waitFor();
  const file = { name: 'reminders.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) };
  await page.locator('input[type=file]').setInputFiles(file);
  await page.getByLabel('From the inbox').selectOption(desk.inboxes.support);
  await page.getByRole('combobox', { name: 'Recipe' }).selectOption('invoice-reminder');
  expect(await axeViolations(page)).toEqual([]);
  if (process.env.SCREENSHOTS)
    await page.screenshot({ path: `${process.env.SCREENSHOTS}/batch-new.png`, fullPage: true });
  await page.getByRole('button', { name: 'Upload and start the drafts' }).click();
  await page.getByText('All started').waitFor({ timeout: 120_000 });
  const [batch] = (await ana.batches.list()).items;
  expect(batch?.createdBy.id).toBe('ana');
  const draft = await eventually('to be read', async () => {
    const [found] = (await desk.maria.drafts.list({ batch: batch?.id })).items;
    return found?.status === 'in_review' && found;
  });
  await page.goto(`${desk.url}/waiting/${draft.id}`);
  await page.getByText('Whoever asked for a draft cannot approve it.').waitFor();
  const decision = { decision: 'approve', revision: 1, digest: draft.digest ?? '' } as const;
  expect((await desk.maria.drafts.decide(draft.id, decision)).status).not.toBe('in_review');
  expect(problems).toEqual([]);
  await page.context().close();
});
