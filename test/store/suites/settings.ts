import { expect, it } from 'vitest';
import { INBOX_DEFAULTS } from '../../../src/store/index.ts';
import type { Bench } from '../fixtures.ts';
import { unique } from '../fixtures.ts';

export function settingTests({ store }: Bench) {
  it('applies defaults to an inbox nobody configured, and what is changed on top', async () => {
    const inboxId = `${unique('inbox')}@agentmail.to`;
    expect(await store().getInbox(inboxId)).toEqual({ ...INBOX_DEFAULTS, inboxId });
    const footed = { ...INBOX_DEFAULTS, inboxId, deleteAdopted: true, declaredFooter: 'Sent by' };
    expect(await store().putInbox(inboxId, { deleteAdopted: true, declaredFooter: 'Sent by' })).toEqual(footed);
    expect(await store().putInbox(inboxId, { mode: 'autonomous', deleteAdopted: undefined })).toEqual({
      ...footed,
      mode: 'autonomous',
    });
    await store().putInbox(inboxId, { declaredFooter: null });
    expect(await store().getInbox(inboxId)).toEqual({ ...footed, mode: 'autonomous', declaredFooter: null });
    expect(await store().listInboxes()).toContainEqual(await store().getInbox(inboxId));
  });

  it('loses none of several changes at once', async () => {
    const inboxId = `${unique('inbox')}@agentmail.to`;
    const changes = [
      { mode: 'autonomous' as const },
      { deleteAdopted: true },
      { declaredFooter: 'Sent by' },
      { maxApprovalAgeMs: 5 },
    ];
    await Promise.all(changes.map((change) => store().putInbox(inboxId, change)));
    expect(await store().getInbox(inboxId)).toEqual({ ...INBOX_DEFAULTS, ...Object.assign({}, ...changes), inboxId });
  });
}
