import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Countersign } from '../../src/client/index.ts';
import { temporalCliPath } from '../support/temporal.ts';
import { axeViolations } from './axe.ts';
import { type DeskSystem, launchBrowser, openDesk, startDeskSystem } from './system.ts';

let desk: DeskSystem;
let browser: Browser;
let ana: Countersign;

beforeAll(async () => {
  [desk, browser] = await Promise.all([startDeskSystem(temporalCliPath()), launchBrowser()]);
  ana = new Countersign({ baseUrl: desk.url, apiKey: desk.keys.ana });
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await desk?.stop();
}, 60_000);

const TIMEOUT_MS = 120_000;
type Who = keyof DeskSystem['keys'];
const as = (who: Who, path: string, options: object = {}) =>
  openDesk(browser, { url: desk.url, key: desk.keys[who], path, ...options });
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const title = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true });
const toast = (page: Page, text: string | RegExp) => page.getByRole('status').getByText(text).first().waitFor();

async function until<T>(look: () => Promise<T | null>, withinMs = 60_000): Promise<T> {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > deadlineMs) throw new Error('not seen in time');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function approved(subject: string): Promise<string> {
  const { id } = await desk.agent.drafts.create({
    inbox: desk.inboxes.support,
    content: { to: ['Beck <beck@example.com>'], subject, text: 'Hello Beck,\n\nit is on its way.\n' },
  });
  const { revision, digest } = await until(async () => {
    const draft = await desk.maria.drafts.get(id);
    return draft.status === 'in_review' ? draft : null;
  });
  await desk.maria.drafts.decide(id, { decision: 'approve', revision, digest: digest ?? '' });
  return id;
}

test('a reviewer stops everything, sees what is held, and an operator lets it go', {
  timeout: TIMEOUT_MS,
}, async () => {
  const maria = await as('maria', '/waiting');
  await maria.page.getByRole('heading', { level: 1, name: /^Waiting/ }).waitFor();
  await maria.page.keyboard.press('g');
  await maria.page.keyboard.press('p');
  await title(maria.page, 'Stop and go').waitFor();
  await maria.page.getByText('Nothing is paused.').waitFor();
  await button(maria.page, 'Pause all sending').click();
  const dialog = maria.page.getByRole('dialog', { name: 'Pause all sending?' });
  await dialog.getByLabel('Why (others read this)').fill('Wrong prices');
  await dialog.getByRole('button', { name: 'Pause all sending' }).click();
  await maria.page.getByText('All sending is paused', { exact: true }).waitFor();
  expect(await ana.pauses.list()).toMatchObject([{ kind: 'all', reason: 'Wrong prices', by: { id: 'maria' } }]);
  expect(await button(maria.page, 'Resume').count()).toBe(0);

  const id = await approved('Held by the pause');
  const operator = await as('ana', '/settings/pauses');
  await operator.page.getByText('All sending is paused: Wrong prices (Maria Keller).').waitFor();
  await operator.page.getByText('1 draft is held by it').waitFor({ timeout: 60_000 });
  expect((await desk.agent.drafts.get(id)).status).toBe('scheduled');
  await button(operator.page, 'Resume').click();
  await operator.page.getByText('1 held draft is checked again at once.', { exact: false }).waitFor();
  await button(operator.page, 'Resume sending').click();
  await operator.page.getByText('Nothing is paused.').waitFor();
  expect((await desk.agent.drafts.waitForOutcome(id, { timeoutMs: 60_000 })).status).toBe('sent');
  expect([...maria.problems, ...operator.problems]).toEqual([]);
  await maria.page.context().close();
  await operator.page.context().close();
});

