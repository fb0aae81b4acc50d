import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporalCliPath } from '../support/temporal.ts';
import { axeViolations } from './axe.ts';
import { ELSEWHERE, END, HOSTILE_MAILS, hugeMail, START } from './hostile.ts';
import { button, composer, heading, isRead, row, TIMEOUT_MS, tabTo, until } from './steps.ts';
import { type DeskSystem, launchBrowser, openDesk, startDeskSystem, type Watched } from './system.ts';

let desk: DeskSystem;
let browser: Browser;
let compose: ReturnType<typeof composer>;

beforeAll(async () => {
  [desk, browser] = await Promise.all([startDeskSystem(temporalCliPath()), launchBrowser()]);
  compose = composer(desk);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await desk?.stop();
}, 60_000);

const asAna = (path?: string) => openDesk(browser, { url: desk.url, key: desk.keys.ana, path });

/** Nothing ran, nothing went anywhere, and the page itself has nothing to say about it. */
async function provenClean({ page, problems }: Watched, path: string): Promise<void> {
  expect(await page.evaluate('window.pwned')).toBeUndefined();
  expect(new URL(page.url()).pathname).toBe(path);
  expect(page.context().pages()).toHaveLength(1);
  const origins = page.frames().map((frame) => frame.url());
  expect(origins.filter((url) => url !== 'about:srcdoc' && !url.startsWith(`${desk.url}/`))).toEqual([]);
  expect(problems).toEqual([]);
}

test.each(Object.keys(HOSTILE_MAILS))(
  '%s: the mail is shown, and nothing of it acts',
  {
    timeout: TIMEOUT_MS,
  },
  async (name) => {
    const id = await compose(name, { content: { html: HOSTILE_MAILS[name] } });
    const watched = await asAna(`/all/${id}`);
    const { page } = watched;
    const frame = page.locator(`iframe[title="Mail: ${name}"]`);
    await frame.contentFrame().getByText(START).waitFor();
    expect(await frame.getAttribute('sandbox')).toBe('');
    for (const tab of ['Text', 'Source', 'Timeline', 'Mail']) await page.getByRole('tab', { name: tab }).click();
    await frame.contentFrame().getByText(START).waitFor();
    // What is loaded late, or on an event, gets its time.
    await page.waitForTimeout(1_000);
    await provenClean(watched, `/all/${id}`);
    await page.context().close();
  },
);

test('5 MB of HTML are read to the end, and the desk stays at hand', { timeout: 2 * TIMEOUT_MS }, async () => {
  const id = await compose('Very long', { content: { html: hugeMail() } });
  const watched = await asAna(`/all/${id}`);
  const { page } = watched;
  await heading(page, 'Very long').waitFor();
  await page.getByText('This mail is 5.0 MB of HTML.', { exact: false }).waitFor();
  // Nothing is laid out unasked, so keys act at once.
  const pressed = performance.now();
  await page.keyboard.press('6');
  await page.getByText('Asked for', { exact: false }).first().waitFor();
  expect(performance.now() - pressed).toBeLessThan(5_000);
  expect(await button(page, 'Approve').evaluate((element) => element.className)).not.toContain('bg-accent');
  await page.keyboard.press('1');
  await button(page, 'Show it').click();
  const frame = page.locator('iframe[title="Mail: Very long"]');
  await frame.contentFrame().getByText(END).waitFor({ state: 'attached', timeout: 180_000 });
  await page.getByText('1 link', { exact: true }).waitFor();
  await provenClean(watched, `/all/${id}`);
  await page.context().close();
});

test('a mail too tall to be shown at once is read when its end was on screen, also without a mouse', {
  timeout: TIMEOUT_MS,
}, async () => {
  const id = await compose('Very tall', {
    content: { html: `${'<p style="height:100px">One of very many.</p>'.repeat(600)}<p>The very end.</p>` },
  });
  const { page, problems } = await asAna(`/waiting/${id}`);
  const frame = page.locator('iframe[title="Mail: Very tall"]');
  await page.getByText('its end is not shown yet', { exact: false }).waitFor({ state: 'attached' });
  await page.locator('[data-scroller]').evaluate((scroller) => scroller.scrollTo({ top: scroller.scrollHeight }));
  await page.waitForTimeout(500);
  expect(await page.locator('footer button.bg-accent').count()).toBe(0);
  expect(await axeViolations(page)).toEqual([]);
  await tabTo(page, 'Show all of it');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await frame.boundingBox())?.height).toBeGreaterThan(60_000);
  await page.waitForTimeout(500);
  expect(await page.locator('footer button.bg-accent').count()).toBe(0);
  await page.keyboard.press('End');
  await isRead(page);
  expect(problems).toEqual([]);
  await page.context().close();
});

test('letters that lie: reading order, look-alikes and links are told as they are', {
  timeout: TIMEOUT_MS,
}, async () => {
  const id = await compose('x', {
    content: {
      to: ['Beck \u202emoc.elpmaxe@kceb <beck@аpple.example>'],
      subject: 'Invoice \u202efdp.exe',
      text: 'See https://аpple.example/login and pay \u202e00.04\u202c EUR.\n',
      attachments: [
        { filename: 'invoice\u202efdp.exe', contentType: 'application/pdf', contentBase64: 'JVBERi0xLjQ=' },
      ],
    },
  });
  const watched = await asAna('/all');
  const { page } = watched;
  await row(page, 'Invoice ‹RLO›fdp.exe').getByRole('link').click();
  await heading(page, 'Invoice ‹RLO›fdp.exe').waitFor();
  expect(await page.title()).toBe('Invoice ‹RLO›fdp.exe · Countersign');
  await page.getByText('goes to xn--pple-43d.example').waitFor();
  await page.getByText('Marks that turn the reading order around', { exact: false }).waitFor();
  await page.getByText('An address only looks like one in plain letters', { exact: false }).waitFor();
  await page.getByRole('button', { name: 'Download invoice‹RLO›fdp.exe' }).waitFor();
  await page.getByText('pay ‹RLO›00.04‹PDF› EUR').first().waitFor();
  await page.getByText('https://xn--pple-43d.example/login').waitFor({ state: 'attached' });
  // Nowhere on the page is a mark left that could turn the rest of it around.
  expect(await page.evaluate(() => /[\u202a-\u202e\u2066-\u2069]/.test(document.body.textContent ?? ''))).toBe(false);
  await provenClean(watched, `/all/${id}`);
  await page.context().close();
});

