import { createHash, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { StoreInvalid, StoreMissing } from '../../../src/store/index.ts';
import type { Bench } from '../fixtures.ts';

export function documentTests({ store, newDraft }: Bench) {
  it('gives equal documents of a draft one reference', async () => {
    const id = await newDraft();
    const ref = await store().putDocument(id, { b: [1, { d: 1, c: 2 }], a: 'x' });
    expect(await store().putDocument(id, { a: 'x', b: [1, { c: 2, d: 1 }] })).toBe(ref);
    expect(await store().putDocument(id, { a: 'y' })).not.toBe(ref);
    expect(await store().getDocument(id, ref)).toEqual({ a: 'x', b: [1, { c: 2, d: 1 }] });
  });

  it.each([null, 0, false, '', '5', '"quoted"', '{"a":1}', [], {}, 1.5e300, 'null'])('keeps %j', async (value) => {
    const id = await newDraft();
    expect(await store().getDocument(id, await store().putDocument(id, value))).toStrictEqual(value);
    await store().putStep(id, 'step', value);
    expect(await store().getStep(id, 'step')).toStrictEqual(value);
  });

  it('takes documents before their draft, and gives none to another draft', async () => {
    const ref = await store().putDocument('draft-later', { text: 'private' });
    expect(await store().getDocument('draft-later', ref)).toEqual({ text: 'private' });
    await expect(store().getDocument('draft-other', ref)).rejects.toThrow(StoreMissing);
  });

  it('refuses what is no JSON or too large', async () => {
    await expect(store().putDocument('draft', undefined)).rejects.toThrow(StoreInvalid);
    await expect(store().putDocument('draft', 'x'.repeat(10_000_001))).rejects.toThrow(StoreInvalid);
  });

  it('holds a document of 10 MB', async () => {
    const value = { text: 'ä€😀\n"'.repeat(1_100_000) };
    const ref = await store().putDocument('draft-large', value);
    expect(await store().getDocument('draft-large', ref)).toEqual(value);
  });

  it('keeps the last result of a step', async () => {
    const id = await newDraft();
    expect(await store().getStep(id, 'fetch')).toBeUndefined();
    await store().putStep(id, 'fetch', { rows: 1 });
    await store().putStep(id, 'fetch', { rows: 2 });
    await store().putStep(id, 'render', 'html');
    expect(await store().getStep(id, 'fetch')).toEqual({ rows: 2 });
  });

  it('keeps blobs by their hash', async () => {
    const bytes = randomBytes(1_000);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(await store().blobSize(sha256)).toBeNull();
    expect(await store().putBlob(bytes)).toBe(sha256);
    expect(await store().putBlob(bytes)).toBe(sha256);
    expect(await store().blobSize(sha256)).toBe(1_000);
    expect(Buffer.from((await store().getBlob(sha256)) ?? [])).toEqual(bytes);
    expect(await store().getBlob('0'.repeat(64))).toBeNull();
    expect(await store().blobSize(await store().putBlob(new Uint8Array()))).toBe(0);
  });

  it('holds a blob of 30 MB and refuses a larger one', async () => {
    const bytes = randomBytes(30_000_000);
    const stored = await store().getBlob(await store().putBlob(bytes));
    expect(Buffer.compare(stored ?? new Uint8Array(), bytes)).toBe(0);
    await expect(store().putBlob(new Uint8Array(30_000_001))).rejects.toThrow(StoreInvalid);
  });
}
