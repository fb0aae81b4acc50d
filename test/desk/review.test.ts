import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporalCliPath } from '../support/temporal.ts';
import { axeViolations } from './axe.ts';
import { listed, until } from './steps.ts';
import { type DeskSystem, launchBrowser, openDesk, startDeskSystem } from './system.ts';

let desk: DeskSystem;
let browser: Browser;

/** Drafts of this category need two people. */
const TWO_PEOPLE = {
  rules: [
    {
      id: 'two-people',
      when: { kind: 'category', anyOf: ['refund'] },
      outcome: { kind: 'review', approvals: [{ group: null, count: 2 }] },
    },
  ],
};

beforeAll(async () => {
  [desk, browser] = await Promise.all([startDeskSystem(temporalCliPath()), launchBrowser()]);
  const answer = await fetch(`${desk.url}/v1/policies`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${desk.keys.ana}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ policy: TWO_PEOPLE }),
  });
  expect(answer.status).toBe(200);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await desk?.stop();
}, 60_000);

const TIMEOUT_MS = 150_000;
const asAna = (path?: string) => openDesk(browser, { url: desk.url, key: desk.keys.ana, path });
const asMaria = (path?: string) => openDesk(browser, { url: desk.url, key: desk.keys.maria, path });
const row = (page: Page, subject: string) => page.getByRole('listitem').filter({ hasText: subject });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const heading = (page: Page, name: string) => page.getByRole('heading', { name });

async function compose(subject: string, more: object = {}): Promise<string> {
  const content = { to: ['Beck <beck@example.com>'], subject, text: 'Hello Beck,\n\nit is on its way.\n' };
  const { id } = await desk.agent.drafts.create({ inbox: desk.inboxes.support, content, ...more });
  await listed(desk, id);
  return id;
}

const readIt = (page: Page) => page.locator('button.bg-accent', { hasText: 'Approve' }).waitFor();

test('two people approve one draft, each seeing the other', { timeout: TIMEOUT_MS }, async () => {
  const id = await compose('A refund for two', { category: 'refund' });
  const [ana, maria] = [await asAna(`/waiting/${id}`), await asMaria(`/waiting/${id}`)];
  for (const { page } of [ana, maria]) {
    await heading(page, 'A refund for two').waitFor();
    await page.getByText('Needs 2 approvals').waitFor();
    await readIt(page);
  }
  await ana.page.keyboard.press('a');
  await ana.page.getByText('Approved. It still needs somebody else.').waitFor();
  await maria.page.getByText(/Revision 1 approved by Ana Ruiz/).waitFor();
  await maria.page.getByText('Needs 1 approval', { exact: true }).waitFor();
  expect((await desk.agent.drafts.get(id)).status).toBe('in_review');

  await ana.page.goto(`${desk.url}/waiting/${id}`);
  await ana.page.getByText('You cannot approve it. You have approved this revision.').waitFor();
  expect(await button(ana.page, 'Approve').count()).toBe(0);
  await maria.page.keyboard.press('a');
  expect((await desk.agent.drafts.waitForOutcome(id, { timeoutMs: 60_000 })).status).toBe('sent');
  await maria.page.goto(`${desk.url}/sent/${id}?tab=timeline`);
  await maria.page.getByText(/All \d+ checks passed/).waitFor();
  expect([...ana.problems, ...maria.problems]).toEqual([]);
  await ana.page.context().close();
  await maria.page.context().close();
});

