import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createApi } from '../../src/api/index.ts';
import type { Countersign, Operation, OperationItems, PreviewOperation } from '../../src/client/index.ts';
import { defineRecipe } from '../../src/compose/recipe.ts';
import { jsonDigest } from '../../src/domain/digest.ts';
import { policySchema } from '../../src/domain/policy/schema.ts';
import { type App, ask, BOUND_KEYS, clientOf, depsOf, KEYS } from '../api/support.ts';
import { inReview, rewrite } from '../support/acts.ts';
import { eventually } from '../support/machine.ts';
import { createRig, type DraftHandle, INBOX, MAIL, type Rig, type StartOptions } from '../support/rig.ts';
import { suppress } from '../support/suppress.ts';
import { startDevServer } from '../support/temporal.ts';

/** What its template says can be mended while drafts wait. */
let says = 'as promised';
const note = defineRecipe({
  name: 'plain-note',
  version: 1,
  title: 'Note',
  description: 'A short note.',
  input: z.strictObject({ to: z.email() }),
  plan: ({ to }) => ({
    initial: { to: [to] },
    sources: { note: { type: 'inline', data: { name: 'Ann' } } },
    generate: {
      template: {
        subject: 'A note',
        body: `{{ note.name }}, ${says}. {% for comment in comments %}{{ comment }}{% endfor %}`,
      },
    },
  }),
});
const NOTE: StartOptions = { recipe: { name: 'plain-note', input: { to: 'ann@example.com' } } };

let env: TestWorkflowEnvironment;
let rig: Rig;
let app: App;
let olga: Countersign;
let ana: Countersign;
beforeAll(async () => {
  env = await startDevServer();
  rig = await createRig(env, { recipes: [note] });
  app = createApi({ ...depsOf(rig, env), keys: [...KEYS, ...BOUND_KEYS] });
  [olga, ana] = [clientOf(app, 'olga'), clientOf(app, 'ana')];
});
afterAll(async () => {
  await rig?.close();
  await env?.teardown();
});

/** Drafts of one test are found by a category of their own. */
const kind = () => `kind-${randomUUID().slice(0, 8)}`;
const over = (id: string) =>
  eventually(`${id} is over`, async () => {
    const operation = await olga.operations.get(id);
    return ['finished', 'cancelled'].includes(operation.status) && operation;
  });
async function run(input: PreviewOperation): Promise<Operation> {
  const { id } = await olga.operations.preview(input);
  await olga.operations.run(id);
  return over(id);
}
const itemsOf = async (id: string) => (await olga.operations.items(id, { limit: 200 })).items;
const reasons = (items: OperationItems['items']) =>
  Object.fromEntries(items.map(({ draftId, state, reason }) => [draftId, reason?.code ?? state]));
const eventsOf = async ({ workflowId }: DraftHandle, type: string) =>
  (await rig.store.listEvents(workflowId)).filter((event) => event.type === type);

describe('pausing drafts', () => {
  it('does what was previewed and no more; what is paused stays until it is resumed', async () => {
    const category = kind();
    const drafts = [await inReview(rig, { category }), await inReview(rig, { category })];
    const preview = await olga.operations.preview({
      action: 'pause',
      filter: { category },
      comment: 'Price list is wrong',
    });
    expect(preview).toMatchObject({
      ...{ status: 'previewed', total: 2, left: [], by: { id: 'olga' } },
      counts: { waiting: 2, done: 0, skipped: 0, failed: 0 },
      sample: [{ subject: MAIL.subject, recipients: ['Beck <beck@example.com>'] }, {}],
    });
    const late = await inReview(rig, { category });
    await olga.operations.run(preview.id);
    await olga.operations.run(preview.id);
    const done = await over(preview.id);
    expect(done).toMatchObject({ status: 'finished', counts: { waiting: 0, done: 2, skipped: 0, failed: 0 } });
    expect((await ana.drafts.list({ category, paused: true })).items).toHaveLength(2);
    expect((await ana.drafts.get(late.workflowId)).paused).toBeNull();

    const [first] = drafts;
    if (!first) throw new Error('there are two');
    expect((await ana.drafts.get(first.workflowId)).paused).toMatchObject({
      ...{ by: { id: 'olga' }, reason: 'Price list is wrong', operationId: preview.id },
    });
    expect(await eventsOf(first, 'paused')).toMatchObject([{ actorId: 'olga', data: { operation: preview.id } }]);
    // Its review goes on, and its time; only nothing leaves.
    await rig.approve(first);
    await eventually('held back', async () => (await rig.view(first)).reason === 'paused');
    expect(await rig.sent(first)).toEqual([]);

    const resumed = await run({ action: 'resume', filter: { operation: preview.id, paused: true } });
    expect(resumed.counts).toMatchObject({ done: 2, skipped: 0 });
    await rig.until(first, 'sent');
    expect((await ana.drafts.history(first.workflowId)).map(({ summary }) => summary)).toContain(
      'This draft was resumed',
    );
    expect((await olga.operations.list()).items.map(({ id }) => id).slice(0, 2)).toEqual([resumed.id, preview.id]);
  });

  it('one draft alone: by a reviewer; an operator ends it', async () => {
    const draft = await inReview(rig);
    expect((await ana.drafts.pause(draft.workflowId, { reason: 'ask sales' })).paused?.by.id).toBe('ana');
    await expect(ana.drafts.resume(draft.workflowId)).rejects.toMatchObject({ code: 'forbidden' });
    await rig.approve(draft);
    await eventually('held back', async () => (await rig.view(draft)).reason === 'paused');
    await olga.drafts.resume(draft.workflowId);
    await rig.until(draft, 'sent');
    await expect(ana.drafts.pause(draft.workflowId)).rejects.toMatchObject({ code: 'already_ended' });
  });

  it('leaves what moved on, with the reason', async () => {
    const category = kind();
    const [gone, stays] = [await inReview(rig, { category }), await inReview(rig, { category })];
    const { id } = await olga.operations.preview({ action: 'pause', filter: { category } });
    await rig.approve(gone);
    await rig.until(gone, 'sent');
    await olga.drafts.pause(stays.workflowId);
    await olga.operations.run(id);
    const { counts, left } = await over(id);
    expect(counts).toMatchObject({ done: 0, skipped: 2 });
    expect(left.map(({ code }) => code).sort()).toEqual(['already_ended', 'already_paused']);
    const text = await new Response(await olga.operations.results(id, 'jsonl')).text();
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ draftId: gone.workflowId, result: 'skipped', draftStatus: 'sent' });
    expect(text).not.toContain('example.com');
    const csv = await new Response(await olga.operations.results(id)).text();
    expect(csv.split('\r\n')[0]).toBe('draftId,inboxId,result,code,message,changed,at,draftStatus');
  });
});

