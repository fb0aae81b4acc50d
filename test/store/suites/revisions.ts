import { expect, it } from 'vitest';
import { StoreConflict, StoreMissing } from '../../../src/store/index.ts';
import type { Bench } from '../fixtures.ts';
import { command, revision, T0 } from '../fixtures.ts';

export function revisionTests({ store, newDraft }: Bench) {
  it('keeps a revision as it is and shows it in the row', async () => {
    const id = await newDraft();
    const saved = revision(id, {
      warnings: [{ level: 'warning', code: 'long', message: 'Long subject' }],
      snapshot: {
        ...{
          providerDraftId: 'am-1',
          to: ['a@x.org'],
          cc: [],
          bcc: [],
          replyTo: [],
          subject: 's',
          text: 't',
          html: '',
        },
        attachments: [
          {
            attachmentId: 'att',
            size: 3,
            filename: null,
            contentType: 'text/plain',
            disposition: null,
            contentId: null,
          },
        ],
        ...{ inReplyTo: null, forwardOf: null, sendAt: null, sendStatus: null },
      },
      createdAtMs: T0 + 7,
    });
    await store().saveRevision(saved);
    expect(await store().getRevision(id, 1)).toEqual(saved);
    expect(await store().getRevision(id, 2)).toBeNull();
    expect(await store().getDraft(id)).toMatchObject({
      subject: 'Your invoice 2026-17',
      recipients: ['Ann Lee <ann.lee+eu@sub.example.com>'],
      warningCount: 1,
      updatedAtMs: T0 + 7,
    });
  });

  it('takes the same revision again, but not another one under its number', async () => {
    const id = await newDraft();
    const saved = revision(id);
    await store().saveRevision(saved);
    await store().saveRevision({ ...saved, authorId: 'later' });
    expect(await store().getRevision(id, 1)).toEqual(saved);
    const other = { ...saved, digest: 'e'.repeat(64), content: { ...saved.content, subject: 'Other' } };
    await expect(store().saveRevision(other)).rejects.toThrow(StoreConflict);
    expect((await store().getDraft(id))?.subject).toBe(saved.content.subject);
  });

  it('lets one of two different revisions with one number win', async () => {
    const id = await newDraft();
    const [a, b] = [revision(id, { digest: 'a'.repeat(64) }), revision(id, { digest: 'b'.repeat(64) })];
    const results = await Promise.allSettled([store().saveRevision(a), store().saveRevision(b)]);
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await store().listRevisions(id)).toHaveLength(1);
  });

  it('shows the newest revision also when an older one is written late', async () => {
    const id = await newDraft();
    const { content } = revision(id);
    await store().saveRevision(revision(id, { revision: 2, content: { ...content, subject: 'Second' } }));
    await store().saveRevision(revision(id, { revision: 1, content: { ...content, subject: 'First' } }));
    expect((await store().getDraft(id))?.subject).toBe('Second');
    expect((await store().listRevisions(id)).map((saved) => saved.content.subject)).toEqual(['First', 'Second']);
  });

  it('refuses a revision of a draft nobody asked for', async () => {
    await expect(store().saveRevision(revision('draft-unknown'))).rejects.toThrow(StoreMissing);
  });

  it('records a command once and answers the first', async () => {
    const id = await newDraft();
    const first = command(id, { commentRef: 'ref' });
    expect(await store().putCommand(first)).toEqual(first);
    expect(await store().putCommand({ ...first, factsDigest: 'other', draftId: 'other' })).toEqual(first);
    expect(await store().getCommand(first.commandId)).toEqual(first);
    expect(await store().getCommand('command-unknown')).toBeNull();
    const second = command(id, { createdAtMs: T0 - 1, name: 'edit' });
    await store().putCommand(second);
    expect(await store().listCommands(id)).toEqual([second, first]);
  });

  it('answers all of several equal commands at once with the same record', async () => {
    const id = await newDraft();
    const made = command(id);
    const stored = await Promise.all(
      ['x', 'y', 'z'].map((factsDigest) => store().putCommand({ ...made, factsDigest })),
    );
    expect(new Set(stored.map((record) => record.factsDigest)).size).toBe(1);
  });
}
