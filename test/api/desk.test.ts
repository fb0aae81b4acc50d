import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry, AuditType, DraftProjection } from '../../src/domain/audit.ts';
import { ask, createEdge, type Edge, KEYS } from './support.ts';

const START_MS = Date.parse('2026-11-02T08:00:00Z');
const MINUTE_MS = 60_000;
const DIGEST = 'a'.repeat(64);

let edge: Edge;
let nowMs = START_MS;
beforeAll(async () => {
  edge = await createEdge({ keys: KEYS, clock: { now: () => nowMs } });
});
afterAll(() => edge.close());

const get = async (as: string, path: string) => (await ask(edge.app, as, 'GET', path)).json();
const send = async (as: string, method: string, path: string, body?: unknown) => {
  const response = await ask(edge.app, as, method, path, body);
  return { status: response.status, body: response.status === 204 ? null : await response.json() };
};

async function compose(subject: string, more: object = {}): Promise<string> {
  const content = { to: ['beck@example.com'], subject, text: 'One two three four five six seven eight.' };
  const made = await send('agent', 'POST', '/v1/drafts', { inbox: 'support@acme.test', content, ...more });
  expect(made.status).toBe(201);
  return made.body.id;
}

let sequence = 0;
async function tell(draftId: string, type: AuditType, atMs: number, actorId: string | null, more: object = {}) {
  sequence += 1;
  const command = actorId === null ? null : `cmd-${sequence}`;
  const entry: AuditEntry = {
    ...{ origin: 'run', sequence, type, atMs, actorId, commandId: command, revision: 1, digest: DIGEST, data: {} },
    ...more,
  };
  await edge.store.record(draftId, [entry], null);
}

async function inReview(draftId: string, sinceMs: number, more: Partial<DraftProjection> = {}) {
  const projection: DraftProjection = {
    ...{ toldAtMs: sinceMs, sequence: 1, status: 'in_review', revision: 1, digest: DIGEST, blocked: false },
    ...{ schedule: { kind: 'now' }, dueAtMs: sinceMs, holdUntilMs: null, reason: null, approvedBy: null },
    ...{ reviewDeadlineMs: sinceMs + 7 * 86_400_000, messageId: null, threadId: null, inboxMode: 'review_all' },
    ...more,
  };
  await edge.store.saveRevision({
    ...{ draftId, revision: 1, digest: DIGEST, snapshot: null, warnings: [], authorId: 'agent', origin: 'composed' },
    content: {
      ...{ inboxId: 'support@acme.test', to: ['beck@example.com'], cc: [], bcc: [], replyTo: [], subject: 'S' },
      ...{ text: 'One two three four five six seven eight.', html: '', attachments: [], reply: null },
    },
    createdAtMs: sinceMs,
  });
  await edge.store.record(draftId, [], projection);
}