test('an inbox gets another mode and check; who may not change it is offered nothing', {
  timeout: TIMEOUT_MS,
}, async () => {
  const { page, problems } = await as('ana', '/settings/inboxes');
  await page.getByRole('link', { name: desk.inboxes.billing }).click();
  await title(page, desk.inboxes.billing).waitFor();
  await page.getByRole('radio', { name: /^Monitor/ }).check();
  await page.getByLabel('Hold before a draft goes: number').fill('20');
  await page.getByRole('combobox', { name: 'Newer mail in the thread' }).selectOption('warn');
  await page.getByText('It is sent; the record says what was overlooked.').waitFor();
  await page.getByText('An approval can be undone', { exact: true }).click();
  await page.getByLabel('An approval can be undone: for: number').fill('12');
  await page.getByText('A review ends by itself', { exact: true }).click();
  await page.getByText('Changed: oversight, hold, checks, room for undo, end of reviews.').waitFor();
  await button(page, 'Save').click();
  await button(page, 'Change to monitor').click();
  await toast(page, 'Saved. It holds from the next draft and the next send on.');
  const saved = await ana.inboxes.get(desk.inboxes.billing);
  expect(saved).toMatchObject({ mode: 'monitor', checks: { newer_inbound: 'warn' } });
  expect(saved.monitorHoldMs % 20).toBe(0);
  expect(saved).toMatchObject({ holdMs: 12_000, expireAfterMs: 172_800_000, remindAfterMs: null });
  expect(await button(page, 'Save').count()).toBe(0);

  const other = await as('maria', `/settings/inboxes/${encodeURIComponent(desk.inboxes.billing)}`);
  await other.page.getByText('Operators and admins may change this.').waitFor();
  expect(await other.page.getByRole('radio', { name: /^Autonomous/ }).isDisabled()).toBe(true);
  await ana.inboxes.update(desk.inboxes.billing, { mode: 'review_all', checks: {} });
  expect([...problems, ...other.problems]).toEqual([]);
  await page.context().close();
  await other.page.context().close();
});

test('suppressions are added, found by the address of the page, imported after a dry run, and removed', {
  timeout: TIMEOUT_MS,
}, async () => {
  const { page, problems } = await as('ana', '/settings/suppressions');
  await page.getByText('Nobody is suppressed.').waitFor();
  await button(page, 'Suppress somebody').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Address or domain').fill('not an address');
  await dialog.getByRole('button', { name: 'Suppress' }).click();
  await dialog
    .getByRole('alert')
    .getByText(/must be an address/)
    .waitFor();
  await dialog.getByLabel('Address or domain').fill('Carl@Example.com');
  await dialog.getByLabel('Note').fill('asked by phone');
  await dialog.getByRole('button', { name: 'Suppress' }).click();
  await page.getByText('asked by phone').waitFor();

  await button(page, 'Import CSV').click();
  const csv = 'email;reason\ndora@example.com;unsubscribed\nnobody;\ncarl@example.com;manual\n';
  await page.getByLabel('CSV file').setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await button(page, 'Check the file').click();
  await page.getByText('Line 3:', { exact: false }).waitFor();
  expect((await ana.suppressions.list()).items).toHaveLength(1);
  await button(page, 'Import 1').click();
  await toast(page, '1 added, 1 were there already, 1 not usable.');

  await page.getByLabel('Search addresses and domains').fill('dora');
  await page.waitForURL(/find=dora/);
  await page.getByRole('listitem').filter({ hasText: 'carl@example.com' }).waitFor({ state: 'detached' });
  await page.getByRole('listitem').filter({ hasText: 'dora@example.com' }).getByText('Unsubscribed').waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Export CSV').click()]);
  expect(download.suggestedFilename()).toBe('suppressions.csv');
  await button(page, 'Remove dora@example.com').click();
  await page.getByText('They asked not to be written to', { exact: false }).waitFor();
  await button(page, 'Remove it from the list').click();
  await page.getByText('Nothing matches.').waitFor();
  expect((await ana.suppressions.list()).items.map(({ entry }) => entry)).toEqual(['carl@example.com']);
  expect(problems.filter((problem) => !problem.includes('422'))).toEqual([]);
  await page.context().close();
});

