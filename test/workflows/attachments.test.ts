import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { INBOX, MAIL } from '../support/rig.ts';
import { foreignDraft, inReview, rewrite, rigFor, route } from '../support/rig-for.ts';

const rig = rigFor();

async function attachment(bytes: Uint8Array, filename: string) {
  const sha256 = await rig().store.putBlob(bytes);
  return { sha256, filename, contentType: 'application/pdf', size: bytes.byteLength };
}
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('attachments', () => {
  it('of three megabytes go the whole way, byte for byte', async () => {
    const bytes = new Uint8Array(3_000_000).map((_byte, index) => (index * 31) % 251);
    const file = await attachment(bytes, 'invoice.pdf');
    const handle = await inReview(rig(), { content: { ...MAIL, attachments: [file] } });
    await rig().approve(handle);
    const { messageId } = await handle.result();
    const message = await rig().mail.getMessage(INBOX, messageId ?? '');
    expect(message?.attachments).toMatchObject([{ filename: 'invoice.pdf', size: bytes.byteLength }]);
    const id = message?.attachments[0]?.attachmentId ?? '';
    const sent = await rig().mail.downloadMessageAttachment(INBOX, messageId ?? '', id);
    expect(Buffer.from(sent).equals(Buffer.from(bytes))).toBe(true);
    expect(await rig().trail(handle)).not.toContain('content_mismatch');
  });

  it('are part of the digest: other bytes under the same name are another revision', async () => {
    const one = await attachment(Buffer.from('one'), 'a.pdf');
    const two = await attachment(Buffer.from('two'), 'a.pdf');
    const handle = await inReview(rig(), { content: { ...MAIL, attachments: [one] } });
    const first = await rig().view(handle);
    await rewrite(rig(), handle, { attachments: [two] });
    const second = await rig().view(handle);
    expect(second.digest).not.toBe(first.digest);
    await rig().approve(handle);
    await handle.result();
    expect(await rig().sent(handle)).toMatchObject([{ attachments: [{ sha256: two.sha256 }] }]);
  });

  it('of a draft that somebody deletes while they are read back are written anew', async () => {
    const file = await attachment(Buffer.from('kept'), 'a.pdf');
    const read = 'GET /v0/inboxes/*/drafts/*/attachments/*';
    await rig().emulator.control.addFault({ kind: 'delete_draft', route: read, when: 'before' });
    const handle = await inReview(rig(), { content: { ...MAIL, attachments: [file] } });
    expect(await rig().view(handle)).toMatchObject({ status: 'in_review', revision: 1 });
    await rig().approve(handle);
    expect((await handle.result()).status).toBe('sent');
    expect(await rig().sent(handle)).toMatchObject([{ attachments: [{ sha256: file.sha256 }] }]);
  });

  it('swapped from outside after the approval are not sent by us', async () => {
    const file = await attachment(Buffer.from('approved'), 'a.pdf');
    const handle = await inReview(rig(), { content: { ...MAIL, attachments: [file] }, schedule: { kind: 'held' } });
    await rig().approve(handle);
    const draft = await rig().providerDraft(handle);
    await rig().emulator.control.editDraft(draft?.providerDraftId ?? '', {
      remove_attachments: draft?.attachments.map(({ attachmentId }) => attachmentId),
      add_attachments: [{ filename: 'a.pdf', content: Buffer.from('smuggled').toString('base64') }],
    });
    await rig().command(handle, 'reschedule', { schedule: { kind: 'now' } });
    const back = await rig().skipUntil(handle, ['in_review']);
    expect(back).toMatchObject({ reason: 'snapshot_changed', revision: 2 });
    const revision = await rig().store.getRevision(handle.workflowId, 2);
    expect(revision?.content.attachments).toMatchObject([{ sha256: sha256('smuggled') }]);
    expect(await rig().sent(handle)).toHaveLength(0);
  });
});

describe('adopting, interrupted', () => {
  it('keeps the time the draft carried, though it is cleared by then', async () => {
    const at = new Date((await rig().env.currentTimeMs()) + 86_400_000).toISOString();
    const files = [{ filename: 'a.pdf', content: Buffer.from('adopted').toString('base64') }];
    const body = { to: ['beck@example.com'], subject: 'Later', text: 'Later.', send_at: at, attachments: files };
    const adopt = await foreignDraft(rig(), body);
    await rig().emulator.control.addFault({ kind: 'lose_response', route: route.patch(adopt) });
    const handle = await inReview(rig(), { adopt });
    expect(await rig().view(handle)).toMatchObject({ schedule: { kind: 'at', at }, dueAtMs: Date.parse(at) });
    expect((await rig().providerDraft(handle))?.sendAt).toBeNull();
    const revision = await rig().store.getRevision(handle.workflowId, 1);
    expect(revision?.content.attachments).toMatchObject([{ filename: 'a.pdf', sha256: sha256('adopted') }]);
  });
});