describe('assignment', () => {
  it('gives a draft to one person, tells the other, and forgets a claim that nobody renews', async () => {
    const id = await compose('Claimed');
    const mine = await send('ana', 'POST', `/v1/drafts/${id}/claim`, {});
    expect(mine.body.assignee).toMatchObject({ person: { id: 'ana', name: 'Ana Ruiz' } });
    const theirs = await send('ben', 'POST', `/v1/drafts/${id}/claim`, {});
    expect(theirs.body.assignee.person.id).toBe('ana');
    expect((await get('ben', '/v1/drafts?assignee=me')).items).toEqual([]);
    expect((await get('ana', '/v1/drafts?assignee=me')).items.map((item: { id: string }) => item.id)).toEqual([id]);
    expect((await get('ana', '/v1/drafts/counts?assignee=me')).total).toBe(1);
    expect((await get('ana', '/v1/drafts?assignee=none')).items).toEqual([]);

    nowMs += 14 * MINUTE_MS;
    await send('ana', 'POST', `/v1/drafts/${id}/claim`, {});
    nowMs += 14 * MINUTE_MS;
    expect((await get('ben', `/v1/drafts/${id}`)).assignee.person.id).toBe('ana');
    nowMs += 2 * MINUTE_MS;
    expect((await get('ben', `/v1/drafts/${id}`)).assignee).toBeNull();
    expect((await get('ben', '/v1/drafts?assignee=none')).items).toHaveLength(1);
    expect((await send('ben', 'POST', `/v1/drafts/${id}/claim`, {})).body.assignee.person.id).toBe('ben');
    const over = await send('ana', 'POST', `/v1/drafts/${id}/claim`, { takeOver: true });
    expect(over.body.assignee.person.id).toBe('ana');

    const { items } = await get('agent', `/v1/drafts/${id}/events`);
    const told = items.filter(({ type }: { type: string }) => type === 'assigned');
    // Renewing says nothing new.
    expect(told.map(({ actor }: { actor: { id: string } }) => actor.id)).toEqual(['ana', 'ben', 'ana']);
    await send('ana', 'DELETE', `/v1/drafts/${id}/claim`);
    expect((await get('ana', `/v1/drafts/${id}`)).assignee).toBeNull();
  });

  it('hands a draft to a person for good, and to nobody who may not review', async () => {
    const id = await compose('Handed over');
    const { items } = await get('olga', '/v1/reviewers');
    expect(items).toEqual([
      { id: 'ana', name: 'Ana Ruiz', away: null },
      { id: 'ben', name: 'Ben Okoro', away: null },
    ]);
    expect((await send('ana', 'PUT', `/v1/drafts/${id}/assignee`, { person: 'agent' })).status).toBe(422);
    const handed = await send('ana', 'PUT', `/v1/drafts/${id}/assignee`, { person: 'ben' });
    expect(handed.body.assignee).toMatchObject({ person: { id: 'ben' }, by: { id: 'ana' }, until: null });
    nowMs += 86_400_000;
    expect((await send('ben', 'POST', `/v1/drafts/${id}/claim`, {})).body.assignee.until).toBeNull();
    expect((await get('ana', '/v1/drafts?assignee=ben')).items).toHaveLength(1);
    await send('ben', 'DELETE', `/v1/drafts/${id}/claim`);
  });

  it('lets one of many who claim at once have it', async () => {
    const id = await compose('Wanted by all');
    const answers = await Promise.all(
      ['ana', 'ben', 'ana', 'ben'].map((as) => send(as, 'POST', `/v1/drafts/${id}/claim`, {})),
    );
    const holders = new Set(answers.map(({ body }) => body.assignee.person.id));
    expect(holders.size).toBe(1);
  });
});

describe('comments and looks', () => {
  it('puts a comment on the record once, where the agent reads it', async () => {
    const id = await compose('Discussed');
    const comment = { comment: 'Who checked the amount?', commentId: 'c-1' };
    expect((await send('ana', 'POST', `/v1/drafts/${id}/comments`, comment)).status).toBe(201);
    expect((await send('ana', 'POST', `/v1/drafts/${id}/comments`, comment)).status).toBe(201);
    const other = await send('ana', 'POST', `/v1/drafts/${id}/comments`, { ...comment, comment: 'Something else' });
    expect([other.status, other.body.code]).toEqual([409, 'idempotency_conflict']);
    const { items } = await get('agent', `/v1/drafts/${id}/events`);
    const comments = items.filter(({ type }: { type: string }) => type === 'commented');
    expect(comments).toHaveLength(1);
    expect(comments[0]).toMatchObject({ comment: 'Who checked the amount?', actor: { name: 'Ana Ruiz' } });
  });

  it('remembers what each person saw last', async () => {
    const id = await compose('Looked at');
    await inReview(id, nowMs);
    expect(await get('ana', `/v1/drafts/${id}/looks`)).toEqual({ look: null });
    const seen = { revision: 1, eventId: '0.1.1', messageId: '<m1@example.com>' };
    expect((await send('ana', 'POST', `/v1/drafts/${id}/looks`, seen)).status).toBe(204);
    nowMs += MINUTE_MS;
    await send('ana', 'POST', `/v1/drafts/${id}/looks`, { revision: 1, eventId: '0.1.2' });
    const { look } = await get('ana', `/v1/drafts/${id}/looks`);
    expect(look).toMatchObject({ revision: 1, eventId: '0.1.2', messageId: '<m1@example.com>' });
    expect(Date.parse(look.seenAt) - Date.parse(look.openedAt)).toBe(MINUTE_MS);
    expect(await get('ben', `/v1/drafts/${id}/looks`)).toEqual({ look: null });
    expect((await send('ana', 'POST', `/v1/drafts/${id}/looks`, { revision: 7 })).status).toBe(404);
  });
});