test('a draft that waits on for somebody else is no longer among what needs me', { timeout: TIMEOUT_MS }, async () => {
  const given = { inbox: desk.inboxes.billing, category: 'refund' };
  const ids = [await compose('First of two refunds', given), await compose('Second of two refunds', given)];
  const inbox = encodeURIComponent(desk.inboxes.billing);
  const maria = await asMaria(`/needs-me?inbox=${inbox}`);
  const ana = await asAna(`/needs-me/${ids[0]}?inbox=${inbox}`);
  await row(maria.page, 'Second of two refunds').waitFor();
  for (const subject of ['First of two refunds', 'Second of two refunds']) {
    await heading(ana.page, subject).waitFor();
    await readIt(ana.page);
    await ana.page.waitForTimeout(700);
    await ana.page.keyboard.press('a');
    await row(ana.page, subject).waitFor({ state: 'detached' });
  }
  await ana.page.getByText('Nothing waits for your approval.').waitFor();
  expect(await row(maria.page, 'No longer needs you').count()).toBe(0);
  expect((await desk.agent.drafts.get(ids[0] ?? '')).status).toBe('in_review');

  // Given elsewhere, it stays in its place.
  const more = await compose('Third of the refunds', given);
  await maria.page.reload();
  await row(maria.page, 'Third of the refunds').waitFor();
  const { revision, digest } = await desk.maria.drafts.get(more);
  await desk.maria.drafts.decide(more, { decision: 'approve', revision, digest: digest ?? '' });
  await row(maria.page, 'Third of the refunds').getByText('No longer needs you · Maria Keller').waitFor();
  expect([...ana.problems, ...maria.problems]).toEqual([]);
  await ana.page.context().close();
  await maria.page.context().close();
});

test('why a draft needs whom is said in its head, and nothing where nothing is special', {
  timeout: TIMEOUT_MS,
}, async () => {
  const [id, plain] = [await compose('Why two', { category: 'refund' }), await compose('Why one')];
  const { page, problems } = await asMaria(`/waiting/${id}`);
  const why = page.locator('summary', { hasText: 'Why this review' });
  await why.click();
  await page.getByText('The rule two-people decides: 2 approvals.').waitFor();
  await page.getByText('two-people fits: category: refund (here: refund)').waitFor();
  await page.getByText(/^Expires unsent on /).waitFor();
  await page.getByText('Review all: People approve each draft.', { exact: false }).waitFor();
  expect(await axeViolations(page)).toEqual([]);
  const asked = page.waitForResponse((response) => response.url().endsWith(`/${plain}/policy`));
  await page.goto(`${desk.url}/waiting/${plain}`);
  await asked;
  await readIt(page);
  expect(await why.count()).toBe(0);
  expect(problems).toEqual([]);
  await page.context().close();
});

test('whoever wrote a revision is told before pressing, and another approves it', { timeout: TIMEOUT_MS }, async () => {
  const headers = { Authorization: `Bearer ${desk.keys.ana}`, 'Content-Type': 'application/json' };
  const inbox = `${desk.url}/v1/inboxes/${encodeURIComponent(desk.inboxes.support)}`;
  await fetch(inbox, { method: 'PATCH', headers, body: JSON.stringify({ editorMayApprove: false }) });
  const id = await compose('Edited by its reader');
  const { page, problems } = await asAna(`/waiting/${id}?edit=true`);
  await page.getByLabel('Text of the email').fill('Hello Beck,\n\nAna wrote this.\n');
  await button(page, 'Save revision').click();
  await page.getByText('You cannot approve it. Whoever wrote this revision cannot approve it').waitFor();
  await page.getByRole('tab', { name: 'Changes' }).click();
  await page
    .getByRole('combobox', { name: 'Compare' })
    .locator('option:checked', { hasText: 'as the agent wrote it' })
    .waitFor({ state: 'attached' });
  await page.locator('ins', { hasText: 'Ana' }).waitFor();
  expect(problems).toEqual([]);
  await page.context().close();
});

