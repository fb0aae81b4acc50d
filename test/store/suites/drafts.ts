import { expect, it } from 'vitest';
import { StoreMissing } from '../../../src/store/index.ts';
import type { Bench } from '../fixtures.ts';
import { creation, projection } from '../fixtures.ts';

export function draftTests({ store, newDraft }: Bench) {
  it('creates a draft once and answers what is stored', async () => {
    const first = creation({ recipe: 'invoice', documentRef: 'ref', source: 'recipe' });
    expect(await store().createDraft(first)).toEqual({ created: true, stored: first });
    const second = { ...first, requestDigest: 'b'.repeat(64), inboxId: 'other@agentmail.to' };
    expect(await store().createDraft(second)).toEqual({ created: false, stored: first });
  });

  it('creates one of many drafts with the same id at once', async () => {
    const made = creation();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => store().createDraft({ ...made, requestDigest: `${i}` })),
    );
    expect(answers.filter((answer) => answer.created)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.stored.requestDigest)).size).toBe(1);
  });

  it('shows a draft only asked for', async () => {
    const made = creation({ source: 'adopted', adoptDraftId: 'am-7' });
    await store().createDraft(made);
    expect(await store().getDraft(made.draftId)).toEqual({
      ...made,
      firstRunId: null,
      providerDraftId: null,
      projection: null,
      subject: '',
      recipients: [],
      warningCount: 0,
      updatedAtMs: made.createdAtMs,
    });
    expect(await store().getDraft('draft-unknown')).toBeNull();
  });

  it('is claimed by one first run, again and again', async () => {
    const id = await newDraft();
    expect(await store().claimDraft(id, 'run-a')).toBe('claimed');
    expect(await store().claimDraft(id, 'run-a')).toBe('claimed');
    expect(await store().claimDraft(id, 'run-b')).toBe('duplicate');
    expect((await store().getDraft(id))?.firstRunId).toBe('run-a');
    expect(await store().claimDraft('draft-unknown', 'run-a')).toBe('missing');
  });

  it('gives several claims at once to one of them', async () => {
    for (let round = 0; round < 20; round += 1) {
      const id = await newDraft();
      const answers = await Promise.all(['run-a', 'run-b', 'run-c'].map((run) => store().claimDraft(id, run)));
      expect(answers.sort()).toEqual(['claimed', 'duplicate', 'duplicate']);
    }
  });

  it('remembers the AgentMail draft', async () => {
    const id = await newDraft();
    await store().setProviderDraftId(id, 'am-1');
    await store().setProviderDraftId(id, 'am-1');
    expect((await store().getDraft(id))?.providerDraftId).toBe('am-1');
    await expect(store().setProviderDraftId('draft-unknown', 'am-1')).rejects.toThrow(StoreMissing);
  });

  it('knows whose an AgentMail draft is, until that draft is over', async () => {
    const id = await newDraft();
    expect(await store().ownerOf('am-owned')).toBeNull();
    await store().setProviderDraftId(id, 'am-owned');
    expect(await store().ownerOf('am-owned')).toBe(id);
    const adopted = creation({ source: 'adopted', adoptDraftId: 'am-adopted' });
    await store().createDraft(adopted);
    expect(await store().ownerOf('am-adopted')).toBe(adopted.draftId);
    await store().record(id, [], projection({ status: 'rejected' }));
    expect(await store().ownerOf('am-owned')).toBeNull();
  });

  it('answers a ping', async () => {
    await expect(store().ping()).resolves.toBeUndefined();
  });
}