describe('recipient notes', () => {
  it('says which addresses are suppressed, opted out, or asleep', async () => {
    const id = await compose('To several', { category: 'newsletter' });
    await send('ana', 'POST', '/v1/suppressions', { entry: 'blocked.example' });
    await send('ana', 'PUT', '/v1/recipients/dora@example.com/preferences', { optedOut: ['newsletter'] });
    const addresses = encodeURIComponent('Carl <carl@sub.blocked.example>\nDORA@example.com\neve@example.com\nnobody');
    const { items } = await get('aud', `/v1/drafts/${id}/recipient-notes?addresses=${addresses}`);
    expect(items).toEqual([
      expect.objectContaining({
        address: 'carl@sub.blocked.example',
        suppression: { entry: 'blocked.example', scope: 'organization', reason: 'manual' },
      }),
      expect.objectContaining({ address: 'dora@example.com', suppression: null, optedOut: true }),
    ]);
    const proposal = { proposalId: 'p-gil', address: 'gil@example.com', inboxId: 'i', messageId: 'm', threadId: null };
    const found = { language: 'en', foundIn: 'text', status: 'open', decidedBy: null, decidedAtMs: null } as const;
    await edge.store.addProposal({ ...proposal, ...found, createdAtMs: nowMs });
    const stops = await get('ana', `/v1/drafts/${id}/recipient-notes?addresses=gil%2Bx%40example.com`);
    const stopAsked = { proposalId: 'p-gil', at: new Date(nowMs).toISOString() };
    expect(stops.items).toEqual([
      expect.objectContaining({ address: 'gil+x@example.com', suppression: null, stopAsked }),
    ]);
    await send('ana', 'PUT', '/v1/recipients/eve@example.com/preferences', { timeZone: 'Europe/Madrid' });
    const known = await get('ana', `/v1/drafts/${id}/recipient-notes?addresses=eve%40example.com`);
    expect(known.items).toEqual([expect.objectContaining({ optedOut: false, timeZone: 'Europe/Madrid' })]);
  });
});

describe('the calendar', () => {
  it('counts what is due on each day of a zone, within what its reader may see', async () => {
    const at = async (dueAt: string) => {
      const id = await compose('On a day', { category: 'calendar' });
      await inReview(id, Date.parse(dueAt));
    };
    for (const dueAt of ['2026-10-24T22:30:00Z', '2026-10-25T22:59:00Z', '2026-10-25T23:00:00Z']) await at(dueAt);
    const query = 'from=2026-10-24&to=2026-10-27&category=calendar&status=in_review';
    const days = (counts: number[]) => counts.map((count, index) => ({ date: `2026-10-${24 + index}`, count }));
    // The day has 25 hours in Berlin.
    const berlin = await get('ana', `/v1/drafts/calendar?${query}&timeZone=Europe/Berlin`);
    expect(berlin).toEqual({ timeZone: 'Europe/Berlin', days: days([0, 2, 1]) });
    expect((await get('ana', `/v1/drafts/calendar?${query}`)).days).toEqual(days([1, 2, 0]));
    expect((await get('other', `/v1/drafts/calendar?${query}`)).days).toEqual(days([0, 0, 0]));
    const wide = await send('ana', 'GET', '/v1/drafts/calendar?from=2026-01-01&to=2026-12-31');
    expect([wide.status, wide.body.code]).toEqual([422, 'invalid_request']);
    const due = 'dueAfter=2026-10-25T00:00:00Z&dueBefore=2026-10-25T23:00:00Z';
    expect((await get('ana', `/v1/drafts/counts?category=calendar&${due}`)).total).toBe(1);
  });
});

