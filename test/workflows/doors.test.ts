import { afterEach, describe, expect, it } from 'vitest';
import type { ReviewDoor } from '../../src/domain/review-notice.ts';
import { REVIEW_DOORS } from '../../src/domain/review-notice.ts';
import { AGENT, ANA, INBOX, refusalOf } from '../support/rig.ts';
import { BEA, inReview, reject, rewrite, rigFor } from '../support/rig-for.ts';

const rig = rigFor();
const through = <A extends object>(actor: A, via: ReviewDoor) => ({ ...actor, via });

afterEach(async () => {
  await rig().store.putInbox(INBOX, { editorMayApprove: true, replyApproval: false });
});

/** The workflow alone is asked: the commands are in the store as though the API had let them pass. */
describe.each(REVIEW_DOORS)('through the door %s', (via) => {
  it('neither who wrote the revision, nor whom the agent belongs to, nor the agent approves', async () => {
    await rig().store.putInbox(INBOX, { editorMayApprove: false, replyApproval: true });
    const creator = { id: 'key_bot', kind: 'agent' as const, roles: ['agent' as const], ownerId: ANA.id };
    const handle = await inReview(rig(), { creator });
    expect(await refusalOf(rig().approve(handle, through(ANA, via)))).toBe('refused.self_approval');
    expect(await refusalOf(rig().approve(handle, through(AGENT, via)))).toBe('refused.agent_approval');
    await rewrite(rig(), handle, { subject: 'By Bea' }, { by: BEA });
    expect(await refusalOf(rig().approve(handle, through(BEA, via)))).toBe('refused.own_revision');
    const other = { ...BEA, id: 'key_cleo', name: 'Cleo' };
    await rig().approve(handle, through(other, via));
    expect((await handle.result()).status).toBe('sent');
  });
});

describe('an answer by mail', () => {
  it('decides only where policy lets it, whatever the API let pass', async () => {
    const handle = await inReview(rig());
    expect((await rig().view(handle)).oversight?.replyApproval).toBeUndefined();
    expect(await refusalOf(rig().approve(handle, through(BEA, 'email_reply')))).toBe('refused.reply_refused');
    await rig().approve(handle, through(BEA, 'email_link'));
    expect((await handle.result()).status).toBe('sent');
  });

  it('that approved before policy forbade it does not let the draft go', async () => {
    await rig().store.putInbox(INBOX, { replyApproval: true });
    const handle = await inReview(rig(), { schedule: { kind: 'held' } });
    await rig().approve(handle, through(BEA, 'email_reply'));
    await rig().store.putInbox(INBOX, { replyApproval: false });
    await rig().command(handle, 'reschedule', { schedule: { kind: 'now' } });
    const view = await rig().until(handle, 'in_review');
    expect(view.reason).toBe('approval_missing');
    expect(await rig().sent(handle)).toHaveLength(0);
    await reject(rig(), handle);
  });
});
