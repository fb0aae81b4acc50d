import type { Page } from 'playwright-core';

/** Has the page add up its layout shifts from now on, also over a reload. */
export async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifts: string[] = [];
    let sum = 0;
    // What moves within half a second of a key or a click was asked for, and does not count.
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (!('value' in entry) || typeof entry.value !== 'number') continue;
        if ('hadRecentInput' in entry && entry.hadRecentInput === true) continue;
        sum += entry.value;
        const sources = 'sources' in entry && Array.isArray(entry.sources) ? entry.sources : [];
        const moved = sources.map(({ node }) =>
          node instanceof Element ? node.outerHTML.slice(0, 120) : String(node),
        );
        shifts.push(`${entry.value.toFixed(4)}: ${moved.join(' | ')}`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
    Object.assign(window, { readShifts: () => ({ sum, shifts }) });
  });
}

/** The sum of all shifts since the page was loaded, and what moved. */
export function shiftsOf(page: Page): Promise<{ sum: number; shifts: string[] }> {
  return page.evaluate('window.readShifts()');
}

/** Elements that move, or would, longer than `maxMs`. */
export function motionOf(page: Page, maxMs: number): Promise<string[]> {
  return page.evaluate((limit) => {
    const longest = (durations: string) =>
      Math.max(...durations.split(',').map((one) => Number.parseFloat(one) * 1_000));
    return [...document.querySelectorAll('body *')].flatMap((element) => {
      const style = getComputedStyle(element);
      const animated = style.animationName !== 'none' && longest(style.animationDuration) > limit;
      const moving = longest(style.transitionDuration) > limit;
      return animated || moving ? [element.outerHTML.slice(0, 160)] : [];
    });
  }, maxMs);
}
