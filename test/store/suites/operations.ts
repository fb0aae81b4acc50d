import { expect, it } from 'vitest';
import type { OperationAction } from '../../../src/domain/operations.ts';
import type { OperationCreation, OperationTarget } from '../../../src/store/types.ts';
import { type Bench, projection, revision, T0, unique } from '../fixtures.ts';

export function operationTests({ store, newDraft }: Bench) {
  const actor = { id: 'key-olga', kind: 'person' as const, roles: ['operator' as const], name: 'Olga' };
  const wanted = (action: OperationAction, change: Partial<OperationCreation> = {}): OperationCreation => ({
    ...{ operationId: unique('op'), action, filter: {}, personId: null, comment: null, actor, createdAtMs: T0 },
    ...change,
  });
  const preview = (action: OperationAction, target: OperationTarget, change: Partial<OperationCreation> = {}) =>
    store().previewOperation(wanted(action, change), target, { nowMs: T0 });
  const inState = async (inboxId: string, status: 'in_review' | 'scheduled' | 'sent' | 'composing', change = {}) => {
    const id = await newDraft({ inboxId, ...change });
    await store().record(id, [], projection({ status, revision: 2 }));
    return id;
  };
  const codes = async (operationId: string) =>
    (await store().listItems(operationId, { after: 0, limit: 100 })).map(({ draftId, code }) => [draftId, code]);

  it('fixes the waiting drafts of a filter; those that come later are not among them', async () => {
    const inboxId = unique('inbox');
    const mine = [await inState(inboxId, 'in_review'), await inState(inboxId, 'scheduled')];
    await inState(inboxId, 'sent');
    await inState(unique('inbox'), 'in_review');
    const made = await preview('pause', { inboxId });
    expect(made).toMatchObject({ status: 'previewed', total: 2, inboxIds: [inboxId], actor });
    await inState(inboxId, 'in_review');
    expect((await codes(made.operationId)).map(([id]) => id).sort()).toEqual([...mine].sort());
    expect(await store().countItems(made.operationId)).toEqual({
      waiting: 2,
      done: 0,
      skipped: 0,
      failed: 0,
      changed: 0,
    });
    expect((await store().waitingItems(made.operationId, 10))[0]).toMatchObject({ revision: 2, attempts: 0 });
    const nobody = await store().previewOperation(wanted('pause'), { inboxId }, { nowMs: T0, inboxIds: [] });
    expect(nobody).toMatchObject({ total: 0, inboxIds: [] });
    const named = await preview('pause', { draftIds: [mine[0] ?? '', 'draft-of-nobody'] });
    expect(named.total).toBe(1);
    expect((await preview('pause', { inboxId, statuses: ['sent', 'scheduled'] })).total).toBe(1);
    const free = { personId: null, nowMs: T0 };
    expect((await store().previewOperation(wanted('pause'), { inboxId }, { nowMs: T0, assignee: free })).total).toBe(3);
  });

  it('says at once which drafts cannot take it, and why', async () => {
    const inboxId = unique('inbox');
    const plain = await inState(inboxId, 'in_review');
    const composing = await inState(inboxId, 'composing', { source: 'recipe', recipe: 'note' });
    const approved = await inState(inboxId, 'scheduled', { source: 'recipe', recipe: 'note' });
    const edited = await inState(inboxId, 'in_review', { source: 'recipe', recipe: 'note' });
    await store().saveRevision(revision(edited, { origin: 'edited' }));
    const good = await inState(inboxId, 'in_review', { source: 'recipe', recipe: 'note' });
    const recompose = await preview('recompose', { inboxId });
    expect(Object.fromEntries(await codes(recompose.operationId))).toEqual({
      ...{ [plain]: 'no_recipe', [composing]: 'not_in_review', [approved]: 'already_decided' },
      ...{ [edited]: 'edited_by_hand', [good]: null },
    });
    expect((await store().itemCodes(recompose.operationId)).length).toBe(4);

    await store().pauseDraft({ draftId: plain, reason: 'audit', by: 'key-olga', atMs: T0, operationId: null });
    expect(Object.fromEntries(await codes((await preview('pause', { inboxId })).operationId))[plain]).toBe(
      'already_paused',
    );
    expect(Object.fromEntries(await codes((await preview('resume', { inboxId })).operationId))).toMatchObject({
      ...{ [plain]: null, [good]: 'not_paused' },
    });
    await store().assign(
      { draftId: plain, personId: 'key-ana', assignedBy: 'key-olga', atMs: T0, leaseUntilMs: null },
      { onlyIfFree: false },
    );
    const away = await preview('reassign', { inboxId });
    expect(Object.fromEntries(await codes(away.operationId))).toMatchObject({ [plain]: null, [good]: 'nobody_has_it' });
    expect((await store().waitingItems(away.operationId, 5)).map(({ assigneeId }) => assigneeId)).toEqual(['key-ana']);
    const toAna = await preview('reassign', { inboxId }, { personId: 'key-ana' });
    expect(Object.fromEntries(await codes(toAna.operationId))).toMatchObject({
      [plain]: 'already_theirs',
      [good]: null,
    });
  });

  it('writes each result once, gives those a turn first that were tried least, and counts', async () => {
    const inboxId = unique('inbox');
    const ids = [await inState(inboxId, 'in_review'), await inState(inboxId, 'in_review')];
    const { operationId } = await preview('recheck', { inboxId });
    const [first, second] = (await store().waitingItems(operationId, 10)).map(({ draftId }) => draftId);
    if (!first || !second) throw new Error(`two of ${ids} wait`);
    expect(await store().triedItem(operationId, first)).toBe(1);
    expect((await store().waitingItems(operationId, 1))[0]?.draftId).toBe(second);
    await store().settleItem(operationId, second, { state: 'done', changed: true }, T0);
    await store().settleItem(operationId, second, { state: 'failed', code: 'not_confirmed' }, T0 + 1);
    await store().settleItem(operationId, first, { state: 'skipped', code: 'moved_on' }, T0);
    expect(await store().triedItem(operationId, first)).toBe(0);
    expect(await store().countItems(operationId)).toEqual({ waiting: 0, done: 1, skipped: 1, failed: 0, changed: 1 });
    const [done] = await store().listItems(operationId, { states: ['done'], after: 0, limit: 10 });
    expect(done).toMatchObject({ draftId: second, changed: true, settledAtMs: T0, status: 'in_review', inboxId });
  });

  it('lists what was begun, to whoever may see all its inboxes; forgets previews nobody confirmed', async () => {
    const [here, there] = [unique('inbox'), unique('inbox')];
    const name = unique('word');
    for (const inboxId of [here, there]) await inState(inboxId, 'in_review', { category: name });
    const one = await preview('pause', { inboxId: here });
    const both = await preview('pause', { category: name });
    const ids = async (inboxIds?: string[]) =>
      (await store().listOperations({ limit: 200, ...(inboxIds && { inboxIds }) })).items.map((op) => op.operationId);
    expect(await ids()).not.toContain(one.operationId);
    const begin = { status: 'starting', startedAtMs: T0 } as const;
    for (const { operationId } of [one, both]) {
      expect(await store().moveOperation(operationId, ['previewed'], begin)).toBe(true);
    }
    expect(await store().moveOperation(one.operationId, ['previewed'], begin)).toBe(false);
    expect(await ids()).toEqual(expect.arrayContaining([one.operationId, both.operationId]));
    expect(await ids([here])).toEqual([one.operationId]);
    const stale = await preview('pause', { inboxId: here });
    await store().dropPreviews(T0 + 1);
    expect(await store().getOperation(stale.operationId)).toBeNull();
    expect(await store().getOperation(one.operationId)).toMatchObject({ status: 'starting' });
  });

  it('a draft is paused by itself, whatever else is; a later pause is not ended with an earlier one', async () => {
    const inboxId = unique('inbox');
    const draftId = await inState(inboxId, 'scheduled');
    const target = { draftId, inboxId, recipe: null, creatorId: 'key-agent', batchId: null };
    const pause = { draftId, reason: 'audit', by: 'key-olga', atMs: T0, operationId: null };
    expect(await store().pauseDraft(pause)).toBe(true);
    expect(await store().pauseDraft({ ...pause, by: 'key-ana' })).toBe(false);
    expect(await store().pausesOn(target)).toEqual([
      { kind: 'draft', id: draftId, reason: 'audit', by: 'key-olga', atMs: T0 },
    ]);
    expect(await store().pausesOn({ ...target, draftId: 'another' })).toEqual([]);
    expect((await store().draftPausesOf([draftId])).get(draftId)).toEqual(pause);
    expect((await store().listDrafts({ inboxId, paused: true, limit: 5 })).items).toHaveLength(1);
    expect((await store().listDrafts({ inboxId, paused: false, limit: 5 })).items).toHaveLength(0);
    await store().record(draftId, [], projection({ status: 'scheduled', reason: 'paused', sequence: 2 }));
    expect(await store().heldWithoutPause(1000)).not.toContain(draftId);
    expect(await store().resumeDraft(draftId, T0 - 1)).toBe(false);
    expect(await store().resumeDraft(draftId, T0)).toBe(true);
    expect(await store().heldWithoutPause(1000)).toContain(draftId);
  });
}