describe('saved views', () => {
  it('keeps each person their own', async () => {
    const saved = await send('ana', 'POST', '/v1/saved-views', { name: 'Support', path: '/waiting?inbox=support' });
    expect(saved.status).toBe(201);
    expect((await get('ana', '/v1/saved-views')).items).toEqual([saved.body]);
    expect((await get('ben', '/v1/saved-views')).items).toEqual([]);
    expect((await send('ben', 'DELETE', `/v1/saved-views/${saved.body.id}`)).status).toBe(404);
    for (const path of ['https://elsewhere.example/', '//elsewhere.example', '/waiting#x', 'javascript:alert(1)']) {
      expect((await send('ana', 'POST', '/v1/saved-views', { name: 'Bad', path })).status).toBe(422);
    }
    expect((await send('ana', 'DELETE', `/v1/saved-views/${saved.body.id}`)).status).toBe(204);
    for (let i = 0; i < 50; i += 1) await send('ana', 'POST', '/v1/saved-views', { name: `V${i}`, path: '/all' });
    const more = await send('ana', 'POST', '/v1/saved-views', { name: 'One more', path: '/all' });
    expect([more.status, more.body.code]).toEqual([409, 'too_many']);
  });
});

describe('filters', () => {
  it('lists and counts by category', async () => {
    const id = await compose('A receipt', { category: 'receipt' });
    expect((await get('ana', '/v1/drafts?category=receipt')).items.map((item: { id: string }) => item.id)).toEqual([
      id,
    ]);
    expect((await get('ana', '/v1/drafts/counts?category=receipt')).total).toBe(1);
    expect((await get('ana', '/v1/drafts?batch=none-such')).items).toEqual([]);
  });
});

describe('what is urgent', () => {
  const idsOf = async (as: string, query: string): Promise<string[]> =>
    (await get(as, `/v1/drafts?${query}`)).items.map((item: { id: string }) => item.id);

  it('is told from what merely waits, and comes first', async () => {
    nowMs = START_MS + 30 * 86_400_000;
    const at = (ms: number) => new Date(nowMs + ms).toISOString();
    const review = async (subject: string, more: Partial<DraftProjection>) => {
      const id = await compose(subject, { category: 'urgent' });
      await inReview(id, nowMs - MINUTE_MS, more);
      return id;
    };
    const appointment = (ms: number) => ({ schedule: { kind: 'at', at: at(ms) } as const, dueAtMs: nowMs + ms });
    const waits = await review('Whenever', {});
    const soon = await review('In an hour', appointment(60 * MINUTE_MS));
    const missed = await review('An hour ago', appointment(-60 * MINUTE_MS));
    const first = await review('Policy says first', { priority: 1 });
    const ofThese = 'category=urgent&status=in_review';
    expect(await idsOf('ana', `${ofThese}&order=urgent`)).toEqual([first, missed, soon, waits]);
    expect(await idsOf('ana', `${ofThese}&order=urgent&deadlineBefore=${at(86_400_000)}`)).toEqual([missed, soon]);
    expect(await idsOf('ana', `${ofThese}&overdue=true`)).toEqual([missed]);
    expect(await idsOf('other', `${ofThese}&overdue=true`)).toEqual([]);
    expect((await get('ana', `/v1/drafts/counts?category=urgent&overdue=true`)).total).toBe(1);
    expect((await get('ana', `/v1/drafts/counts?category=urgent&deadlineBefore=${at(86_400_000)}`)).total).toBe(2);
    const page = await get('ana', `/v1/drafts?${ofThese}&order=urgent&limit=1`);
    expect(page.items[0]).toMatchObject({ id: first, priority: 3, urgency: 1 });
    expect(await idsOf('ana', `${ofThese}&order=urgent&cursor=${page.nextCursor}`)).toEqual([missed, soon, waits]);
    const filter = { category: 'urgent', overdue: true };
    const preview = await send('ben', 'POST', '/v1/operations', { action: 'recheck', filter });
    expect([preview.status, preview.body.total]).toEqual([201, 1]);
  });
});

