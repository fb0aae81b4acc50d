import { expect, it } from 'vitest';
import { INBOX_DEFAULTS } from '../../../src/store/index.ts';
import type { Bench } from '../fixtures.ts';
import { unique } from '../fixtures.ts';

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
}
