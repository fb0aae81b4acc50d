import { createServer, type Server } from 'node:http';
import { temporal } from '@temporalio/proto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DraftHandle, MAIL } from '../support/rig.ts';
import { inReview, orderRecipe, reject, requestChanges, rewrite, rigFor } from '../support/rig-for.ts';
import { suppress, unsuppress } from '../support/suppress.ts';
import { startDevServer } from '../support/temporal.ts';

const rig = rigFor({ recipes: [orderRecipe] }, startDevServer);

let server: Server;
let base = '';
beforeAll(async () => {
  server = createServer((request, response) => {
    response.statusCode = request.url?.includes('missing') ? 404 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ number: 'SENTINEL-number', state: 'SENTINEL-state' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address && typeof address === 'object') base = `http://127.0.0.1:${address.port}`;
});
afterAll(() => server?.close());

const encoded = async (handle: DraftHandle) => {
  const history = await handle.fetchHistory();
  return { count: history.events?.length ?? 0, bytes: temporal.api.history.v1.History.encode(history).finish() };
};

/** Everything readable in the bytes: as they are, and behind one or two layers of base64. */
function readable(bytes: Uint8Array, depth = 2): string {
  const text = Buffer.from(bytes).toString('utf8');
  if (depth === 0) return text;
  const layers = text.match(/[A-Za-z0-9+/_-]{8,}/g) ?? [];
  // A letter before it would shift base64 out of step, so every step is tried.
  const decoded = layers.flatMap((layer) => [0, 1, 2, 3].map((skip) => Buffer.from(layer.slice(skip), 'base64')));
  return [text, ...decoded.map((layer) => readable(layer, depth - 1))].join('\n');
}

describe('the history of a draft', () => {
  it('is searched through whatever wraps its text', () => {
    const wrapped = Buffer.from(JSON.stringify({ a: Buffer.from('SENTINEL').toString('base64') })).toString('base64');
    expect(readable(Buffer.from(`xx ${wrapped} yy`))).toContain('SENTINEL');
  });

  it('holds no content, no address, no comment and no source, whatever happens to the draft', async () => {
    const content = {
      to: ['SENTINEL Person <sentinel.to@example.com>'],
      cc: ['sentinel.cc@example.com'],
      bcc: ['sentinel.bcc@example.com'],
      replyTo: ['sentinel.reply@example.com'],
      subject: 'SENTINEL subject',
      text: 'SENTINEL text',
      html: '<p>SENTINEL html</p>',
    };
    const handle = await inReview(rig(), { content });
    await rewrite(rig(), handle, { ...content, subject: 'SENTINEL edited' });
    await rewrite(rig(), handle, { ...content, to: ['SENTINEL broken'] });
    await rewrite(rig(), handle, content, { name: 'revise' });
    await requestChanges(rig(), handle, 'SENTINEL comment');
    await rewrite(rig(), handle, { ...content, text: 'SENTINEL again' }, { name: 'revise' });
    await suppress(rig().store, 'sentinel.cc@example.com', { note: 'SENTINEL' });
    await rig().approve(handle);
    await expect.poll(() => rig().trail(handle), { timeout: 20_000 }).toContain('sent_back');
    await rig().until(handle, 'in_review');
    await unsuppress(rig().store, 'sentinel.cc@example.com');
    await rig().emulator.control.editDraft(await rig().providerDraftId(handle), { text: 'SENTINEL foreign' });
    await rig().approve(handle);
    await expect.poll(async () => (await rig().view(handle)).reason, { timeout: 20_000 }).toBe('snapshot_changed');
    await rig().approve(handle);
    expect((await handle.result()).status).toBe('sent');

    const recipe = (path: string) => ({
      name: 'order-note',
      input: { to: 'sentinel.to@example.com', url: base + path },
    });
    const composed = await inReview(rig(), { recipe: recipe('/SENTINEL.json') });
    await requestChanges(rig(), composed, 'SENTINEL comment');
    await expect.poll(async () => (await rig().view(composed)).revision, { timeout: 20_000 }).toBe(2);
    await reject(rig(), composed);
    await composed.result();
    const failed = await rig().start({ recipe: recipe('/SENTINEL-missing.json') });
    expect((await failed.result()).reason).toBe('source_failed');

    for (const one of [handle, composed, failed]) {
      const { bytes, count } = await encoded(one);
      expect(count).toBeGreaterThan(10);
      expect(readable(bytes).toLowerCase()).not.toContain('sentinel');
      const { raw, memo, searchAttributes, staticSummary, staticDetails } = await one.describe();
      const description = temporal.api.workflowservice.v1.DescribeWorkflowExecutionResponse.encode(raw).finish();
      expect(readable(description).toLowerCase()).not.toContain('sentinel');
      const shown = [memo, searchAttributes, await staticSummary?.(), await staticDetails?.()];
      expect(JSON.stringify(shown).toLowerCase()).not.toContain('sentinel');
    }
  });

  it('of ready-made content with one approval stays within 31 events and 16 KB', async () => {
    const handle = await inReview(rig(), { content: MAIL });
    await rig().approve(handle);
    expect((await handle.result()).status).toBe('sent');
    const { count, bytes } = await encoded(handle);
    process.stdout.write(`ready-made: ${count} events, ${bytes.byteLength} bytes\n`);
    expect(count).toBeLessThanOrEqual(31);
    expect(bytes.byteLength).toBeLessThanOrEqual(16_384);
  });

  it('of a recipe with one source, a template and rendering stays within 42 events', async () => {
    const input = { to: 'beck@example.com', url: `${base}/order.json` };
    const handle = await inReview(rig(), { recipe: { name: 'order-note', input } });
    await rig().approve(handle);
    expect((await handle.result()).status).toBe('sent');
    const { count, bytes } = await encoded(handle);
    process.stdout.write(`recipe: ${count} events, ${bytes.byteLength} bytes\n`);
    expect(count).toBeLessThanOrEqual(42);
    expect(bytes.byteLength).toBeLessThanOrEqual(16_384);
  });
});
