import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Countersign } from '../../src/client/index.ts';
import { temporalCliPath } from '../support/temporal.ts';
import { axeViolations } from './axe.ts';
import { PAGES, type PageCase, type Things } from './pages.ts';
import { composer, heading, isRead, row, TIMEOUT_MS, until } from './steps.ts';
import { type DeskSystem, launchBrowser, openDesk, startDeskSystem } from './system.ts';
import { motionOf, shiftsOf, watchShifts } from './watch-page.ts';

let desk: DeskSystem;
let browser: Browser;
let things: Things;
let pages: [route: string, page: PageCase][];

const ROWS = `to,customer.name,invoice.number,invoice.amount.value,invoice.amount.currency,invoice.dueOn,level,locale,sender.name,sender.company
anna@example.com,Anna Keller,NL-401,120.00,EUR,2026-11-02,1,de,Jonas Brandt,Nordlicht GmbH
nobody@example.com,Nobody,NL-402,no amount,EUR,2026-11-02,1,de,Jonas Brandt,Nordlicht GmbH
`;
const WIDE = { viewport: { width: 1440, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true };
const MOST_SHIFT = 0.02;
/** As gzip packs them. */
const MAX_FIRST_LOAD_BYTES = 300_000;

beforeAll(async () => {
  [desk, browser] = await Promise.all([startDeskSystem(temporalCliPath()), launchBrowser()]);
  things = await thingsToLookAt();
  pages = Object.entries(PAGES).flatMap(([route, of]) => of(things).map((page): [string, PageCase] => [route, page]));
}, 400_000);

afterAll(async () => {
  await browser?.close();
  await desk?.stop();
}, 60_000);

/** One of everything, so that no page is looked at empty. */
async function thingsToLookAt(): Promise<Things> {
  const compose = composer(desk);
  await compose('Rejected before');
  const { id: recipeDraft } = await desk.agent.drafts.create({
    inbox: desk.inboxes.support,
    recipe: {
      name: 'invoice-reminder',
      input: {
        ...{ to: ['beck@example.com'], customer: { name: 'Beck' }, level: 1, locale: 'en' },
        invoice: { number: 'NL-1', amount: { value: '120.00', currency: 'EUR' }, dueOn: '2026-11-02' },
        sender: { name: 'Jonas Brandt', company: 'Nordlicht GmbH' },
      },
    },
    schedule: { kind: 'held' },
  });
  await until(async () => ((await desk.agent.drafts.get(recipeDraft)).status === 'in_review' ? true : null));
  const [first] = (await desk.maria.drafts.list({ q: 'Rejected before' })).items;
  if (first) {
    const { id, revision, digest } = first;
    await desk.maria.drafts.decide(id, { decision: 'reject', revision, digest: digest ?? '', comment: 'No.' });
  }
  const { id: batch } = await desk.agent.batches.create({
    ...{ name: 'Reminders', inbox: desk.inboxes.support, recipe: 'invoice-reminder', schedule: { kind: 'held' } },
  });
  await desk.agent.batches.upload(batch, ROWS);
  await desk.agent.batches.start(batch);
  const raise = { key: 'mismatch', kind: 'content_mismatch', severity: 'critical' } as const;
  const title = 'A message left other than approved.';
  await desk.system.store.raiseAlert({ ...raise, title }, { alertId: 'alert-1', atMs: Date.now() });
  const ana = new Countersign({ baseUrl: desk.url, apiKey: desk.keys.ana });
  await ana.suppressions.add({ entry: 'carl@example.com', reason: 'manual', note: 'asked by phone' });
  await ana.policies.put({ policy: { rules: [] }, comment: 'First' });
  const { id: operation } = await ana.operations.preview({ action: 'pause', filter: { q: 'Beck' } });
  return { draft: recipeDraft, inbox: desk.inboxes.support, batch, alert: 'alert-1', operation };
}

const open = (who: PageCase['who'], path: string, options: object = {}) =>
  openDesk(browser, { url: desk.url, key: desk.keys[who], path, ...options });

async function ready(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
  await expect.poll(() => page.getByText('Loading', { exact: true }).count(), { timeout: 30_000 }).toBe(0);
}

test('every route of the desk has pages that are looked at', { timeout: TIMEOUT_MS }, async () => {
  const { page } = await open('ana', '/waiting');
  await ready(page);
  const routes: string[] = await page.evaluate('Object.keys(window.__TSR_ROUTER__.routesByPath)');
  expect(routes.length).toBeGreaterThan(15);
  expect(routes.sort()).toEqual(Object.keys(PAGES).sort());
  await page.context().close();
});

/** One profile a person and device, kept over all pages: nobody signs in anew for each of them. */
async function visitor(look: object) {
  const opened = new Map<PageCase['who'], Page>();
  return {
    visit: async ({ who, path }: PageCase): Promise<Page> => {
      let page = opened.get(who);
      if (!page) {
        // Colours change at once: a half faded one has no contrast of its own.
        page = (await open(who, '/alerts', { ...look, reducedMotion: 'reduce' })).page;
        await ready(page);
        await watchShifts(page);
        opened.set(who, page);
      }
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(`${desk.url}${path}`);
      await ready(page);
      return page;
    },
    leave: () => Promise.all([...opened.values()].map((page) => page.context().close())),
  };
}

test.each([
  ['desktop', WIDE],
  ['phone', PHONE],
] as const)(
  'every page is accessible, light and dark, and holds still while it loads: %s',
  {
    timeout: 4 * TIMEOUT_MS,
  },
  async (device, look) => {
    const { visit, leave } = await visitor(look);
    const broken: string[] = [];
    for (const [route, found] of pages) {
      const page = await visit(found);
      const note = (problems: string[]) =>
        broken.push(...problems.map((problem) => `${route} (${found.path}): ${problem}`));
      await page.waitForTimeout(200);
      const { sum, shifts } = await shiftsOf(page);
      if (sum >= MOST_SHIFT) note([`moved by ${sum.toFixed(3)}`, ...shifts]);
      note(await axeViolations(page));
      await page.emulateMedia({ colorScheme: 'dark' });
      note((await axeViolations(page, 'colours')).map((violation) => `dark: ${violation}`));
      const sideways = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
      if (device === 'phone' && sideways) note(['scrolls sideways']);
    }
    expect(broken).toEqual([]);
    await leave();
  },
);

test('a decision moves nothing, also when its answer is slow', { timeout: TIMEOUT_MS }, async () => {
  const compose = composer(desk);
  for (const name of ['Steady three', 'Steady two', 'Steady one']) await compose(name);
  const { page, problems } = await open('ana', '/waiting?q=steady&order=newest');
  // Signed in before it is opened again, or the second look would be at the sign-in page.
  await row(page, 'Steady one').waitFor();
  await watchShifts(page);
  await page.goto(`${desk.url}/waiting?q=steady&order=newest`);
  await row(page, 'Steady one').getByRole('link').click();
  await isRead(page);
  const before = (await shiftsOf(page)).sum;
  // Longer than what counts as the key's own doing.
  await page.route('**/decisions', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await route.continue();
  });
  await page.keyboard.press('a');
  await heading(page, 'Steady two').waitFor();
  await page.getByText(/^Approved\. /).waitFor();
  await page.waitForTimeout(500);
  const { sum, shifts } = await shiftsOf(page);
  expect(sum - before, shifts.join('\n')).toBeLessThan(MOST_SHIFT);
  expect(problems).toEqual([]);
  await page.context().close();
});

