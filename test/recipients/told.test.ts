import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tellDraftsOf } from '../../src/policy/index.ts';
import { ask } from '../api/support.ts';
import { unsuppress } from '../support/suppress.ts';
import { createHooked, draftTo, type HookedEdge } from './support.ts';

let edge: HookedEdge;
beforeAll(async () => {
  edge = await createHooked();
});
afterAll(() => edge.close());

const someone = () => `p${randomUUID().slice(0, 8)}@example.com`;
const call = async (who: 'ana' | 'olga', method: string, path: string, body?: object) =>
  (await ask(edge.app, who, method, path, body)).status;
const preferencesOf = (address: string) => `/v1/recipients/${encodeURIComponent(address.toUpperCase())}/preferences`;

describe('waiting drafts are told at once', () => {
  it.each<[string, (to: string) => Promise<number>, (to: string) => Promise<number>]>([
    [
      'that a suppression was lifted',
      (to) => call('ana', 'POST', '/v1/suppressions', { entry: to }),
      (to) => call('olga', 'DELETE', `/v1/suppressions/${encodeURIComponent(to)}`),
    ],
    [
      'that preferences were forgotten',
      (to) => call('ana', 'PUT', preferencesOf(to), { optedOut: ['newsletter'] }),
      (to) => call('olga', 'DELETE', preferencesOf(to)),
    ],
  ])('%s', async (_, make, undo) => {
    const to = someone();
    const waiting = await draftTo(edge.store, [to]);
    expect(await make(to)).toBeLessThan(300);
    await expect.poll(() => edge.engine.noticed.filter((id) => id === waiting)).toHaveLength(1);
    expect(await undo(to)).toBe(204);
    await expect.poll(() => edge.engine.noticed.filter((id) => id === waiting)).toHaveLength(2);
    await expect.poll(() => edge.store.noticeAbout(to, 'organization')).toBeNull();
  });
});

it('what could not be told stays to be told, and goes on where it stopped', async () => {
  const to = someone();
  const waiting = new Set<string>();
  for (let i = 0; i < 203; i += 1) waiting.add(await draftTo(edge.store, [to]));
  edge.engine.deaf = true;
  expect(await call('ana', 'POST', '/v1/suppressions', { entry: to })).toBe(201);
  await expect.poll(() => edge.logged.map(({ message }) => message).join()).toContain('could not be told');
  edge.engine.deaf = false;
  edge.engine.noticed.length = 0;
  const open = () => edge.store.noticeAbout(to, 'organization');
  const notice = await open();
  if (notice === null) throw new Error('nothing is to be told');
  let pages = 0;
  const parts = { store: edge.store, engine: edge.engine };
  expect(await tellDraftsOf(parts, notice, () => ++pages === 1)).toEqual({ told: 200, all: false });
  const rest = await open();
  if (rest === null) throw new Error('the rest is not to be told');
  expect(await tellDraftsOf(parts, rest)).toEqual({ told: 3, all: true });
  expect(new Set(edge.engine.noticed)).toEqual(waiting);
  expect(await open()).toBeNull();
  await unsuppress(edge.store, to);
});