describe('composing anew', () => {
  it('takes the recipe as it is now, and leaves what people wrote or approved', async () => {
    says = 'as promised';
    const category = kind();
    const options = { ...NOTE, category };
    const [good, edited, approved, moved, plain] = [
      ...[await inReview(rig, options), await inReview(rig, options)],
      ...[await inReview(rig, { ...options, schedule: { kind: 'held' } }), await inReview(rig, options)],
      await inReview(rig, { category }),
    ];
    if (!good || !edited || !approved || !moved || !plain) throw new Error('five drafts');
    await rewrite(rig, edited, { text: 'By hand.', html: '<p>By hand.</p>' });
    await rig.approve(approved);
    await eventually('recorded', async () => {
      const row = await rig.store.getDraft(approved.workflowId);
      return row?.projection?.status === 'scheduled';
    });
    says = 'much better';
    const preview = await olga.operations.preview({ action: 'recompose', filter: { category }, comment: 'Warmly' });
    expect(preview.counts).toMatchObject({ waiting: 2, skipped: 3 });
    await rewrite(rig, moved, { text: 'Just now.', html: '<p>Just now.</p>' });
    await olga.operations.run(preview.id);
    await over(preview.id);
    expect(reasons(await itemsOf(preview.id))).toEqual({
      ...{ [good.workflowId]: 'done', [edited.workflowId]: 'edited_by_hand', [plain.workflowId]: 'no_recipe' },
      ...{ [approved.workflowId]: 'already_decided', [moved.workflowId]: 'stale_revision' },
    });
    await eventually('composed', async () => (await rig.view(good)).revision === 2);
    await rig.until(good, 'in_review');
    const text = (await rig.store.getRevision(good.workflowId, 2))?.content.text ?? '';
    expect(text).toContain('much better');
    expect(text).toContain('Warmly');
    const history = await ana.drafts.history(good.workflowId);
    expect(history.find(({ type }) => type === 'recompose_asked')).toMatchObject({
      ...{ actor: { id: 'olga', name: 'Olga Lind' }, comment: 'Warmly', data: { operation: preview.id } },
    });
    expect((await rig.view(approved)).status).toBe('scheduled');
  });

  it('the same email again is no fault, and one draft can be done alone', async () => {
    says = 'as promised';
    const draft = await inReview(rig, NOTE);
    await ana.drafts.recompose(draft.workflowId, { revision: 1 });
    await eventually('composed', async () => (await rig.view(draft)).revision === 2);
    expect(await rig.until(draft, 'in_review', 'changes_requested')).toMatchObject({
      status: 'in_review',
      reason: null,
    });
  });
});

