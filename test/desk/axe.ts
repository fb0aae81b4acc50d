import { source } from 'axe-core';
import type { Page } from 'playwright-core';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The rules that another colour scheme alone can break. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

/**
 * Broken accessibility rules of a page as `rule: where`. Frames without scripts cannot be looked into. `colours`: only
 * what a change of the colour scheme can break, on a page that was looked at whole before.
 */
export async function axeViolations(page: Page, part: 'all' | 'colours' = 'all'): Promise<string[]> {
  await page.evaluate(source);
  const only = part === 'all' ? { type: 'tag', values: TAGS } : { type: 'rule', values: COLOURS };
  const run = `axe.run(document, { runOnly: ${JSON.stringify(only)}, resultTypes: ['violations'], iframes: false })`;
  const result: { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] } =
    await page.evaluate(run);
  return result.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}
