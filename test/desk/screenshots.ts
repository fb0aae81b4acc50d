// Makes the pictures of the docs: `npx tsx test/desk/screenshots.ts`. Run by hand; looks differ with the fonts of a machine.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SAMPLES } from './samples.ts';
import { launchBrowser, openDesk, startDeskSystem } from './system.ts';

const images = fileURLToPath(new URL('../../docs/images', import.meta.url));
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true };

async function main(): Promise<void> {
  const desk = await startDeskSystem();
  // In a process of its own a sandboxed frame does not learn of an emulated phone's sharper screen.
  const browser = await launchBrowser('disable-features=IsolateSandboxedIframes');
  try {
    const ids: string[] = [];
    for (const { from, ...sample } of SAMPLES) {
      ids.push((await desk.agent.drafts.create({ ...sample, inbox: desk.inboxes[from] })).id);
    }
    const last = ids.at(-1);
    if (last === undefined) throw new Error('there are no samples');
    await waitForReview(ids, async (id) => (await desk.agent.drafts.get(id)).status);
    for (const id of ids.slice(0, 2)) {
      const { revision, digest } = await desk.maria.drafts.get(id);
      await desk.maria.drafts.decide(id, { decision: 'approve', revision, digest: digest ?? '' });
    }
    await desk.agent.drafts.waitForOutcome(ids[0] ?? '', { timeoutMs: 60_000 });
    const open = (path: string, options: object) =>
      openDesk(browser, { url: desk.url, key: desk.keys.ana, path, ...options });
    for (const colorScheme of ['light', 'dark'] as const) {
      const wide = await open(`/waiting/${last}`, { colorScheme });
      await wide.page.getByRole('tab', { name: 'Mail' }).waitFor();
      await wide.page.waitForTimeout(1_500);
      await wide.page.screenshot({ path: join(images, `desk-desktop-${colorScheme}.png`) });
      const phone = await open(colorScheme === 'light' ? `/waiting/${last}` : '/waiting', { ...PHONE, colorScheme });
      await phone.page.getByText('Refund for order 4821').filter({ visible: true }).first().waitFor();
      await phone.page.waitForTimeout(1_500);
      await phone.page.screenshot({ path: join(images, `desk-phone-${colorScheme}.png`) });
    }
  } finally {
    await browser.close();
    await desk.stop();
  }
}

async function waitForReview(ids: readonly string[], statusOf: (id: string) => Promise<string>): Promise<void> {
  for (const id of ids) {
    while ((await statusOf(id)) === 'composing') await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

await main();
process.exit(0);