describe('checking again', () => {
  it('says which drafts it changed: a check found something, or the rules ask for more', async () => {
    const category = kind();
    const same = await inReview(rig, { category });
    const stopped = await inReview(rig, { category, content: { ...MAIL, to: ['stop@example.net'] } });
    const approved = await inReview(rig, {
      category,
      schedule: { kind: 'held' },
      content: { ...MAIL, to: ['x@gold.test'] },
    });
    await rig.approve(approved);
    // Nobody tells the drafts of it.
    await suppress(rig.store, 'stop@example.net');
    const rules = [
      {
        id: 'gold',
        when: { kind: 'recipient_domain', anyOf: ['gold.test'] },
        outcome: { kind: 'review', approvals: [{ group: null, count: 2 }] },
      },
    ];
    const policy = policySchema.parse({ rules });
    const version = { policy, digest: jsonDigest(policy), comment: null, by: 'ben', source: 'api' as const, atMs: 0 };
    await rig.store.addPolicy(version);
    const done = await run({ action: 'recheck', filter: { category } });
    expect(done.counts).toMatchObject({ done: 3, changed: 2, skipped: 0 });
    const changed = Object.fromEntries((await itemsOf(done.id)).map((item) => [item.draftId, item.changed]));
    expect(changed).toEqual({ [same.workflowId]: false, [stopped.workflowId]: true, [approved.workflowId]: true });
    expect((await rig.view(stopped)).reason).toBe('recipient_suppressed');
    const back = await rig.view(approved);
    expect(back).toMatchObject({ status: 'in_review', reason: 'policy_changed', missing: [{ group: null, count: 1 }] });
    expect(back.approvals).toHaveLength(1);
    expect((await eventsOf(same, 'rechecked'))[0]?.data).toMatchObject({ changed: false, operation: done.id });
    expect((await eventsOf(stopped, 'rechecked'))[0]?.data).toMatchObject({ changed: true });
    await rig.store.addPolicy({ ...version, policy: policySchema.parse({ rules: [] }), digest: 'none' });
    // Content with the one approval it has, now that the rules are.
    expect(await ana.drafts.recheck(approved.workflowId)).toMatchObject({ changed: true, status: 'scheduled' });
    expect(await ana.drafts.recheck(same.workflowId)).toMatchObject({ changed: false, status: 'in_review' });
  });
});

describe('reassigning', () => {
  it('gives them to a person, or to nobody, but takes none from who took it since', async () => {
    const category = kind();
    const [one, other] = [await inReview(rig, { category }), await inReview(rig, { category })];
    const { id } = await olga.operations.preview({ action: 'reassign', filter: { category }, person: 'ana' });
    await clientOf(app, 'ben').drafts.claim(other.workflowId);
    await olga.operations.run(id);
    await over(id);
    expect(reasons(await itemsOf(id))).toEqual({ [one.workflowId]: 'done', [other.workflowId]: 'assignee_changed' });
    expect((await ana.drafts.list({ category, assignee: 'ana' })).items.map((draft) => draft.id)).toEqual([
      one.workflowId,
    ]);
    expect(await eventsOf(one, 'assigned')).toMatchObject([
      { actorId: 'olga', data: { person: 'ana', operation: id } },
    ]);
    const freed = await run({ action: 'reassign', filter: { category }, person: null });
    expect(freed.counts).toMatchObject({ done: 2 });
    expect((await ana.drafts.list({ category, assignee: 'none' })).items).toHaveLength(2);
    await expect(
      olga.operations.preview({ action: 'reassign', filter: { category }, person: 'olga' }),
    ).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe('who', () => {
  it('an operator, within the inboxes of the key; a preview is run by whoever made it', async () => {
    const category = kind();
    const draft = await inReview(rig, { category });
    const made = await olga.operations.preview({ action: 'pause', drafts: [draft.workflowId] });
    expect(made).toMatchObject({ total: 1, filter: { drafts: 1 } });
    await expect(ana.operations.preview({ action: 'pause', filter: {} })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(clientOf(app, 'ben').operations.run(made.id)).rejects.toMatchObject({ code: 'forbidden' });
    const there = await ask(app, 'person-there', 'POST', '/v1/operations', { action: 'pause', filter: { category } });
    expect(await there.json()).toMatchObject({ total: 0 });
    for (const [as, status] of [
      ['person-there', 404],
      ['person-here', 200],
    ] as const) {
      expect((await ask(app, as, 'GET', `/v1/operations/${made.id}`)).status).toBe(status);
      expect((await ask(app, as, 'GET', `/v1/operations/${made.id}/results`)).status).toBe(status);
    }
    const cancelled = await ask(app, 'person-there', 'POST', `/v1/operations/${made.id}/cancel`);
    expect(cancelled.status).toBe(404);
    await olga.operations.run(made.id);
    await over(made.id);
    await expect(olga.operations.cancel(made.id)).rejects.toMatchObject({ code: 'operation_conflict' });
    const listed = await (await ask(app, 'person-there', 'GET', '/v1/operations')).json();
    expect(listed.items).toEqual([]);
    const empty = await olga.operations.preview({ action: 'pause', filter: { category: kind() } });
    await expect(olga.operations.run(empty.id)).rejects.toMatchObject({ code: 'operation_conflict' });
    for (const wrong of [
      { action: 'pause' },
      { action: 'pause', filter: {}, person: 'ana' },
      { action: 'reassign', filter: {} },
    ]) {
      expect((await ask(app, 'olga', 'POST', '/v1/operations', wrong)).status).toBe(422);
    }
    expect(made.filter).not.toHaveProperty('inbox', INBOX);
  });
});
