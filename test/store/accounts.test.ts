import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/index.ts';
import { ENGINES, type TestStore } from './engines.ts';

describe.each(ENGINES)('people and groups on $engine', ({ open }) => {
  let opened: TestStore;
  let store: Store;
  /** Another process, where the engine lets two be. */
  let other: Store;
  beforeAll(async () => {
    opened = await open();
    store = opened.store;
    other = (await opened.openAnother?.()) ?? store;
    for (const userId of ['ada', 'bea']) {
      const known = { userId, name: userId, email: `${userId}@acme.test`, roles: ['admin' as const] };
      await store.createUser({ ...known, createdAtMs: 1 });
    }
  });
  afterAll(async () => {
    if (other !== store) await other.close();
    await opened.close();
  });
  const members = async (group: string) => (await store.listGroups()).find(({ name }) => name === group)?.members;

  it.each([
    ['demote', { roles: ['reviewer' as const] }, { roles: ['admin' as const] }],
    ['lock out', { disabled: true }, { disabled: false }],
  ])('two admins who %s each other at the same time leave one', async (_, gone, back) => {
    for (let round = 0; round < 20; round += 1) {
      const results = await Promise.all([store.changeUser('ada', gone, 2), other.changeUser('bea', gone, 2)]);
      expect(results.filter((result) => result === 'last_admin')).toHaveLength(1);
      for (const userId of ['ada', 'bea']) await store.changeUser(userId, back, 3);
    }
  });

  it('a person gets rights and groups together, or neither', async () => {
    await store.changeUser('bea', { groups: ['legal', 'support'] }, 2);
    const changed = await store.changeUser('bea', { name: 'Bea', groups: ['finance', 'legal'] }, 3);
    expect(changed).toMatchObject({ name: 'Bea', roles: ['admin'], groups: ['finance', 'legal'] });
    const refused = store.changeUser('bea', { name: 'Eve', roles: ['auditor'], groups: ['sa\0les'] }, 4);
    await expect(refused).rejects.toThrow('NUL');
    expect(await store.getUser('bea')).toMatchObject({ name: 'Bea', roles: ['admin'], groups: ['finance', 'legal'] });
    await store.changeUser('ada', { roles: ['reviewer'] }, 4);
    expect(await store.changeUser('bea', { roles: [], groups: [] }, 4)).toBe('last_admin');
    expect(await store.getUser('bea')).toMatchObject({ roles: ['admin'], groups: ['finance', 'legal'] });
    expect(await store.changeUser('nobody', { groups: ['strangers'] }, 4)).toBeNull();
    expect(await members('strangers')).toBeUndefined();
  });

  it('a group keeps who was in it when others cannot be put there, and deleting it tells who was', async () => {
    await store.putGroup('night', ['ada', 'bea', 'ada'], 2);
    await expect(store.putGroup('night', ['ben', 'c\0'], 3)).rejects.toThrow('NUL');
    expect(await members('night')).toEqual(['ada', 'bea']);
    expect(await store.putGroup('night', ['bea', 'ben'], 4)).toEqual({ name: 'night', members: ['bea', 'ben'] });
    expect(await members('night')).toEqual(['bea', 'ben']);
    expect(await store.deleteGroup('night')).toEqual(['bea', 'ben']);
    expect(await store.deleteGroup('night')).toBeNull();
    expect(await store.groupsOf('ben')).toEqual([]);
    await store.putGroup('empty', [], 5);
    expect(await store.deleteGroup('empty')).toEqual([]);
  });
});
