import { fileURLToPath } from 'node:url';
import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashApiKey } from '../../src/config-keys.ts';
import { type HttpServer, startHttp } from '../../src/runtime/http.ts';
import { type App, secret } from '../api/support.ts';
import { axeViolations } from '../desk/axe.ts';
import { buildDesk, launchBrowser } from '../desk/system.ts';
import { createPeople, PASSWORD, type People } from './support.ts';

const LOCAL_KEY = 'cs_local-key-of-this-test';
const deskDir = fileURLToPath(new URL('../../dist/dashboard', import.meta.url));
let http: HttpServer;
let people: People;
let browser: Chromium;
beforeAll(async () => {
  buildDesk();
  let app: App | undefined;
  // Links name the port, so the server is there before what it serves.
  const fetch = async (request: Request, env?: object) => (app ? app.fetch(request, env) : new Response(null));
  http = await startHttp({ fetch, host: '127.0.0.1', port: 0, variable: 'none' });
  const localUser = {
    ...{ userId: 'local-reviewer', name: 'Local reviewer', email: 'local@countersign.localhost' },
    roles: ['reviewer' as const],
    keySha256: hashApiKey(LOCAL_KEY),
  };
  people = await createPeople({ baseUrl: http.url, localUser }, { deskDir });
  app = people.app;
  browser = await launchBrowser();
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await http?.close();
  await people?.close();
});

const problems: string[] = [];
async function open(address: string, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const page = await (await browser.newContext({ colorScheme })).newPage();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(address);
  return page;
}
const signedIn = (page: Page) => page.getByRole('region', { name: 'Queue' }).waitFor();
const whoAmI = (page: Page) => page.evaluate(async () => (await fetch('/v1/me')).json());
const kept = (page: Page) =>
  page.evaluate(() => [
    document.cookie,
    location.hash,
    ...Object.values(sessionStorage),
    ...Object.values(localStorage),
  ]);

