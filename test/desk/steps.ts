import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { DeskSystem } from './system.ts';

/** Time of a whole test: processes, a browser and an engine share the machine. */
export const TIMEOUT_MS = 240_000;

export async function until<T>(look: () => Promise<T | null>, withinMs = 90_000): Promise<T> {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > deadlineMs) throw new Error('not seen in time');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export const row = (page: Page, subject: string): Locator =>
  page.getByRole('listitem').filter({ has: page.getByRole('link'), hasText: subject });
export const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });
export const heading = (page: Page, name: string): Locator => page.getByRole('heading', { level: 1, name });
/** Approve has become the main button: the end of the text was on screen. */
export const isRead = (page: Page): Promise<void> =>
  page.locator('button.bg-accent', { hasText: /^Approve/ }).waitFor({ timeout: 60_000 });

/** Drafts of the agent's, composed and waiting for people. */
export const composer =
  (desk: DeskSystem) =>
  async (subject: string, more: { content?: object; [option: string]: unknown } = {}): Promise<string> => {
    const { content, ...options } = more;
    const { id } = await desk.agent.drafts.create({
      inbox: desk.inboxes.support,
      content: {
        ...{ to: ['Beck <beck@example.com>'], subject, text: 'Hello Beck,\n\nit is on its way.\n' },
        ...content,
      },
      ...options,
    });
    await listed(desk, id);
    return id;
  };

/** Composed, and in the lists as such: a page opened now begins with it. */
export const listed = (desk: DeskSystem, id: string): Promise<true> =>
  until(async () => {
    const { items } = await desk.maria.drafts.list({ limit: 100 });
    return items.some((item) => item.id === id && item.status !== 'composing') ? true : null;
  });

/** What has the focus, as a screen reader would name it. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement;
    return (element?.getAttribute('aria-label') ?? element?.textContent ?? '').trim();
  });

/** Walks with Tab, as somebody without a mouse does, until the named control has the focus. */
export async function tabTo(page: Page, name: string | RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const seen: string[] = [];
  for (let steps = 0; steps < 120; steps += 1) {
    await page.keyboard.press(key);
    const now = await focused(page);
    seen.push(now.slice(0, 40));
    if (typeof name === 'string' ? now.startsWith(name) : name.test(now)) return;
  }
  expect(seen, `never on ${String(name)}`).toEqual([]);
}