test('what a recipient prefers is looked up, set and forgotten', { timeout: TIMEOUT_MS }, async () => {
  const { page } = await as('ana', '/settings/recipients');
  await page.getByRole('textbox', { name: 'Address' }).fill('emil@example.com');
  await button(page, 'Look up').click();
  await page.getByText('Nothing is kept about this address.').waitFor();
  await page.getByLabel('Time zone').fill('Asia/Tokyo');
  await page.getByLabel('Quiet from').fill('22:00');
  await page.getByText('Quiet hours need both times.').waitFor();
  await page.getByLabel('Quiet until').fill('07:00');
  await page.getByLabel('Categories they do not want').fill('newsletter');
  await button(page, 'Save').click();
  await page.getByText('Changed by Ana Ruiz').waitFor();
  const kept = await ana.recipients.preferences('emil@example.com');
  const quietHours = { from: '22:00', to: '07:00' };
  expect(kept).toMatchObject({ timeZone: 'Asia/Tokyo', quietHours, optedOut: ['newsletter'], language: null });
  await button(page, 'Forget all of it').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Forget all of it' }).click();
  await page.getByText('Nothing is kept about this address.').waitFor();
  await page.context().close();
});

test('limits and the quota are set, shown and removed', { timeout: TIMEOUT_MS }, async () => {
  const { page, problems } = await as('ana', '/settings/limits');
  await page.getByText('No quota is set.', { exact: false }).waitFor();
  await button(page, 'Change the quota').click();
  await page.getByLabel(/The plan allows/).check();
  await page.getByLabel('Messages a calendar month, UTC').fill('3000');
  await button(page, 'Save the quota').click();
  await page.getByText('of 3,000 messages').waitFor();
  await button(page, 'Add a limit').click();
  await page.getByLabel('Whose mail is counted').selectOption('recipient_domain');
  await page.getByLabel('Each domain without limits of its own').uncheck();
  await page.getByLabel('Domain, in lower case').fill('example.com');
  await page.getByLabel('How many').fill('5');
  await page.getByLabel('Span: number').fill('2');
  await button(page, 'Save the limit').click();
  await page.getByText('5 in 2 seconds').waitFor();
  const windows = [{ count: 5, perMs: 2_000 }];
  expect((await ana.limits.list()).items).toEqual([{ kind: 'recipient_domain', target: 'example.com', windows }]);
  await button(page, 'Remove: Mail to example.com').click();
  await button(page, 'Remove the limit').click();
  await page.getByText('There are no limits.').waitFor();
  await page.goto(`${desk.url}/settings/changes`);
  await page.getByText('Limit: recipient_domain example.com').first().waitFor();
  await ana.limits.setQuota({ monthlyQuota: null });
  expect(problems).toEqual([]);
  await page.context().close();
});

test('an open alert is acknowledged; a test shows how each channel took it', { timeout: TIMEOUT_MS }, async () => {
  const title = 'A message left other than approved.';
  const inboxId = desk.inboxes.billing;
  const raise = { key: 'mismatch', kind: 'content_mismatch', severity: 'critical', title, inboxId } as const;
  await desk.system.store.raiseAlert(raise, { alertId: 'alert-mismatch', atMs: Date.now() });
  const maria = await as('maria', '/alerts');
  await maria.page.getByRole('link', { name: title }).waitFor();
  expect(await maria.page.getByRole('button', { name: /^Acknowledge|^Test/ }).count()).toBe(0);
  const { page, problems } = await as('ana', '/alerts');
  await button(page, `Acknowledge: ${title}`).click();
  await page.getByText('Ana Ruiz looks after it', { exact: false }).waitFor();
  expect(await ana.alerts.get('alert-mismatch')).toMatchObject({ acknowledgedBy: { id: 'ana' } });

  await button(page, 'Test the channels').click();
  await page.getByRole('link', { name: 'This is a test.' }).click();
  await page.getByText('Delivered').waitFor({ timeout: 60_000 });
  expect(maria.problems).toEqual([]);
  await maria.page.context().close();
  expect(problems).toEqual([]);
  await page.context().close();
});

const ROWS = `to,customer.name,invoice.number,invoice.amount.value,invoice.amount.currency,invoice.dueOn,level,locale,sender.name,sender.company
anna@example.com,Anna Keller,NL-401,120.00,EUR,2026-11-02,1,de,Jonas Brandt,Nordlicht GmbH
nobody@example.com,Nobody,NL-402,no amount,EUR,2026-11-02,1,de,Jonas Brandt,Nordlicht GmbH
`;