test('motion is short, and none where none is wanted', { timeout: TIMEOUT_MS }, async () => {
  const paths = ['/waiting', `/all/${things.draft}`, '/numbers', '/settings/pauses'];
  for (const [reducedMotion, maxMs] of [
    ['no-preference', 150],
    ['reduce', 0],
  ] as const) {
    const { page } = await open('ana', '/waiting', { reducedMotion });
    for (const path of paths) {
      await page.goto(`${desk.url}${path}`);
      await ready(page);
      expect(await motionOf(page, maxMs), `${path}, ${reducedMotion}`).toEqual([]);
    }
    await page.context().close();
  }
});

test('the first view loads less than 300 KB of packed files', { timeout: TIMEOUT_MS }, async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const bodies: Promise<[string, number]>[] = [];
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (pathname.startsWith('/v1/')) return;
    bodies.push(response.body().then((body) => [pathname, gzipSync(body, { level: 9 }).length]));
  });
  await page.goto(`${desk.url}/waiting#key=${desk.keys.ana}`);
  await ready(page);
  await page.waitForLoadState('networkidle').catch(() => undefined);
  const files = await Promise.all(bodies);
  const total = files.reduce((sum, [, size]) => sum + size, 0);
  expect(files.length).toBeGreaterThan(2);
  expect(total, JSON.stringify(files)).toBeLessThan(MAX_FIRST_LOAD_BYTES);
  await context.close();
});