const TRAP = `<img src=x onerror="parent.pwned='text'"><script>parent.pwned='script'</script>`;

test('threads, names, comments and sources are text, whatever they contain', { timeout: TIMEOUT_MS }, async () => {
  const headers = { Authorization: `Bearer ${desk.keys.olga}`, 'Content-Type': 'application/json' };
  const made = await fetch(`${desk.url}/v1/keys`, {
    ...{ method: 'POST', headers },
    body: JSON.stringify({ name: `Agent ${TRAP} \u202etnega`, roles: ['agent'] }),
  });
  expect(made.status).toBe(201);
  const { key }: { key: string } = await made.json();
  const { messageId } = await desk.emulator.receive(
    desk.inboxes.support,
    [
      `From: "Mallory ${TRAP.replaceAll('"', "'")}" <mallory@evil.example>`,
      `To: ${desk.inboxes.support}`,
      `Subject: =?utf-8?B?${Buffer.from(`Order ${TRAP} \u202efdp`).toString('base64')}?=`,
      'Message-ID: <trap@evil.example>',
      'MIME-Version: 1.0',
      'Content-Type: text/html; charset=utf-8',
      '',
      `<style>@import url(${ELSEWHERE}/thread.css)</style><p>Where is my lamp?</p>${TRAP}<img src="${ELSEWHERE}/thread.gif">`,
    ].join('\r\n'),
  );
  const created = await fetch(`${desk.url}/v1/drafts`, {
    ...{ method: 'POST', headers: { ...headers, Authorization: `Bearer ${key}` } },
    body: JSON.stringify({
      inbox: desk.inboxes.support,
      recipe: {
        name: 'reply-to-thread',
        input: {
          messageId,
          ...{ customer: { name: `Ana ${TRAP}` }, resolution: 'It leaves on Monday.' },
          sender: { name: 'Jonas Brandt', company: 'Nordlicht GmbH' },
        },
      },
    }),
  });
  expect(created.status).toBe(201);
  const { id }: { id: string } = await created.json();
  await until(async () => ((await desk.maria.drafts.get(id)).status === 'in_review' ? true : null));
  await desk.maria.drafts.comment(id, { comment: `Look: ${TRAP} \u202edetrever` });

  const watched = await asAna(`/all/${id}`);
  const { page } = watched;
  await page.getByText('‹RLO›tnega').first().waitFor();
  await page.getByRole('tab', { name: 'Thread' }).click();
  await page.getByText('Where is my lamp?').waitFor();
  await page.getByText('‹RLO›fdp').first().waitFor();
  await page.getByRole('tab', { name: 'Timeline' }).click();
  await page.getByText(`Look: ${TRAP} ‹RLO›detrever`).first().waitFor();
  await page.getByRole('tab', { name: 'Composed from' }).click();
  const sources = page.getByRole('list', { name: 'Sources' });
  await page.getByText('Recipe reply-to-thread, version 1. Written by the template.').waitFor();
  await sources.getByText('Thread in AgentMail').waitFor();
  await sources.getByText('Where is my lamp?', { exact: false }).waitFor();
  await sources.getByText('onerror=', { exact: false }).first().waitFor();
  await page.waitForTimeout(1_000);
  await provenClean(watched, `/all/${id}`);
  await page.context().close();
});

test('remote images come when they are asked for, and nothing else does', { timeout: TIMEOUT_MS }, async () => {
  const html = `<style>p{background:url(${ELSEWHERE}/css.png)}</style><p>Hello</p><img src="${ELSEWHERE}/a.png" srcset="${ELSEWHERE}/b.png 2x"><iframe src="${ELSEWHERE}/f"></iframe><p>${END}</p>`;
  const id = await compose('With pictures', { content: { html } });
  const { page, problems } = await asAna(`/all/${id}`);
  const asked: string[] = [];
  await page.context().route(`${ELSEWHERE}/**`, (route) => {
    const { referer } = route.request().headers();
    asked.push(`${route.request().resourceType()} ${route.request().url()} ${referer ?? 'no referrer'}`);
    return route.fulfill({
      status: 200,
      contentType: 'image/gif',
      body: Buffer.from('R0lGODlhAQABAAAAACw=', 'base64'),
    });
  });
  await page.getByText('1 image is kept from loading', { exact: false }).waitFor();
  expect(asked).toEqual([]);
  await page.getByRole('button', { name: 'Show images' }).click();
  await expect.poll(() => asked, { timeout: 30_000 }).not.toEqual([]);
  await page.waitForTimeout(500);
  expect(new Set(asked)).toEqual(new Set([`image ${ELSEWHERE}/a.png no referrer`]));
  expect(problems.filter((problem) => problem !== `request: ${ELSEWHERE}/a.png`)).toEqual([]);
  await page.context().close();
});