test('the first admin is made by the link, and the page never sees what proves the session', async () => {
  const link = await people.accounts.setupLink();
  // Opening it, as a scanner of mails would, does nothing.
  const scanner = await open(link?.url ?? '');
  await scanner.getByRole('heading', { name: 'Set up Countersign' }).waitFor();
  expect(await axeViolations(scanner)).toEqual([]);
  await scanner.context().close();
  expect(await people.store.countUsers()).toBe(0);

  const page = await open(link?.url ?? '');
  await page.getByLabel('Name').fill('Ada Admin');
  await page.getByLabel('Email').fill('ada@acme.test');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await signedIn(page);
  expect(await whoAmI(page)).toMatchObject({ name: 'Ada Admin', via: 'session' });
  expect((await kept(page)).filter(Boolean)).toEqual([]);
  await page.reload();
  await signedIn(page);

  const late = await open(link?.url ?? '');
  await late.getByRole('heading', { name: 'This link is over' }).waitFor();
  // The browser itself notes the refusal.
  expect(problems.splice(0)).toEqual([expect.stringContaining('400')]);
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await page.getByRole('heading', { name: 'Sign in to the review desk' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Sign in to the review desk' }).waitFor();
  for (const each of [page, late]) await each.context().close();
});

test('by password; a wrong one is told without saying which half is wrong', async () => {
  const page = await open(http.url);
  await page.getByLabel('Email').fill('ada@acme.test');
  await page.getByLabel('Password').fill('not the password');
  expect(problems).toEqual([]);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('Address and password do not fit together.').waitFor();
  // The browser itself notes the 401.
  expect(problems.splice(0)).toEqual([expect.stringContaining('401')]);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await signedIn(page);
  await page.context().close();
});

test('everybody sees where they are signed in, ends that, and changes their password', async () => {
  const signIn = async (password: string) => {
    const page = await open(`${http.url}/settings/account`);
    await page.getByLabel('Email').fill('ada@acme.test');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    return page;
  };
  const gone = async (page: Page) => {
    const status = () => page.evaluate(async () => (await fetch('/v1/me')).status);
    await expect.poll(status).toBe(401);
    await page.context().close();
    // The browser itself notes the 401.
    problems.length = 0;
  };
  const [page, first, second, third] = [
    ...[await signIn(PASSWORD), await signIn(PASSWORD), await signIn(PASSWORD), await signIn(PASSWORD)],
  ] as const;
  await page.reload();
  const list = page.getByRole('list', { name: 'Sessions' }).getByRole('listitem');
  const mine = list.filter({ hasText: 'This one' });
  await mine.getByText(/^Chrome on /).waitFor();
  const before = await list.count();
  expect(before).toBeGreaterThanOrEqual(4);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await axeViolations(page)).toEqual([]);
  }
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/account.png` });
  // The newest stands first after this one: that of the third.
  await page
    .getByRole('button', { name: /^Sign out Chrome/ })
    .first()
    .click();
  await expect.poll(() => list.count()).toBe(before - 1);
  await gone(third);
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await page.getByText('Signed out everywhere else.').waitFor();
  await expect.poll(() => list.count()).toBe(1);
  await gone(first);
  await gone(second);

  const other = await signIn(PASSWORD);
  await page.getByLabel('Present password').fill('not the password');
  const fresh = 'another horse battery staple';
  await page.getByLabel(/^New password(?! again)/).fill(fresh);
  const save = page.getByRole('button', { name: 'Change the password' });
  await page.getByLabel('New password again').fill(`${fresh}r`);
  await page.getByText('It is not the same as the one above.').waitFor();
  expect(await save.isDisabled()).toBe(true);
  await page.getByLabel('New password again').fill(fresh);
  await save.click();
  await page.getByText('That is not your present password.').waitFor();
  await page.getByLabel('Present password').fill(PASSWORD);
  await save.click();
  await page.getByText('The password is changed.', { exact: false }).waitFor();
  expect(await whoAmI(page)).toMatchObject({ name: 'Ada Admin', via: 'session' });
  await gone(other);
  const back = await signIn(fresh);
  await back.getByLabel('Present password').fill(fresh);
  await back.getByLabel(/^New password(?! again)/).fill(PASSWORD);
  await back.getByLabel('New password again').fill(PASSWORD);
  await back.getByRole('button', { name: 'Change the password' }).click();
  await back.getByText('The password is changed.', { exact: false }).waitFor();
  for (const each of [page, back]) await each.context().close();
  problems.length = 0;
});

test('by a mailed link, which only the button uses up', async () => {
  const page = await open(http.url);
  await page.getByLabel('Email').fill('ada@acme.test');
  await page.getByRole('button', { name: 'Email me a sign-in link' }).click();
  await page.getByText('a link is on its way').waitFor();
  await expect.poll(() => people.mails.length).toBe(1);
  const address = /http\S+/.exec(people.mails[0]?.text.split('\n\n')[1] ?? '')?.[0] ?? '';
  const scanner = await open(address);
  await scanner.getByRole('button', { name: 'Sign in' }).waitFor();
  await scanner.context().close();
  const reader = await open(address);
  await reader.getByRole('button', { name: 'Sign in' }).click();
  await signedIn(reader);
  for (const each of [page, reader]) await each.context().close();
});

test('by the link of one’s own machine, which becomes a session; any other key stays with the tab', async () => {
  const page = await open(`${http.url}/#key=${LOCAL_KEY}`);
  await signedIn(page);
  expect(await whoAmI(page)).toMatchObject({ id: 'local-reviewer', via: 'session' });
  expect((await kept(page)).filter(Boolean)).toEqual([]);
  await page.context().close();
  const other = await open(`${http.url}/#key=${secret('ana')}`);
  await signedIn(other);
  expect(await kept(other)).toContain(secret('ana'));
  await other.context().close();
});

test('the sign-in page has nothing that keeps anybody out', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await open(http.url, colorScheme);
    await page.getByRole('heading', { name: 'Sign in to the review desk' }).waitFor();
    await page.getByText('Use an API key instead').click();
    await page.getByLabel('Your key').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.context().close();
  }
  expect(problems).toEqual([]);
});
