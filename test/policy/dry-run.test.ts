import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { overseeRevision } from '../../src/activities/oversight.ts';
import type { MailProvider } from '../../src/agentmail/port.ts';
import { type EmailContentInput, emailContentSchema } from '../../src/domain/content.ts';
import { jsonDigest } from '../../src/domain/digest.ts';
import { type Policy, type PolicyInput, policySchema } from '../../src/domain/policy/schema.ts';
import { type App, ask, clientOf, createEdge, type Edge } from '../api/support.ts';
import { creation, entry, projection, revision, T0 } from '../store/fixtures.ts';

const DRAFTS = 520;
const INBOXES = ['billing@acme.test', 'sales@acme.test'];
const PEOPLE = Array.from({ length: 40 }, (_, n) => `person${n}@${n % 3 === 0 ? 'acme.test' : `shop${n % 5}.example`}`);
const MINUTE = 60_000;

/** Numbers that look random and are the same each time. */
function dice(seed: number) {
  let state = seed;
  return (sides: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

let edge: Edge;
let app: App;
const mail = new Proxy({} as MailProvider, {
  get: (_, name) => () => Promise.reject(new Error(`policy called mail.${String(name)}`)),
});

/** Half a thousand drafts with all kinds of lives, one each minute; a send comes half a minute after its draft. */
beforeAll(async () => {
  edge = await createEdge();
  app = edge.app;
  const { store } = edge;
  const roll = dice(42);
  for (let n = 0; n < DRAFTS; n += 1) {
    const atMs = T0 + n * MINUTE;
    const draftId = `past-${String(n).padStart(4, '0')}`;
    const inboxId = INBOXES[roll(2)] ?? '';
    const category = ['receipt', 'offer', null][roll(3)] ?? null;
    await store.createDraft(creation({ draftId, inboxId, category, createdAtMs: atMs }));
    const to = Array.from({ length: 1 + roll(3) }, () => PEOPLE[roll(PEOPLE.length)] ?? '');
    const words = { subject: 'Your order', text: `Hello,\n\nthe total is ${(roll(2_000) / 2).toFixed(2)} EUR.\n` };
    const content = emailContentSchema.parse({ to: [...new Set(to)], ...words } satisfies EmailContentInput);
    const warnings = roll(4) === 0 ? [{ level: 'warning' as const, code: 'unsourced_amount', message: 'Look.' }] : [];
    await store.saveRevision(revision(draftId, { content, warnings, createdAtMs: atMs }));
    const life = roll(6);
    const person = { actorId: 'ana', commandId: `command-${n}`, atMs: atMs + 10_000 };
    const end = { toldAtMs: atMs + 30_000, revision: 1 };
    if (life === 0) {
      // An edit that takes the amount away: the dry run is to look at what the agent wrote.
      const edited = { ...content, text: 'Hello,\n\nall is paid.\n' };
      await store.saveRevision(
        revision(draftId, { revision: 2, content: edited, origin: 'edited', authorId: 'ana', digest: 'e'.repeat(64) }),
      );
      await store.record(
        draftId,
        [entry({ type: 'edited', ...person })],
        projection({ ...end, revision: 2, status: 'sent', messageId: draftId }),
      );
    } else if (life === 1) {
      await store.record(draftId, [entry({ type: 'rejected', ...person })], projection({ ...end, status: 'rejected' }));
    } else if (life === 2) {
      await store.record(
        draftId,
        [entry({ type: 'changes_requested', ...person })],
        projection({ ...end, status: 'withdrawn' }),
      );
    } else {
      await store.record(draftId, [entry()], projection({ ...end, status: 'sent', messageId: draftId }));
    }
  }
  await store.putInbox('billing@acme.test', { mode: 'by_rule' });
  await store.putInbox('sales@acme.test', { mode: 'monitor' });
  const block = {
    scope: 'organization',
    reason: 'manual' as const,
    note: null,
    source: null,
    createdBy: 'ana',
    expiresAtMs: null,
  };
  await store.addSuppression({ ...block, entry: PEOPLE[7] ?? '', createdAtMs: T0 + 200 * MINUTE });
}, 300_000);
afterAll(() => edge.close());

const POLICY = policySchema.parse({
  ownDomains: ['acme.test'],
  rules: [
    { id: 'blocked', when: { kind: 'recipient_suppressed' }, outcome: { kind: 'refuse' } },
    {
      id: 'large',
      when: { kind: 'amount', atLeast: 800, currency: 'EUR' },
      outcome: { kind: 'review', approvals: [{ group: 'finance', count: 2 }] },
    },
    {
      id: 'strangers',
      when: { kind: 'all', of: [{ kind: 'first_contact' }, { kind: 'external_recipient' }] },
      outcome: { kind: 'review' },
    },
    { id: 'odd', when: { kind: 'warnings' }, outcome: { kind: 'monitor', holdMs: 60_000 } },
    { id: 'receipts', when: { kind: 'category', anyOf: ['receipt'] }, outcome: { kind: 'auto' } },
    { id: 'never', when: { kind: 'recipient_count', atLeast: 500 }, outcome: { kind: 'auto' } },
  ],
});

/** Each draft alone, in the order they were made, by the very activity that oversees live ones, at the time each was written. */
async function replay(policy: Policy) {
  const { store } = edge;
  const total = {
    drafts: 0,
    counts: { review: 0, auto: 0, monitor: 0, refuse: 0 },
    byRule: new Map<string | null, number>(),
  };
  const unattended = { drafts: 0, edited: 0, rejected: 0, changesRequested: 0 };
  const fresh = await createEdge();
  await fresh.store.addPolicy({
    policy,
    digest: jsonDigest(policy),
    comment: null,
    by: 'ana',
    source: 'api',
    atMs: T0,
  });
  for (const inboxId of INBOXES) await fresh.store.putInbox(inboxId, { mode: (await store.getInbox(inboxId)).mode });
  try {
    for (let n = 0; n < DRAFTS; n += 1) {
      const row = await store.getDraft(`past-${String(n).padStart(4, '0')}`);
      const written = row && (await store.getRevision(row.draftId, 1));
      if (!row || !written) throw new Error('a draft is gone');
      const suppressedAt = T0 + 200 * MINUTE;
      if (row.createdAtMs === suppressedAt) {
        const [entry] = (await store.listSuppressions({ limit: 10 })).items;
        if (entry) await fresh.store.addSuppression(entry);
      }
      // Lived anew in a store that knows only what came before.
      const {
        firstRunId: _f,
        providerDraftId: _p,
        projection: ended,
        subject: _s,
        recipients: _r,
        warningCount: _w,
        updatedAtMs: _u,
        ...made
      } = row;
      await fresh.store.createDraft(made);
      await fresh.store.saveRevision(written);
      const settings = await fresh.store.getInbox(row.inboxId);
      const deps = { store: fresh.store, mail, clock: () => written.createdAtMs };
      const { kind, rule } = await overseeRevision(deps, row, written, settings);
      if (ended?.status === 'sent') await fresh.store.record(row.draftId, [], ended);
      total.drafts += 1;
      total.counts[kind] += 1;
      total.byRule.set(rule, (total.byRule.get(rule) ?? 0) + 1);
      if (kind !== 'auto' && kind !== 'monitor') continue;
      const types = (await store.listEvents(row.draftId)).map(({ type }) => type);
      unattended.drafts += 1;
      if (types.includes('edited')) unattended.edited += 1;
      if (types.includes('rejected')) unattended.rejected += 1;
      if (types.includes('changes_requested')) unattended.changesRequested += 1;
    }
  } finally {
    await fresh.close();
  }
  return { ...total, unattended };
}

describe('a dry run', () => {
  it('counts what replaying each draft alone gives', async () => {
    const expected = await replay(POLICY);
    const pages: number[] = [];
    const sum = await clientOf(app, 'ana').policies.dryRun(
      { policy: POLICY, limit: 150 },
      { onPage: ({ drafts }) => pages.push(drafts) },
    );
    expect(pages).toEqual([150, 300, 450, 520]);
    expect(sum).toMatchObject({
      total: DRAFTS,
      drafts: DRAFTS,
      counts: expected.counts,
      unattended: expected.unattended,
    });
    const byRule = sum.byRule.map(({ rule, counts }) => [rule, Object.values(counts).reduce((a, b) => a + b, 0)]);
    expect(byRule).toEqual(
      [...POLICY.rules.map(({ id }) => id), null].map((rule) => [rule, expected.byRule.get(rule) ?? 0]),
    );
    // Every kind of outcome and of reaction was there to be counted, and the rule that fits nothing is shown as such.
    for (const part of [...Object.values(sum.counts), sum.unattended.edited, sum.unattended.rejected])
      expect(part).toBeGreaterThan(5);
    expect(byRule.find(([rule]) => rule === 'never')?.[1]).toBe(0);
    const { edited, rejected, changesRequested, touched, examples } = sum.unattended;
    expect(touched).toBe(edited + rejected + changesRequested);
    expect(examples).toHaveLength(Math.min(20, touched));
  }, 300_000);

  it('asks past drafts for named recipients, and for the model that wrote them', async () => {
    const { store } = edge;
    const inboxId = 'models@acme.test';
    const past = async (n: number, to: string, model: string | null) => {
      const draftId = `written-${n}`;
      const createdAtMs = T0 + (DRAFTS + 100 + n) * MINUTE;
      const recipe = { source: 'recipe' as const, recipe: 'invoice-reminder' };
      await store.createDraft(creation({ draftId, inboxId, createdAtMs, ...(model !== null && recipe) }));
      const content = emailContentSchema.parse({ to: [to], subject: 'Hello', text: 'Hello' });
      await store.saveRevision(revision(draftId, { content, createdAtMs }));
      if (model !== null) await store.putStep(draftId, 'generated', { writtenBy: 'model', model });
      await store.record(draftId, [entry()], projection({ toldAtMs: createdAtMs, revision: 1, status: 'sent' }));
    };
    await past(1, 'Ceo <CEO+private@Big.example>', null);
    await past(2, 'ann@big.example', 'writer-2');
    await past(3, 'ann@big.example', 'writer-3');
    const policy = {
      rules: [
        { id: 'vip', when: { kind: 'recipient', anyOf: ['ceo@BIG.example'] }, outcome: { kind: 'refuse' } },
        { id: 'new-model', when: { kind: 'model', anyOf: ['writer-3'] }, outcome: { kind: 'review' } },
        { id: 'others', outcome: { kind: 'auto' } },
      ],
    } satisfies PolicyInput;
    const { byRule } = await clientOf(app, 'ana').policies.dryRun({ policy, inbox: inboxId, mode: 'by_rule' });
    const used = byRule.map(({ rule, counts }) => [rule, Object.values(counts).reduce((a, b) => a + b, 0)]);
    expect(used).toEqual([
      ['vip', 1],
      ['new-model', 1],
      ['others', 1],
      [null, 0],
    ]);
  });

  it('changes nothing, and can be narrowed by inbox, time, number and mode', async () => {
    const ana = clientOf(app, 'ana').policies;
    const from = new Date(T0 + 100 * MINUTE).toISOString();
    const to = new Date(T0 + 160 * MINUTE).toISOString();
    const rules = { policy: { rules: [] }, from, to };
    const [all, billing, sales] = await Promise.all([
      ana.dryRun(rules),
      ana.dryRun({ ...rules, inbox: 'billing@acme.test' }),
      ana.dryRun({ ...rules, inbox: 'sales@acme.test' }),
    ]);
    expect(all.drafts).toBe(60);
    expect(all.counts).toEqual({ review: billing.drafts, auto: 0, monitor: sales.drafts, refuse: 0 });
    expect((await ana.dryRun({ ...rules, mode: 'autonomous' })).counts.auto).toBe(60);
    const some = await ana.dryRun({ ...rules, limit: 20 }, { most: 30 });
    expect([some.drafts, some.nextCursor === null]).toEqual([30, false]);
    expect((await ana.get()).active).toBeNull();
    expect((await ask(app, 'agent', 'POST', '/v1/policies/dry-run', { policy: { rules: [] } })).status).toBe(403);
  }, 60_000);
});
