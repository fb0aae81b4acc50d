import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi } from '../../src/api/index.ts';
import { attachmentOf, type Draft, NotFoundError, RefusedError } from '../../src/client/index.ts';
import { receive } from '../support/acts.ts';
import { INBOX } from '../support/rig.ts';
import { startDevServer } from '../support/temporal.ts';
import { ask, clientOf, createWhole, depsOf, type Whole } from './support.ts';

const CONTENT = { to: ['Beck <beck@example.com>'], subject: 'Your refund', text: 'Hello Beck' };

let env: TestWorkflowEnvironment;
let whole: Whole;
beforeAll(async () => {
  env = await startDevServer();
  whole = await createWhole(env);
});
afterAll(async () => {
  await whole?.rig.close();
  await env?.teardown();
});

/** The draft once it is in one of the states. */
async function until(id: string, ...statuses: Draft['status'][]): Promise<Draft> {
  const deadlineMs = Date.now() + 20_000;
  for (;;) {
    const draft = await whole.ana.drafts.get(id);
    if (statuses.includes(draft.status)) return draft;
    if (Date.now() > deadlineMs) throw new Error(`still ${draft.status}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
async function inReview(content: object = {}, more: object = {}): Promise<Draft & { digest: string }> {
  const { id } = await whole.agent.drafts.create({ inbox: INBOX, content: { ...CONTENT, ...content }, ...more });
  const draft = await until(id, 'in_review');
  return { ...draft, digest: draft.digest ?? '' };
}
const approve = ({ id, revision, digest }: Draft & { digest: string }, decisionId?: string) =>
  whole.ana.drafts.decide(id, { decision: 'approve', revision, digest, decisionId });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error) => error.code,
  );

describe('a draft over HTTP', () => {
  it('is asked for, approved and sent, with the history to show for it', async () => {
    const bytes = Buffer.from('%PDF-1.7 an invoice');
    const draft = await inReview({ attachments: [attachmentOf('rechnung ü.pdf', bytes, 'application/pdf')] });
    expect(draft).toMatchObject({
      ...{ engine: 'live', source: 'content', inboxId: INBOX, revision: 1, createdBy: { name: 'Billing agent' } },
      current: { content: { ...CONTENT, attachments: [{ filename: 'rechnung ü.pdf', size: bytes.length }] } },
      actions: ['approve', 'reject', 'request_changes', 'edit', 'reschedule', 'recheck', 'pause'],
      temporalUrl: `http://temporal.test:8233/namespaces/default/workflows/${draft.id}`,
    });
    expect(Buffer.from(await whole.agent.drafts.attachment(draft.id, 1, 0))).toEqual(bytes);

    const outcome = whole.agent.drafts.waitForOutcome(draft.id);
    const decided = await approve(draft, 'approve-1');
    expect(decided).toMatchObject({ draftId: draft.id, decisionId: 'approve-1', status: 'scheduled', revision: 1 });
    expect(await outcome).toMatchObject({ ended: true, status: 'sent', messageId: expect.any(String) });

    const history = await whole.agent.drafts.history(draft.id);
    expect(history.map(({ type }) => type)).toEqual(expect.arrayContaining(['created', 'approved', 'sent']));
    expect(history.find(({ type }) => type === 'approved')).toMatchObject({
      ...{ actor: { id: 'ana', name: 'Ana Ruiz' }, revision: 1, digest: draft.digest },
    });
    const outbox = await whole.rig.emulator.control.outbox();
    expect(outbox.messages.filter(({ subject }) => subject === CONTENT.subject)).toHaveLength(1);
    // The answer to the approval may have been lost: its repeat is answered, not refused.
    expect(await approve(draft, 'approve-1')).toMatchObject({ decisionId: 'approve-1' });
    expect(await codeOf(approve(draft, 'approve-2'))).toBe('already_ended');
  });

  it('is approved with the latest message of its thread that was read, and leaves', async () => {
    const { messageId } = await receive(whole.rig);
    const draft = await inReview({ to: [], subject: '', reply: { inReplyTo: messageId } });
    const newer = await receive(whole.rig, 'Re: Where is my order?', messageId);
    const thread = await whole.ana.drafts.thread(draft.id);
    const threadSeen = thread.at(-1)?.messageId;
    expect(threadSeen).toBe(newer.messageId);
    const { revision, digest } = draft;
    const rejected = { decision: 'reject', revision, digest, threadSeen };
    const refused = await ask(whole.app, 'ana', 'POST', `/v1/drafts/${draft.id}/decisions`, rejected);
    expect(refused.status).toBe(422);
    await whole.ana.drafts.decide(draft.id, { decision: 'approve', revision, digest, threadSeen });
    expect(await whole.agent.drafts.waitForOutcome(draft.id)).toMatchObject({ status: 'sent' });
  });

  it('is refused to whoever may not approve it, over every way to try', async () => {
    const draft = await inReview();
    const { id, revision, digest } = draft;
    expect(await codeOf(whole.agent.drafts.decide(id, { decision: 'approve', revision, digest }))).toBe(
      'agent_approval',
    );
    expect(await codeOf(whole.olga.drafts.decide(id, { decision: 'approve', revision, digest }))).toBe('forbidden');
    expect(await codeOf(approve({ ...draft, digest: '0'.repeat(64) }))).toBe('digest_mismatch');
    expect(await codeOf(approve({ ...draft, revision: 9 }))).toBe('stale_revision');
    expect((await until(id, 'in_review')).approval).toBeNull();
  });

  it('is edited, revised and looked at revision by revision', async () => {
    const draft = await inReview();
    const edited = await whole.ana.drafts.edit(draft.id, {
      ...{ baseRevision: 1, content: { subject: 'Your refund is here' }, comment: 'clearer' },
    });
    expect(edited).toMatchObject({ status: 'in_review', revision: 2 });
    const stale = await approve(draft).catch((error) => error);
    expect(stale).toBeInstanceOf(RefusedError);
    expect(stale.problem).toMatchObject({ code: 'stale_revision', current: { revision: 2, status: 'in_review' } });
    await whole.ana.drafts.decide(draft.id, {
      ...{ decision: 'request_changes', revision: 2, digest: edited.digest ?? '', comment: 'Name the amount' },
    });
    await expect
      .poll(() => whole.agent.drafts.history(draft.id), { timeout: 5_000 })
      .toContainEqual(
        expect.objectContaining({
          ...{ type: 'changes_requested', comment: 'Name the amount', actor: { id: 'ana', name: 'Ana Ruiz' } },
        }),
      );
    const revised = await whole.agent.drafts.revise(draft.id, { baseRevision: 2, content: { text: '40 EUR' } });
    expect(revised).toMatchObject({ status: 'in_review', revision: 3 });
    const revisions = await whole.ana.drafts.revisions(draft.id);
    expect(revisions.map(({ revision, author, origin }) => [revision, author.id, origin])).toEqual([
      [1, 'agent', 'composed'],
      [2, 'ana', 'edited'],
      [3, 'agent', 'revised'],
    ]);
    expect((await whole.ana.drafts.revision(draft.id, 2)).content.subject).toBe('Your refund is here');
    await expect(whole.ana.drafts.revision(draft.id, 4)).rejects.toBeInstanceOf(NotFoundError);
  });

  it('is rejected for a reason, which its agent, the record and the numbers know', async () => {
    const { id, revision, digest } = await inReview();
    const fromMs = Date.now() - 60_000;
    const why = { reasonCode: 'wrong_facts', comment: 'The amount is 40 EUR.' } as const;
    const decided = { decision: 'reject', revision, digest } as const;
    const twice = await codeOf(whole.ana.drafts.decide(id, { ...decided, decision: 'approve', reasonCode: 'tone' }));
    expect(twice).toBe('invalid_request');
    await whole.ana.drafts.decide(id, { ...decided, ...why });
    const rejection = { code: 'wrong_facts', message: 'Wrong facts', comment: why.comment };
    expect(await whole.agent.drafts.waitForOutcome(id)).toMatchObject({ status: 'rejected', rejection });
    expect((await whole.agent.drafts.get(id)).rejection).toEqual(rejection);
    expect((await whole.agent.drafts.history(id)).find(({ type }) => type === 'rejected')).toMatchObject({
      ...{ summary: 'Rejected: wrong facts', comment: why.comment, data: { reasonCode: 'wrong_facts' } },
    });
    const silent = await inReview();
    await whole.ana.drafts.decide(silent.id, { decision: 'reject', revision, digest: silent.digest });
    const none = { code: null, message: null, comment: null };
    expect(await whole.agent.drafts.waitForOutcome(silent.id)).toMatchObject({ rejection: none });
    const span = { from: new Date(fromMs).toISOString(), to: new Date(Date.now() + 60_000).toISOString() };
    const numbers = await ask(whole.app, 'ana', 'GET', `/v1/numbers?${new URLSearchParams(span)}`);
    expect((await numbers.json()).rejections).toEqual([
      { code: 'wrong_facts', message: 'Wrong facts', count: 1 },
      { code: null, message: 'No reason named', count: 1 },
    ]);
  });

  it('is held, rescheduled, revoked, withdrawn and cancelled', async () => {
    const held = await inReview({}, { schedule: { kind: 'held' } });
    expect(await approve(held)).toMatchObject({ status: 'scheduled', dueAt: null });
    expect(await codeOf(whole.agent.drafts.reschedule(held.id, { schedule: { kind: 'now' } }))).toBe('already_decided');
    const at = new Date(Date.now() + 3_600_000).toISOString();
    const moved = await whole.ana.drafts.reschedule(held.id, { schedule: { kind: 'at', at } });
    expect(moved).toMatchObject({ status: 'scheduled', dueAt: at });
    expect(await whole.ana.drafts.revoke(held.id, { revision: 1 })).toMatchObject({ status: 'in_review' });
    expect(await codeOf(whole.ana.drafts.withdraw(held.id))).toBe('forbidden');
    await whole.agent.drafts.withdraw(held.id, { comment: 'no longer needed' });
    expect(await whole.agent.drafts.waitForOutcome(held.id)).toMatchObject({ status: 'withdrawn' });
    const other = await inReview();
    await whole.olga.drafts.cancel(other.id);
    expect(await whole.agent.drafts.waitForOutcome(other.id)).toMatchObject({ status: 'cancelled' });
    expect(await codeOf(whole.ana.drafts.resolve(other.id, { action: 'give_up' }))).toBe('already_ended');
  });

  it('is listed, counted and found by words', async () => {
    const draft = await inReview({ subject: 'Quarterly zebra report' });
    const found = await whole.ana.drafts.list({ q: 'zebra', status: ['in_review', 'sent'] });
    expect(found.items.map(({ id }) => id)).toEqual([draft.id]);
    expect(JSON.stringify(found)).not.toContain(CONTENT.text);
    expect((await whole.ana.drafts.counts({ q: 'zebra' })).counts).toMatchObject({ in_review: 1 });
    const all: string[] = [];
    for await (const { id } of whole.agent.drafts.listAll()) all.push(id);
    expect(all).toContain(draft.id);
    expect(await whole.ana.drafts.thread(draft.id)).toEqual([]);
  });

  it('tells its events as they happen, once and in order, also over a break', async () => {
    const draft = await inReview();
    const stop = new AbortController();
    const seen: string[] = [];
    let lastEventId = '';
    for await (const item of whole.agent.drafts.watch(draft.id, { signal: stop.signal })) {
      lastEventId = item.lastEventId;
      if (item.kind === 'snapshot') {
        expect(item.draft).toMatchObject({ id: draft.id, status: 'in_review' });
        await whole.ana.drafts.reschedule(draft.id, { schedule: { kind: 'held' } });
        continue;
      }
      seen.push(item.event.type);
      break;
    }
    await approve(draft);
    await whole.ana.drafts.reschedule(draft.id, { schedule: { kind: 'now' } });
    for await (const item of whole.agent.drafts.watch(draft.id, { signal: stop.signal, lastEventId })) {
      if (item.kind === 'event') seen.push(item.event.type);
      if (seen.at(-1) === 'sent') stop.abort();
    }
    const history = (await whole.agent.drafts.history(draft.id)).map(({ type }) => type);
    const from = history.indexOf('rescheduled');
    expect(seen).toEqual(history.slice(from, history.indexOf('sent') + 1));
  });

  it('tells all drafts to people, and its own to an agent', async () => {
    const stop = new AbortController();
    const events: string[] = [];
    const watching = (async () => {
      for await (const item of whole.ben.watch({ signal: stop.signal })) {
        if (item.kind === 'event' && item.event.type === 'created') events.push(item.event.draftId);
        if (events.length > 0) stop.abort();
      }
    })();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const draft = await inReview();
    await watching;
    expect(events).toEqual([draft.id]);
  });
});

describe('the parts behind', () => {
  it('may be away: a draft is taken and read, a decision recorded and asked for again', async () => {
    const app = createApi({ ...depsOf(whole.rig, env), taskQueue: 'nobody-works-here' });
    const agent = clientOf(app, 'agent');
    const { id, engine } = await agent.drafts.create({ inbox: INBOX, content: CONTENT });
    expect(engine).toBe('recorded');
    expect(await agent.drafts.get(id)).toMatchObject({ status: 'composing', engine: 'recorded', revision: 0 });
    const response = await ask(app, 'agent', 'POST', `/v1/drafts/${id}/withdraw`, { decisionId: 'w-1' });
    expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '2']);
    expect(await response.json()).toMatchObject({ code: 'engine_unavailable', decisionId: 'w-1' });
    const ready = await agent.ready();
    expect([ready.status, ready.checks.worker.state]).toEqual(['degraded', 'degraded']);
  });

  it('are told apart when all is well', async () => {
    expect(await whole.ana.ready()).toMatchObject({ status: 'ready', checks: { worker: { state: 'ok' } } });
  });
});
