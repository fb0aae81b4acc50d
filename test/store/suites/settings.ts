import { expect, it } from 'vitest';
import { INBOX_DEFAULTS, StoreInvalid } from '../../../src/store/index.ts';
import type { Bench } from '../fixtures.ts';
import { T0, unique } from '../fixtures.ts';

const BY = { reason: 'unsubscribed', createdBy: 'key-ann', createdAtMs: T0 };

export function settingTests({ store }: Bench) {
  it('applies defaults to an inbox nobody configured, and what is changed on top', async () => {
    const inboxId = `${unique('inbox')}@agentmail.to`;
    expect(await store().getInbox(inboxId)).toEqual({ ...INBOX_DEFAULTS, inboxId });
    const paused = { ...INBOX_DEFAULTS, inboxId, paused: true, pausedReason: 'holidays' };
    expect(await store().putInbox(inboxId, { paused: true, pausedReason: 'holidays' })).toEqual(paused);
    expect(await store().putInbox(inboxId, { mode: 'autonomous', paused: undefined })).toEqual({
      ...paused,
      mode: 'autonomous',
    });
    await store().putInbox(inboxId, { pausedReason: null });
    expect(await store().getInbox(inboxId)).toEqual({ ...paused, mode: 'autonomous', pausedReason: null });
    expect(await store().listInboxes()).toContainEqual(await store().getInbox(inboxId));
  });

  it('loses none of several changes at once', async () => {
    const inboxId = `${unique('inbox')}@agentmail.to`;
    const changes = [{ paused: true }, { deleteAdopted: true }, { declaredFooter: 'Sent by' }, { maxApprovalAgeMs: 5 }];
    await Promise.all(changes.map((change) => store().putInbox(inboxId, change)));
    expect(await store().getInbox(inboxId)).toEqual({ ...INBOX_DEFAULTS, ...Object.assign({}, ...changes), inboxId });
  });

  it('finds suppressed addresses, also by their domain', async () => {
    await store().addSuppression({ ...BY, address: ' Bob@Example.COM ' });
    await store().addSuppression({ ...BY, address: 'Blocked.example' });
    await store().addSuppression({ ...BY, address: 'bob@example.com', reason: 'again' });
    const asked = ['ann@example.com', 'bob@example.com', 'x@blocked.example', 'x@sub.blocked.example', 'bob@other.com'];
    expect(await store().suppressedAmong(asked)).toEqual(['bob@example.com', 'x@blocked.example']);
    expect(await store().suppressedAmong([])).toEqual([]);
    const { items } = await store().listSuppressions({ text: 'BOB@', limit: 10 });
    expect(items).toEqual([{ ...BY, address: 'bob@example.com' }]);
    expect(await store().removeSuppression('BOB@example.com')).toBe(true);
    expect(await store().removeSuppression('bob@example.com')).toBe(false);
    expect(await store().suppressedAmong(asked)).toEqual(['x@blocked.example']);
  });

  it.each(['', 'bob', 'a b@example.com', 'bob@', '@', 'a@b@c.org', 'example.', '%'])(
    'refuses to suppress %j',
    async (address) => {
      await expect(store().addSuppression({ ...BY, address })).rejects.toThrow(StoreInvalid);
      expect(await store().removeSuppression(address)).toBe(false);
    },
  );

  it('pages through suppressions', async () => {
    const addresses = Array.from({ length: 25 }, (_, i) => `p${String(i).padStart(2, '0')}@pages.example`);
    await Promise.all(addresses.map((address) => store().addSuppression({ ...BY, address })));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await store().listSuppressions({ text: '@pages.', limit: 10, cursor: cursor ?? undefined });
      seen.push(...page.items.map((item) => item.address));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(addresses);
    await expect(store().listSuppressions({ limit: 10, cursor: 'nonsense' })).rejects.toThrow(StoreInvalid);
  });
}