test('a claim is seen at once, warns, and keeps nobody from deciding', { timeout: TIMEOUT_MS }, async () => {
  const id = await compose('Taken by one');
  const [ana, maria] = [await asAna(`/waiting/${id}`), await asMaria(`/waiting/${id}`)];
  for (const { page } of [ana, maria]) await page.getByText('Nobody has it').waitFor();
  await readIt(maria.page);
  await ana.page.keyboard.press('o');
  await button(ana.page, 'Let go').waitFor();
  await maria.page.getByText('Ana Ruiz has it').filter({ visible: true }).first().waitFor();
  await row(maria.page, 'Taken by one').getByText('Ana Ruiz has it').waitFor();
  await maria.page.getByRole('link', { name: /^Unassigned/ }).click();
  await row(maria.page, 'Taken by one').waitFor({ state: 'detached' });
  await ana.page.getByRole('link', { name: /^Mine/ }).click();
  await row(ana.page, 'Taken by one').waitFor();

  await maria.page.goto(`${desk.url}/waiting/${id}`);
  await readIt(maria.page);
  await maria.page.keyboard.press('a');
  await maria.page.getByText('Ana Ruiz has taken this draft.').waitFor();
  await button(maria.page, 'Approve anyway').click();
  expect((await desk.agent.drafts.waitForOutcome(id, { timeoutMs: 60_000 })).status).toBe('sent');
  expect([...ana.problems, ...maria.problems]).toEqual([]);
  await ana.page.context().close();
  await maria.page.context().close();
});

test('a comment decides nothing, and is news to who looked before', { timeout: TIMEOUT_MS }, async () => {
  const id = await compose('Talked about');
  const ana = await asAna(`/waiting/${id}`);
  await readIt(ana.page);
  await until(async () => {
    const answer = await fetch(`${desk.url}/v1/drafts/${id}/looks`, {
      headers: { Authorization: `Bearer ${desk.keys.ana}` },
    });
    const { look }: { look: object | null } = await answer.json();
    return look;
  });
  await ana.page.goto(`${desk.url}/all`);

  const maria = await asMaria(`/waiting/${id}`);
  await heading(maria.page, 'Talked about').waitFor();
  await maria.page.keyboard.press('m');
  await maria.page.getByLabel('Comment').fill('Who checked the amount?');
  await maria.page.keyboard.press('Control+Enter');
  await maria.page.getByText('Comment added.').waitFor();
  const events = await desk.agent.drafts.history(id);
  expect(events.at(-1)).toMatchObject({ type: 'commented', comment: 'Who checked the amount?' });
  expect((await desk.agent.drafts.get(id)).status).toBe('in_review');
  await desk.maria.drafts.edit(id, { baseRevision: 1, content: { subject: 'Talked about, again' } });
  await until(async () => ((await desk.agent.drafts.get(id)).revision === 2 ? true : null));

  await ana.page.goto(`${desk.url}/waiting/${id}`);
  const news = ana.page.getByRole('region', { name: 'Since you looked' });
  await news.getByText('You read revision 1; this is another one.').waitFor();
  await news.getByText('“Who checked the amount?”', { exact: false }).waitFor();
  await news.getByRole('button', { name: 'What changed in the text' }).click();
  await ana.page.locator('ins', { hasText: 'again' }).waitFor();
  expect(await axeViolations(ana.page)).toEqual([]);
  await ana.page.keyboard.press('d');
  await news.waitFor({ state: 'detached' });
  expect([...ana.problems, ...maria.problems]).toEqual([]);
  await ana.page.context().close();
  await maria.page.context().close();
});

test('suppressed recipients are named, also while they are typed', { timeout: TIMEOUT_MS }, async () => {
  const headers = { Authorization: `Bearer ${desk.keys.ana}`, 'Content-Type': 'application/json' };
  const entry = JSON.stringify({ entry: 'gone.example', reason: 'unsubscribed' });
  await fetch(`${desk.url}/v1/suppressions`, { method: 'POST', headers, body: entry });
  const id = await compose('To whom it may concern');
  const { page, problems } = await asAna(`/waiting/${id}?edit=true`);
  await page.getByLabel('To, one on each line').fill('Dora <dora@mail.gone.example>');
  await page.getByText('dora@mail.gone.example unsubscribed (gone.example). It will not be sent.').waitFor();
  expect(problems).toEqual([]);
  await page.context().close();
});

