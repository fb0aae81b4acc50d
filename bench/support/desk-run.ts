import type { Page } from 'playwright-core';
import { composer, isRead, row } from '../../test/desk/steps.ts';
import { type DeskSystem, launchBrowser, openDesk, startDeskSystem } from '../../test/desk/system.ts';
import { seedWaiting } from './desk-seed.ts';
import { type Figure, measure, watchInteractions } from './interactions.ts';

export interface DeskMeasured {
  rowsLoaded: number;
  figures: Figure[];
  /** The longest single piece of work that kept the page from answering, ms. */
  longestBlockMs: number;
}

const STEPS = 60;
const FILTERS = ['customer12', 'invoice 77', 'customer499', 'acme', 'invoice 9'];
const SUBJECT = '#draft-subject';

/** @throws when the desk does not show what it should in time. */
export async function measureDesk(options: {
  drafts: number;
  decide: number;
  report: (line: string) => void;
}): Promise<DeskMeasured> {
  const { drafts, decide, report } = options;
  report(`filling the database with ${drafts} waiting drafts`);
  const desk = await startDeskSystem(undefined, (dataDir) => seedWaiting(dataDir, drafts));
  const browser = await launchBrowser();
  try {
    report(`asking for ${decide} more of an agent, to be decided`);
    const compose = composer(desk);
    for (let index = 0; index < decide; index += 1) await compose(`To decide ${index + 1}`);
    const { page } = await openDesk(browser, { url: desk.url, key: desk.keys.ana, path: '/alerts' });
    await watchInteractions(page);
    return await measureOn(page, desk, decide, report);
  } finally {
    await browser.close();
    await desk.stop();
  }
}

async function measureOn(
  page: Page,
  desk: DeskSystem,
  decide: number,
  report: (line: string) => void,
): Promise<DeskMeasured> {
  const figures: Figure[] = [];
  let longestBlockMs = 0;
  const take = async (...args: Parameters<typeof measure> extends [Page, ...infer Rest] ? Rest : never) => {
    const { figure, longestBlockMs: blocked } = await measure(page, ...args);
    report(`${figure.name}: p95 ${figure.p95} ms`);
    figures.push(figure);
    longestBlockMs = Math.max(longestBlockMs, blocked);
  };
  await page.goto(`${desk.url}/waiting?order=newest`);
  await row(page, `To decide ${decide}`).waitFor();
  report('loading every row, as somebody who scrolls to the end');
  const rowsLoaded = await loadAll(page);
  await page.evaluate(() =>
    document.querySelector('ul[aria-label="Waiting drafts"]')?.parentElement?.scrollTo({ top: 0 }),
  );
  await row(page, `To decide ${decide}`).waitFor();

  const heading = () => page.locator(SUBJECT).textContent();
  const stepped = (key: string) => async () => {
    const before = await heading().catch(() => null);
    return shownAfter(page, () => page.keyboard.press(key), before);
  };
  await page.keyboard.press('j');
  await page.locator(SUBJECT).waitFor();
  await take('J, next draft', STEPS, stepped('j'));
  await take('K, previous draft', STEPS / 2, stepped('k'));
  await take('J held down', STEPS, async () => {
    await page.keyboard.press('j');
    return undefined;
  });
  await take('click on a row', STEPS / 3, async (index) => {
    const link = page.locator('li a[href*="/waiting/"]:not([aria-current])').nth((index % 5) + 2);
    const before = await heading();
    return shownAfter(page, () => link.click(), before);
  });
  await page.keyboard.press('Escape');
  await take('typing a search', FILTERS.join('').length, typeFilters(page));
  await page.getByLabel('Search subjects and recipients').fill('');
  await row(page, `To decide ${decide}`).waitFor();
  await take('choosing an inbox', 6, async (index) => {
    const wanted = index % 2 === 0 ? desk.inboxes.support : '';
    await page.keyboard.press('Escape');
    await page.getByLabel('Inbox', { exact: true }).focus();
    await page.keyboard.press(wanted ? 'ArrowDown' : 'ArrowUp');
    await page.waitForTimeout(500);
    return undefined;
  });
  await take('scrolling by keys', STEPS, async () => {
    await page.keyboard.press('PageDown');
    return undefined;
  });
  await page.goto(`${desk.url}/waiting?order=newest`);
  await loadAll(page);
  await page.evaluate(() =>
    document.querySelector('ul[aria-label="Waiting drafts"]')?.parentElement?.scrollTo({ top: 0 }),
  );
  await row(page, `To decide ${decide}`).getByRole('link').click();
  await take('A, approve', decide, async () => {
    await isRead(page);
    // A second key so soon after the first counts as the half of a double click.
    await page.waitForTimeout(650);
    return shownAfter(page, () => page.keyboard.press('a'), await heading());
  });
  return { rowsLoaded, figures, longestBlockMs };
}

/** Until the next draft's subject stands where the last one's stood. */
async function shownAfter(page: Page, act: () => Promise<void>, before: string | null): Promise<number> {
  const startMs = performance.now();
  await act();
  await page.waitForFunction(
    ([selector, text]) => (document.querySelector(selector ?? '')?.textContent ?? text) !== text,
    [SUBJECT, before],
    { timeout: 60_000, polling: 'raf' },
  );
  return performance.now() - startMs;
}

/** One letter a turn, the next word once the last one's rows are there. */
function typeFilters(page: Page): () => Promise<undefined> {
  const letters = FILTERS.flatMap((word) => [...word].map((letter, place) => ({ letter, place, word })));
  let at = 0;
  return async () => {
    const { letter, place, word } = letters[at] ?? { letter: '', place: 1, word: '' };
    at += 1;
    const field = page.getByLabel('Search subjects and recipients');
    if (place === 0) await field.fill('');
    await field.press(letter === ' ' ? 'Space' : letter);
    if (place === word.length - 1) await page.waitForTimeout(1_000);
    return undefined;
  };
}

/** Scrolls on until the list knows its end. @returns how many rows there are */
async function loadAll(page: Page): Promise<number> {
  const list = page.getByRole('list', { name: 'Waiting drafts' });
  for (;;) {
    const size = await list.getByRole('listitem').first().getAttribute('aria-setsize');
    if (size !== '-1' && size !== null) return Number(size);
    await list.evaluate((element) => element.parentElement?.scrollTo({ top: element.scrollHeight }));
    await page.waitForTimeout(100);
  }
}