describe('what needs me', () => {
  it('is what my approval would count for, and nothing for those who cannot give any', async () => {
    const ids = async (as: string, query = '') =>
      (await get(as, `/v1/drafts?category=needs&needsMe=true${query}`)).items.map((item: { id: string }) => item.id);
    const review = async (subject: string, asks: DraftProjection['asks'], more: Partial<DraftProjection> = {}) => {
      const id = await compose(subject, { category: 'needs' });
      await inReview(id, nowMs, { asks, ...more });
      return id;
    };
    const anybody = await review('Anybody', { groups: [null], notBy: [], byCreator: false });
    const approved = await review('Approved by Ana', { groups: [null], notBy: ['ana'], byCreator: false });
    const finance = await review('Finance', { groups: ['finance'], notBy: [], byCreator: false });
    expect(await ids('ana')).toEqual([anybody]);
    expect(new Set(await ids('ben'))).toEqual(new Set([anybody, approved]));
    expect((await get('ben', '/v1/drafts/counts?category=needs&needsMe=true')).total).toBe(2);
    for (const as of ['olga', 'agent', 'aud']) expect(await ids(as)).toEqual([]);
    expect((await get('olga', '/v1/drafts/counts?category=needs&needsMe=true')).total).toBe(0);
    const asked = await get('ana', '/v1/drafts?category=needs&group=finance');
    expect(asked.items.map(({ id }: { id: string }) => id)).toEqual([finance]);
    expect((await send('ana', 'GET', '/v1/drafts?needsMe=false')).status).toBe(422);
  });
});

describe('numbers', () => {
  it('counts what people decided, how long it took, and what was decided faster than it can be read', async () => {
    const dayMs = Date.parse('2026-10-05T22:30:00Z');
    const [first, second, third] = [await compose('N1'), await compose('N2'), await compose('N3')];
    for (const id of [first, second, third]) {
      await inReview(id, dayMs);
      await tell(id, 'revision_written', dayMs, null);
    }
    // Eight words: not to be read in half a second, well to be read in a minute.
    nowMs = dayMs + 9_500;
    await send('ana', 'POST', `/v1/drafts/${first}/looks`, { revision: 1 });
    await tell(first, 'approved', dayMs + 10_000, 'ana');
    await send('ana', 'POST', `/v1/drafts/${second}/looks`, { revision: 1 });
    await tell(second, 'rejected', dayMs + 70_000, 'ana');
    await tell(third, 'changes_requested', dayMs + 30_000, 'ben');
    await tell(third, 'edited', dayMs + 40_000, 'ben');
    await tell(third, 'approved', dayMs + 50_000, null);
    await tell(first, 'sent', dayMs + 3 * 3_600_000, null);
    await tell(first, 'bounced', dayMs + 4 * 3_600_000, null);

    const span = 'from=2026-10-05T00:00:00Z&to=2026-10-07T00:00:00Z';
    const numbers = await get('ana', `/v1/numbers?${span}&timeZone=Europe/Berlin`);
    expect(numbers.all).toEqual({
      ...{ approved: 1, rejected: 1, changesRequested: 1, edited: 1 },
      ...{ medianMs: 30_000, p90Ms: 62_000, timed: 2, quick: 1 },
    });
    expect(numbers.reviewers).toEqual([
      expect.objectContaining({ reviewer: { id: 'ana', name: 'Ana Ruiz' }, approved: 1, rejected: 1, quick: 1 }),
      expect.objectContaining({ reviewer: { id: 'ben', name: 'Ben Okoro' }, changesRequested: 1, edited: 1, timed: 0 }),
    ]);
    expect(numbers.agents).toEqual([
      expect.objectContaining({ agent: { id: 'agent', name: 'Billing agent' }, approved: 1 }),
    ]);
    expect(numbers.recipes).toEqual([expect.objectContaining({ recipe: null, rejected: 1 })]);
    expect(numbers.days).toEqual([
      { day: '2026-10-06', counts: { approved: 1, rejected: 1, changes_requested: 1, edited: 1, sent: 1, bounced: 1 } },
    ]);
    expect(numbers.waiting.count).toBeGreaterThanOrEqual(3);
    const elsewhere = await get('ana', `/v1/numbers?${span}&inbox=other@acme.test`);
    expect([elsewhere.all.approved, elsewhere.agents, elsewhere.waiting.count]).toEqual([0, [], 0]);
    expect((await ask(edge.app, 'ana', 'GET', `/v1/numbers?${span}&timeZone=Nowhere`)).status).toBe(422);
    const backwards = 'from=2026-10-07T00:00:00Z&to=2026-10-05T00:00:00Z';
    expect((await ask(edge.app, 'ana', 'GET', `/v1/numbers?${backwards}`)).status).toBe(422);
  });
});