test('the way to decide about who asked for no more mail is shown to those who may', {
  timeout: TIMEOUT_MS,
}, async () => {
  const id = await compose('To one who had enough');
  for (const [key, ways] of [
    [desk.keys.ana, 1],
    [desk.keys.olga, 0],
  ] as const) {
    const { page } = await openDesk(browser, { url: desk.url, key, path: '/sign-in' });
    const note = { address: 'beck@example.com', timeZone: null, quietHours: null, optedOut: false };
    const stopAsked = { at: new Date().toISOString() };
    await page.route('**/recipient-notes*', (route) =>
      route.fulfill({ json: { items: [{ ...note, suppression: null, stopAsked }] } }),
    );
    await page.goto(`${desk.url}/waiting/${id}`);
    await page.getByText('beck@example.com wrote to get no more mail.').waitFor();
    expect(await page.getByRole('link', { name: 'Decide about beck@example.com' }).count()).toBe(ways);
    await page.context().close();
  }
});

test('a rejection carries the name of its reason', { timeout: TIMEOUT_MS }, async () => {
  const id = await compose('To be rejected');
  const { page, problems } = await asAna(`/waiting/${id}`);
  await heading(page, 'To be rejected').waitFor();
  await page.keyboard.press('r');
  await page.getByText('Wrong recipient').click();
  await page.getByLabel('Why is it rejected?').fill('Beck left in May.');
  await button(page, 'Reject').click();
  expect((await desk.agent.drafts.waitForOutcome(id, { timeoutMs: 60_000 })).status).toBe('rejected');
  const rejected = (await desk.agent.drafts.history(id)).find(({ type }) => type === 'rejected');
  expect(rejected).toMatchObject({
    summary: 'Rejected: wrong recipient',
    comment: 'Beck left in May.',
    data: { reasonCode: 'wrong_recipient' },
  });
  await page.goto(`${desk.url}/all/${id}?tab=timeline`);
  await page.getByText('Rejected: wrong recipient').waitFor();
  await page.goto(`${desk.url}/numbers`);
  const reasons = page.getByRole('region', { name: 'Reasons for rejecting' });
  await reasons.getByRole('row', { name: /^Wrong recipient 1/ }).waitFor();
  expect(problems).toEqual([]);
  await page.context().close();
});

test('several are approved by keyboard alone, each body on screen before', { timeout: TIMEOUT_MS }, async () => {
  const ids = [await compose('Of several, one'), await compose('Of several, two'), await compose('Of several, three')];
  const { page, problems } = await asAna('/waiting?q=several');
  await row(page, 'Of several, one').waitFor();
  for (const subject of ['Of several, one', 'Of several, two', 'Of several, three']) {
    await page.keyboard.press('j');
    await heading(page, subject).waitFor();
    await page.keyboard.press('x');
  }
  await page.getByText('3 chosen').waitFor();
  await button(page, 'Read and approve').focus();
  await page.keyboard.press('Enter');
  await page.getByText('Draft 1 of 3').waitFor();
  expect(await axeViolations(page)).toEqual([]);
  const include = page.locator('button.bg-accent', { hasText: 'Include' });
  await include.waitFor();
  await page.keyboard.press('a');
  await page.getByText('Draft 2 of 3').waitFor();
  await page.keyboard.press('l');
  await page.getByText('Draft 3 of 3').waitFor();
  await include.waitFor();
  await page.keyboard.press('a');
  await heading(page, 'You have read and included these').waitFor();
  expect((await desk.agent.drafts.get(ids[0] ?? '')).status).toBe('in_review');
  await button(page, 'Approve 2 drafts').focus();
  await page.keyboard.press('Enter');
  await page.getByText('2 of 2 approved').waitFor();
  await button(page, 'Back to the queue').click();
  for (const id of [ids[0] ?? '', ids[2] ?? '']) {
    expect((await desk.agent.drafts.waitForOutcome(id, { timeoutMs: 60_000 })).status).toBe('sent');
  }
  expect((await desk.agent.drafts.get(ids[1] ?? '')).status).toBe('in_review');
  expect(problems).toEqual([]);
  await page.context().close();
});

