import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emailContentSchema } from '../../src/domain/content.ts';
import { type PolicyInput, policySchema } from '../../src/domain/policy/schema.ts';
import { judge, keepRecord } from '../../src/policy/index.ts';
import { ask, clientOf, createEdge, type Edge } from '../api/support.ts';
import { creation, entry, projection, revision, T0 } from '../store/fixtures.ts';

const RULES: PolicyInput = {
  rules: [
    {
      id: 'large',
      when: { kind: 'amount', atLeast: 100 },
      outcome: {
        kind: 'review',
        approvals: [{ group: 'finance', count: 2 }],
        times: { remindAfterMs: 3_600_000 },
      },
    },
  ],
};

let edge: Edge;
beforeAll(async () => {
  edge = await createEdge();
});
afterAll(() => edge.close());
const policies = (who: 'ana' | 'ben' | 'olga') => clientOf(edge.app, who).policies;
const put = (who: 'ana' | 'olga' | 'agent' | null, body: unknown) => ask(edge.app, who, 'PUT', '/v1/policies', body);

describe('the rules over HTTP', () => {
  it('are kept in versions: who, when, why; the same again changes nothing', async () => {
    expect(await policies('ana').get()).toEqual({ active: null });
    const first = await policies('olga').put({ policy: RULES, comment: 'large ones' });
    expect(first).toMatchObject({
      changed: true,
      active: { version: 1, active: true, comment: 'large ones', by: { id: 'olga', name: 'Olga Lind' } },
    });
    expect(first.notes).toEqual(['Rule large asks for 2 of the group finance, which has 0 members.']);
    expect((await policies('olga').put({ policy: { ownDomains: [], ...RULES } })).changed).toBe(false);
    const second = await policies('ben').put({ policy: { rules: [] }, baseVersion: 1 });
    expect(second.active.version).toBe(2);
    expect((await policies('ana').get()).active).toMatchObject({ version: 2, policy: { rules: [] } });
    const { items } = await policies('ana').versions();
    expect(items.map(({ version, active, ruleCount, by }) => [version, active, ruleCount, by.id])).toEqual([
      [2, true, 0, 'ben'],
      [1, false, 1, 'olga'],
    ]);
    const paged = await policies('ana').versions({ limit: 1 });
    expect((await policies('ana').versions({ limit: 1, cursor: paged.nextCursor ?? '' })).items[0]?.version).toBe(1);
    const log = await edge.store.listSettingsLog({ what: 'policy', limit: 10 });
    expect(log.items.map(({ actorId, before, after }) => [actorId, before, after])).toEqual([
      ['ben', { version: 1 }, { version: 2 }],
      ['olga', null, { version: 1 }],
    ]);
  });

  it('are not overwritten unseen, and an earlier version can decide again', async () => {
    const late = await put('olga', { policy: { ...RULES, ownDomains: ['acme.test'] }, baseVersion: 1 });
    expect([late.status, (await late.json()).code]).toEqual([409, 'policy_conflict']);
    expect(await policies('olga').activate(1)).toMatchObject({ version: 1, active: true });
    expect((await policies('ana').get()).active?.version).toBe(1);
    expect((await policies('ana').version(2)).active).toBe(false);
    await expect(policies('olga').activate(99)).rejects.toMatchObject({ status: 404 });
  });

  it('get numbers of their own when many are set at once', async () => {
    const ownDomains = ['a.test', 'b.test', 'c.test', 'd.test'];
    const made = await Promise.all(
      ownDomains.map((one) => policies('olga').put({ policy: { ...RULES, ownDomains: [one] } })),
    );
    expect(new Set(made.map(({ active }) => active.version)).size).toBe(4);
    await policies('olga').activate(1);
  });

  it('are for people to read, for operators to change, and refused with every fault named', async () => {
    expect((await put('ana', { policy: RULES })).status).toBe(403);
    expect((await put('agent', { policy: RULES })).status).toBe(403);
    expect((await put(null, { policy: RULES })).status).toBe(401);
    expect((await ask(edge.app, 'agent', 'GET', '/v1/policies')).status).toBe(403);
    const bad = await put('olga', { policy: { rules: [{ id: 'X', outcome: { kind: 'send' } }] } });
    expect(bad.status).toBe(422);
    expect((await bad.json()).fields.map(({ path }: { path: string }) => path)).toEqual([
      'policy.rules.0.id',
      'policy.rules.0.outcome.kind',
    ]);
  });
});

describe('the explanation of a draft', () => {
  it('tells what was recorded and what would be now, without content', async () => {
    const { store } = edge;
    const draftId = 'explained';
    const content = emailContentSchema.parse({
      to: ['Beck <beck@secret.example>'],
      subject: 'Confidential',
      text: 'Pay 250 EUR now.',
    });
    await store.createDraft(creation({ draftId }));
    expect(await policies('ana').explain(draftId)).toEqual({ draftId, revision: 0, recorded: null, now: null });
    await store.saveRevision(revision(draftId, { content }));
    await store.record(draftId, [entry()], projection({ status: 'in_review', revision: 1 }));
    const [row, written, active] = [
      await store.getDraft(draftId),
      await store.getRevision(draftId, 1),
      await store.activePolicy(),
    ];
    if (!row || !written) throw new Error('nothing was stored');
    const sources = { store, verdictOn: async () => 'none' };
    const settings = await store.getInbox(row.inboxId);
    await keepRecord(
      store,
      draftId,
      1,
      await judge(sources, active, settings, { row, revision: written, nowMs: T0, asOfMs: null }),
    );
    await policies('olga').put({ policy: { rules: [] } });
    const answer = await policies('ana').explain(draftId);
    expect(answer.recorded).toMatchObject({
      ...{ mode: 'review_all', version: 1, outcome: 'review', rule: 'large', needs: [{ group: 'finance', count: 2 }] },
      times: { remindAfterMs: 3_600_000, escalateAfterMs: null, escalateTo: null },
      rules: [
        {
          rule: 'large',
          fits: true,
          seen: { met: true, asked: 'an amount of at least 100', saw: 'the largest is 250' },
        },
      ],
    });
    expect(answer.now).toMatchObject({
      outcome: 'review',
      rule: null,
      why: 'Its inbox reviews all: one approval.',
      rules: [],
    });
    const told = JSON.stringify([answer, await store.getStep(draftId, 'policy:1')]);
    for (const word of ['beck', 'Confidential', 'Pay']) expect(told).not.toContain(word);
    const when = { kind: 'recipient', anyOf: ['beck@secret.example'] } as const;
    const named = policySchema.parse({ rules: [{ id: 'named', when, outcome: { kind: 'review' } }] });
    const asked = { row, revision: written, nowMs: T0, asOfMs: null };
    const said = await judge(sources, { policy: named, version: 9 }, settings, asked);
    expect(said.decision.rule).toBe('named');
    expect(JSON.stringify(said)).not.toContain('beck');
    await store.record(draftId, [], projection({ toldAtMs: T0 + 1, status: 'rejected', revision: 1 }));
    expect((await policies('ana').explain(draftId)).now).toBeNull();
    expect((await ask(edge.app, 'other', 'GET', `/v1/drafts/${draftId}/policy`)).status).toBe(403);
  });
});

it('the example in the repository is usable', async () => {
  const example = policySchema.parse(JSON.parse(await readFile('examples/policy.json', 'utf8')));
  expect(example.rules.length).toBeGreaterThan(3);
});