test('a file is uploaded as a batch; its bad rows are named and its results downloaded', {
  timeout: TIMEOUT_MS,
}, async () => {
  const { page, problems } = await as('agent', '/batches');
  await page.getByText('There is no batch yet.').waitFor();
  await page.getByRole('link', { name: 'New batch' }).click();
  const file = { name: 'reminders.csv', mimeType: 'text/csv', buffer: Buffer.from(ROWS) };
  await page.locator('input[type=file]').setInputFiles(file);
  await page.getByLabel('From the inbox').selectOption(desk.inboxes.support);
  await page.getByRole('combobox', { name: 'Recipe' }).selectOption('invoice-reminder');
  await page.getByText('Hold', { exact: true }).click();
  await button(page, 'Upload and start the drafts').click();
  await title(page, 'reminders.csv').waitFor();
  await page.getByText('All started').waitFor({ timeout: 60_000 });
  const bad = page.getByRole('list', { name: 'Rows that cannot be used' });
  await bad.getByText('Row 2').waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Results CSV').click()]);
  expect(download.suggestedFilename()).toMatch(/\.csv$/);
  expect(problems).toEqual([]);

  const [{ id = '' } = {}] = (await ana.batches.list()).items;
  const reviewer = await as('maria', `/batches/${id}`);
  await title(reviewer.page, 'reminders.csv').waitFor();
  expect(await button(reviewer.page, 'End its drafts').count()).toBe(0);
  const operator = await as('ana', `/batches/${id}`);
  await button(operator.page, 'End its drafts').click();
  await operator.page.getByRole('dialog').getByRole('button', { name: 'End its drafts' }).click();
  await until(async () => ((await ana.batches.get(id)).drafts.cancelled === 1 ? true : null));
  for (const { page: each } of [{ page }, reviewer, operator]) await each.context().close();
});

test('an admin invites somebody, makes a group, and gives out a key that is shown once', {
  timeout: TIMEOUT_MS,
}, async () => {
  const { page, problems } = await as('olga', '/settings/people');
  await title(page, 'People and groups').waitFor();
  await button(page, 'Invite somebody').click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Vera Lang');
  await page.getByLabel('Email address').fill('vera@example.com');
  // The page is open with a key, and none makes a reviewer.
  expect(await page.getByRole('checkbox', { name: /^Reviewer/ }).isDisabled()).toBe(true);
  expect(await page.getByRole('checkbox', { name: /^Auditor/ }).isChecked()).toBe(true);
  await button(page, 'Make the account').click();
  const link = page.getByRole('textbox', { name: 'The link' });
  expect(await link.inputValue()).toMatch(/^http/);
  await page.keyboard.press('Escape');
  expect(await link.isVisible()).toBe(true);
  await button(page, 'I have it').click();
  await button(page, 'New group').click();
  await page.getByRole('textbox', { name: 'Name' }).fill('finance');
  await page.getByRole('dialog').getByLabel('Vera Lang').check();
  await button(page, 'Make the group').click();
  const groups = page.getByRole('list', { name: 'Groups' });
  await groups.getByText('Vera Lang').waitFor();
  await button(page, 'Disable Vera Lang').first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disable Vera Lang' }).click();
  await page.getByText('Disabled', { exact: true }).waitFor();

  await page.getByRole('link', { name: 'Keys' }).click();
  await button(page, 'New key').click();
  await page.getByRole('textbox', { name: 'Name' }).fill('courier');
  await page.getByRole('dialog').getByLabel(desk.inboxes.support).check();
  // Whose it is when nobody chooses: whoever makes it cannot approve what it drafts.
  expect(await page.getByLabel('Belongs to').inputValue()).toBe('olga');
  await button(page, 'Make the key').click();
  const key = await page.getByRole('textbox', { name: 'The key' }).inputValue();
  const courier = new Countersign({ baseUrl: desk.url, apiKey: key });
  expect(await courier.me()).toMatchObject({ kind: 'agent', inboxes: [desk.inboxes.support] });
  await button(page, 'I have it').click();
  await button(page, 'Revoke courier').click();
  await button(page, 'Revoke the key').click();
  await page.getByText('Revoked', { exact: true }).waitFor();
  await expect(courier.me()).rejects.toMatchObject({ status: 401 });

  const other = await as('maria', '/settings/people');
  await other.page.getByText('Vera Lang').first().waitFor();
  expect(await button(other.page, 'Invite somebody').count()).toBe(0);
  expect([...problems, ...other.problems]).toEqual([]);
  await page.context().close();
  await other.page.context().close();
});