test('what is read among several is timed, also where it was never opened by itself', {
  timeout: TIMEOUT_MS,
}, async () => {
  const unopened = await compose('Timed, unopened');
  await compose('Timed, opened');
  const { page, problems } = await asMaria('/waiting?q=timed&order=newest');
  await row(page, 'Timed, unopened').waitFor();
  await page.keyboard.press('j');
  await heading(page, 'Timed, opened').waitFor();
  await page.keyboard.press('x');
  await page.getByLabel('Select Timed, unopened').check();
  const seen = async () => {
    const answer = await fetch(`${desk.url}/v1/drafts/${unopened}/looks`, {
      headers: { Authorization: `Bearer ${desk.keys.maria}` },
    });
    const { look }: { look: { revision: number; openedAt: string; seenAt: string } | null } = await answer.json();
    return look;
  };
  expect(await seen()).toBeNull();
  await page.keyboard.press('Shift+A');
  const include = page.locator('button.bg-accent', { hasText: 'Include' });
  for (const place of ['Draft 1 of 2', 'Draft 2 of 2']) {
    await page.getByText(place).waitFor();
    await include.waitFor();
    await page.waitForTimeout(300);
    await page.keyboard.press('a');
  }
  await heading(page, 'You have read and included these').waitFor();
  expect(await until(seen)).toMatchObject({ revision: 1 });
  expect(problems).toEqual([]);
  await page.context().close();
});

test('filters are in the address, and get a name', { timeout: TIMEOUT_MS }, async () => {
  await compose('A receipt to find', { category: 'receipt' });
  await compose('Something else');
  const { page, problems } = await asAna('/waiting');
  await row(page, 'Something else').waitFor();
  await page.keyboard.press('f');
  await page.getByLabel('Category').fill('receipt');
  await page.keyboard.press('Enter');
  await row(page, 'Something else').waitFor({ state: 'detached' });
  await row(page, 'A receipt to find').waitFor();
  expect(page.url()).toBe(`${desk.url}/waiting?category=receipt`);
  await page.keyboard.press('f');
  await page.getByLabel('Save what is filtered now as').fill('Receipts');
  await button(page, 'Save view').click();
  await page.goto(`${desk.url}/all`);
  await page.getByRole('link', { name: 'Receipts' }).click();
  await page.waitForURL(`${desk.url}/waiting?category=receipt`);
  expect(await axeViolations(page)).toEqual([]);
  expect(problems).toEqual([]);
  await page.context().close();
});

test('numbers of all this are on their page', { timeout: TIMEOUT_MS }, async () => {
  const id = await compose('To be counted');
  const { revision, digest } = await desk.maria.drafts.get(id);
  await desk.maria.drafts.decide(id, { decision: 'reject', revision, digest: digest ?? '' });
  await desk.agent.drafts.waitForOutcome(id, { timeoutMs: 60_000 });
  const { page, problems } = await asAna('/numbers');
  const reviewers = page.getByRole('region', { name: 'Reviewers' });
  await reviewers.getByRole('row').filter({ hasText: 'Maria Keller' }).waitFor();
  await page.getByRole('region', { name: 'Mail by day' }).getByText('As a table').click();
  await page.getByRole('columnheader', { name: 'Bounced' }).waitFor();
  expect(await axeViolations(page)).toEqual([]);
  // What is chosen is in the address, and the same for whoever opens it.
  await page.getByLabel('Span').selectOption('90 days');
  await page.getByLabel('Inbox').selectOption(desk.inboxes.support);
  await page.waitForURL(
    ({ searchParams }) => searchParams.get('inbox') === desk.inboxes.support && searchParams.get('days') === '90',
  );
  const asked = page.waitForRequest((request) => request.url().includes('/v1/numbers'));
  await page.reload();
  expect(new URL((await asked).url()).searchParams.get('inbox')).toBe(desk.inboxes.support);
  await expect.poll(() => page.getByLabel('Span').inputValue()).toBe('90');
  expect(await page.getByLabel('Inbox').inputValue()).toBe(desk.inboxes.support);
  await page.getByLabel('Span').selectOption('30 days');
  await page.getByLabel('Inbox').selectOption('All inboxes');
  await page.waitForURL(`${desk.url}/numbers`);
  expect(problems).toEqual([]);
  await page.context().close();
});
