import { source } from 'axe-core';
import type { Page } from 'playwright-core';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Broken accessibility rules of a page as `rule: where`. Frames without scripts cannot be looked into. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(source);
  const run = `axe.run(document, { runOnly: ${JSON.stringify(TAGS)}, iframes: false })`;
  const result: { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] } =
    await page.evaluate(run);
  return result.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}