test('rules are checked, tried on past drafts and put in force', { timeout: TIMEOUT_MS }, async () => {
  const { page, problems } = await as('ana', '/settings/rules');
  await page.getByText('There are no rules.').waitFor();
  await page.getByRole('link', { name: 'Change or try rules' }).click();
  const text = page.getByRole('textbox', { name: /^ownDomains and rules/ });
  await text.fill('{ "rules": [');
  await page.getByText('This is no JSON', { exact: false }).waitFor();
  const rule = { id: 'receipts', when: { kind: 'category', anyOf: ['receipt'] }, outcome: { kind: 'auto' } };
  await text.fill(JSON.stringify({ rules: [{ ...rule, id: 'No Slug' }] }));
  await button(page, 'Try them').click();
  await page
    .getByRole('alert')
    .getByText(/must be a slug/)
    .waitFor();
  await text.fill(JSON.stringify({ rules: [rule] }));
  await button(page, 'Try them').click();
  await page.getByText(/\d+ of \d+ drafts tried\./).waitFor();
  const sum = await ana.policies.dryRun({
    policy: { rules: [{ ...rule, when: undefined, outcome: { kind: 'auto' } }] },
  });
  const table = page.getByRole('table');
  await table
    .getByRole('row', { name: /^Together/ })
    .getByText(String(sum.drafts), { exact: true })
    .first()
    .waitFor();
  await page.getByLabel('What changed, for the record').fill('Receipts go');
  await button(page, 'Put in force').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Put in force' }).click();
  await page.getByText('Active rules: version 1').waitFor();
  await page.getByText('its category is receipt').waitFor();
  expect((await ana.policies.get()).active).toMatchObject({ version: 1, comment: 'Receipts go' });
  expect(problems.filter((problem) => !problem.includes('422'))).toEqual([]);
  await page.context().close();
});

test('no page breaks a rule of accessibility, in light or dark, wide or on a phone', {
  timeout: 4 * TIMEOUT_MS,
}, async () => {
  const inbox = encodeURIComponent(desk.inboxes.support);
  const [{ id: batch = '' } = {}] = (await ana.batches.list()).items;
  const [{ id: alert = '' } = {}] = (await ana.alerts.list()).items;
  const paths: readonly [Who, string][] = [
    ['ana', '/settings/pauses'],
    ['ana', '/settings/inboxes'],
    ['ana', `/settings/inboxes/${inbox}`],
    ['ana', '/settings/rules'],
    ['ana', '/settings/rules/edit'],
    ['ana', '/settings/suppressions'],
    ['ana', '/settings/recipients?address=emil%40example.com'],
    ['ana', '/settings/limits'],
    ['olga', '/settings/people'],
    ['olga', '/settings/keys'],
    ['olga', '/settings/changes'],
    ['ana', '/alerts'],
    ['ana', `/alerts/${alert}`],
    ['ana', '/batches'],
    ['ana', `/batches/${batch}`],
    ['agent', '/batches/new'],
  ];
  const looks = [
    { colorScheme: 'light' },
    { colorScheme: 'dark', viewport: { width: 390, height: 844 }, hasTouch: true },
  ];
  for (const look of looks) {
    const opened = new Map<Who, Page>();
    for (const [who, path] of paths) {
      const page = opened.get(who) ?? (await as(who, path, look)).page;
      if (opened.has(who)) await page.goto(`${desk.url}${path}`);
      opened.set(who, page);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await expect.poll(() => page.getByText('Loading').count()).toBe(0);
      expect(await axeViolations(page), `${path}, ${look.colorScheme}`).toEqual([]);
      const wider = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
      expect(wider, `${path} scrolls sideways`).toBe(false);
    }
    for (const page of opened.values()) await page.context().close();
  }
});
