// Makes the pictures of the docs: `npx tsx test/desk/screenshots.ts`. Run by hand; looks differ with the fonts of a machine.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Pictured, picturedThings } from './pictured.ts';
import { type DeskSystem, launchBrowser, openDesk, startDeskSystem } from './system.ts';

const images = fileURLToPath(new URL('../../docs/images', import.meta.url));
/** At one pixel a pixel: all pictures together stay below 4 MB. */
const LOOKS = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true },
};
/** Frames are drawn, and what flies in has landed. */
const SETTLED_MS = 1_200;

interface Shot {
  name: string;
  who: keyof DeskSystem['keys'];
  path: string;
}

const shotsOf = ({ refund, edited, batch, operation, inbox }: Pictured): Shot[] => [
  { name: 'desk', who: 'ana', path: `/waiting/${refund}` },
  { name: 'queue', who: 'ana', path: '/waiting' },
  { name: 'changes', who: 'ana', path: `/waiting/${edited}?tab=changes` },
  { name: 'edit', who: 'ana', path: `/waiting/${refund}?edit=true` },
  { name: 'calendar', who: 'ana', path: '/scheduled?show=week' },
  { name: 'numbers', who: 'ana', path: '/numbers' },
  { name: 'inbox', who: 'ana', path: `/settings/inboxes/${encodeURIComponent(inbox)}` },
  { name: 'rules', who: 'ana', path: '/settings/rules' },
  { name: 'batch', who: 'ana', path: `/batches/${batch}` },
  { name: 'operation', who: 'ana', path: `/operations/${operation}` },
  { name: 'alerts', who: 'ana', path: '/alerts' },
  { name: 'people', who: 'olga', path: '/settings/people' },
];

const desk = await startDeskSystem();
// In a process of its own a sandboxed frame does not learn of an emulated phone's screen.
const browser = await launchBrowser('disable-features=IsolateSandboxedIframes');
try {
  mkdirSync(images, { recursive: true });
  const shots = shotsOf(await picturedThings(desk));
  for (const [device, look] of Object.entries(LOOKS)) {
    for (const { name, who, path } of shots) {
      const { page } = await openDesk(browser, { url: desk.url, key: desk.keys[who], path, ...look });
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await page.getByText('Loading', { exact: true }).first().waitFor({ state: 'detached' });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.waitForTimeout(SETTLED_MS);
        await page.screenshot({ path: join(images, `${name}-${device}-${colorScheme}.png`) });
      }
      await page.context().close();
    }
  }
} finally {
  await browser.close();
  await desk.stop();
}
process.exit(0);
