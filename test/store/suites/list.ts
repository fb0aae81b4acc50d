import { expect, it } from 'vitest';
import type { Actor } from '../../../src/domain/actor.ts';
import type { Schedule } from '../../../src/domain/schedule.ts';
import { type DraftListQuery, StoreInvalid } from '../../../src/store/index.ts';
import type { Bench } from '../fixtures.ts';
import { projection, revision, T0, unique } from '../fixtures.ts';

export function listTests({ store, newDraft }: Bench) {
  const ids = async (query: Partial<DraftListQuery>) =>
    (await store().listDrafts({ limit: 100, ...query })).items.map((item) => item.draftId);

  it('filters by status, inbox, recipe, creator and due time', async () => {
    const inboxId = unique('inbox');
    const a = await newDraft({ inboxId, recipe: 'r1', createdAtMs: T0 + 1 });
    const b = await newDraft({ inboxId, recipe: 'r2', createdAtMs: T0 + 2 });
    const c = await newDraft({ inboxId, createdAtMs: T0 + 3, creator: { id: inboxId, kind: 'agent', roles: [] } });
    await store().record(a, [], projection({ status: 'in_review', dueAtMs: T0 + 100 }));
    await store().record(b, [], projection({ status: 'sent', dueAtMs: T0 + 50 }));
    expect(await ids({ inboxId })).toEqual([c, b, a]);
    expect(await ids({ inboxId, order: 'oldest' })).toEqual([a, b, c]);
    expect(await ids({ inboxId, order: 'due' })).toEqual([b, a, c]);
    expect(await ids({ inboxId, statuses: ['in_review', 'sent'] })).toEqual([b, a]);
    expect(await ids({ inboxId, statuses: ['composing'] })).toEqual([c]);
    expect(await ids({ inboxId, statuses: [] })).toEqual([]);
    expect(await ids({ inboxId, recipe: 'r1' })).toEqual([a]);
    expect(await ids({ creatorId: inboxId })).toEqual([c]);
    expect(await ids({ inboxId, dueBeforeMs: T0 + 100 })).toEqual([b]);
    expect(await ids({ inboxId, dueAfterMs: T0 + 100 })).toEqual([a]);
    expect(await ids({ inboxId, dueAfterMs: 0 })).toEqual([b, a]);
    expect(await store().countDrafts({ inboxId })).toEqual({ in_review: 1, sent: 1, composing: 1 });
    expect(await store().countDrafts({ inboxId, recipe: 'r2' })).toEqual({ sent: 1 });
    expect(await store().countDrafts({ creatorId: inboxId })).toEqual({ composing: 1 });
    expect(await store().countDrafts({ inboxId, dueBeforeMs: T0 + 100 })).toEqual({ sent: 1 });
    const edges = [T0, T0 + 50, T0 + 100, T0 + 101, T0 + 500];
    expect(await store().countDue({ inboxId }, edges)).toEqual([0, 1, 1, 0]);
    expect(await store().countDue({ inboxId, statuses: ['sent'] }, edges)).toEqual([0, 1, 0, 0]);
    expect(await store().countDue({ inboxId }, [T0])).toEqual([]);
  });

  it('tells what has a time to keep, and what is overdue, from what merely waits', async () => {
    const inboxId = unique('inbox');
    const nowMs = T0 + 1_000_000;
    const soon = nowMs + 60_000;
    const weekAhead = nowMs + 604_800_000;
    const schedule = { kind: 'at', at: '2026-05-05T08:00:00Z' } as const;
    const window: Schedule = { kind: 'window', timeZone: 'UTC', days: ['mon'], from: '09:00', to: '17:00' };
    const told = async (change: Parameters<typeof projection>[0]) => {
      const id = await newDraft({ inboxId });
      await store().record(id, [], projection({ reviewDeadlineMs: null, ...change }));
      return id;
    };
    const review = { status: 'in_review', reviewDeadlineMs: weekAhead } as const;
    const merelyWaiting = await told({ ...review, dueAtMs: T0 });
    const openWindow = await told({ ...review, schedule: window, dueAtMs: T0 });
    const endsSoon = await told({ ...review, dueAtMs: T0, reviewDeadlineMs: soon });
    const goesSoon = await told({ ...review, schedule, dueAtMs: soon });
    const opensSoon = await told({ ...review, schedule: window, dueAtMs: soon });
    const missed = await told({ ...review, schedule, dueAtMs: nowMs - 1 });
    const held = await told({ ...review, schedule: { kind: 'held' } });
    const undoable = await told({ status: 'scheduled', dueAtMs: T0, holdUntilMs: soon });
    const late = await told({ status: 'scheduled', schedule, dueAtMs: nowMs - 120_000, holdUntilMs: T0 });
    const leaving = await told({ status: 'scheduled', dueAtMs: T0, holdUntilMs: nowMs - 1_000 });
    await told({ status: 'sent', schedule, dueAtMs: T0, holdUntilMs: T0 });
    const untold = await newDraft({ inboxId });
    const deadline = { beforeMs: nowMs + 120_000, nowMs };
    const withDeadline = [endsSoon, goesSoon, opensSoon, missed, undoable, late, leaving];
    expect(new Set(await ids({ inboxId, deadline }))).toEqual(new Set(withDeadline));
    expect(new Set(await ids({ inboxId, overdue: { is: true, nowMs } }))).toEqual(new Set([missed, late]));
    const others = await ids({ inboxId, overdue: { is: false, nowMs } });
    expect(others).toHaveLength(10);
    expect(others).toEqual(expect.arrayContaining([merelyWaiting, openWindow, held, leaving, untold]));
    expect(await store().countDrafts({ inboxId, deadline })).toEqual({ in_review: 4, scheduled: 3 });
    expect(await store().countDrafts({ inboxId, overdue: { is: true, nowMs } })).toEqual({
      in_review: 1,
      scheduled: 1,
    });
  });

  it('finds what an approval of somebody would count for, and what is asked of a group', async () => {
    const inboxId = unique('inbox');
    const told = async (change: Parameters<typeof projection>[0], creator: Partial<Actor> = {}) => {
      const id = await newDraft({ inboxId, creator: { id: 'key-agent', kind: 'agent', roles: ['agent'], ...creator } });
      await store().record(id, [], projection({ status: 'in_review', ...change }));
      return id;
    };
    const asks = { groups: [null], notBy: [], byCreator: false };
    const anybody = await told({ asks });
    const earlier = await told({});
    const approved = await told({ asks: { ...asks, notBy: ['ana'] } });
    const finance = await told({ asks: { ...asks, groups: ['finance'] } });
    const either = await told({ asks: { ...asks, groups: ['finance', null] } });
    const own = await told({ asks }, { id: 'key-bot', ownerId: 'ana' });
    const ownToo = await told({ asks: { ...asks, byCreator: true } }, { id: 'ana', kind: 'person' });
    const given = await told({ asks, route: { inTurn: 'finance' } });
    const escalated = await told({ asks, escalated: true, escalatedTo: 'finance' });
    await told({ asks, route: { group: 'finance' }, status: 'scheduled' });
    const needing = async (personId: string, groups: string[]) =>
      new Set(await ids({ inboxId, needs: { personId, groups } }));
    const all = [anybody, earlier, either, given, escalated];
    expect(await needing('ana', [])).toEqual(new Set([...all, ownToo]));
    expect(await needing('ana', ['finance', 'legal'])).toEqual(new Set([...all, ownToo, finance]));
    expect(await needing('bo', ['legal'])).toEqual(new Set([...all, approved, own, ownToo]));
    expect(await store().countDrafts({ inboxId, needs: { personId: 'ana', groups: [] } })).toEqual({ in_review: 6 });
    expect(new Set(await ids({ inboxId, group: 'finance' }))).toEqual(new Set([finance, either, given, escalated]));
    expect(await ids({ inboxId, group: 'legal' })).toEqual([]);
  });

  it('lists the most urgent first: by priority, then the nearest time, then the oldest', async () => {
    const inboxId = unique('inbox');
    const made = async (createdAtMs: number, priority: number, change: Parameters<typeof projection>[0]) => {
      const id = await newDraft({ inboxId, createdAtMs, priority });
      await store().record(id, [], projection({ status: 'in_review', reviewDeadlineMs: T0 + 900, ...change }));
      return id;
    };
    const schedule = { kind: 'at', at: '2026-05-05T08:00:00Z' } as const;
    const low = await made(T0, 4, {});
    const younger = await made(T0 + 2, 3, {});
    const older = await made(T0 + 1, 3, {});
    const goesFirst = await made(T0 + 3, 3, { schedule, dueAtMs: T0 + 100 });
    const raised = await made(T0 + 4, 5, { priority: 1 });
    const lowered = await made(T0 - 1, 1, { priority: 5 });
    const order = [raised, goesFirst, older, younger, low, lowered];
    expect(await ids({ inboxId, order: 'urgent' })).toEqual(order);
    expect(await ids({ inboxId, order: 'urgent', statuses: ['in_review'] })).toEqual(order);

    // Between two pages some go, some come, and one gets another place: the others are there once, in their order.
    const first = await store().listDrafts({ inboxId, order: 'urgent', statuses: ['in_review'], limit: 2 });
    expect(first.items.map(({ draftId }) => draftId)).toEqual([raised, goesFirst]);
    await store().record(raised, [], projection({ sequence: 2, status: 'rejected' }));
    await store().record(low, [], projection({ sequence: 2, status: 'in_review', priority: 1 }));
    await made(T0 - 5, 3, { reviewDeadlineMs: T0 });
    const cursor = first.nextCursor ?? '';
    const second = await store().listDrafts({ inboxId, order: 'urgent', statuses: ['in_review'], limit: 10, cursor });
    expect(second.items.map(({ draftId }) => draftId)).toEqual([older, younger, lowered]);
  });

  it('finds words and their beginnings in subject and recipients', async () => {
    const inboxId = unique('inbox');
    const id = await newDraft({ inboxId });
    const { content } = revision(id);
    const to = ['Zoë Ångström <zoe.a-b_c+news@mail.Example.com>'];
    const subject = 'Straße: Q3 report (v2.1) 会議の案内 🎉';
    await store().saveRevision(revision(id, { content: { ...content, to, cc: [], bcc: ['hid@den.org'], subject } }));
    const found = async (text: string) => (await ids({ inboxId, text })).length;
    const hits = [
      'zoe',
      'ZOË',
      'ångs',
      'ÅNGSTRÖM',
      'news',
      'example',
      'exam com',
      'b_c',
      'zoe.a-b_c+news@mail.example.com',
    ];
    const more = [
      'report q3',
      'strasse'.slice(0, 4),
      'STRASSE'.slice(0, 4),
      'v2.1',
      '議',
      '会議',
      '🎉',
      'hid@den',
      ' ',
      '',
      'ｒｅｐｏｒｔ',
    ];
    for (const text of [...hits, ...more]) expect([text, await found(text)]).toEqual([text, 1]);
    for (const text of ['eport', 'report missing', "'", '!!!', "report' | 'x", ':*']) {
      expect([text, await found(text)]).toEqual([text, 0]);
    }
    expect(await store().countDrafts({ inboxId, text: 'report' })).toEqual({ composing: 1 });
    expect(await store().countDrafts({ inboxId, text: '!!!' })).toEqual({});
  });

  it('finds a draft by its newest revision only', async () => {
    const inboxId = unique('inbox');
    const id = await newDraft({ inboxId });
    const { content } = revision(id);
    await store().saveRevision(revision(id, { content: { ...content, subject: 'Before' } }));
    await store().saveRevision(revision(id, { revision: 2, content: { ...content, subject: 'After' } }));
    expect(await ids({ inboxId, text: 'before' })).toEqual([]);
    expect(await ids({ inboxId, text: 'after' })).toEqual([id]);
  });

  it('keeps its place while drafts are added', async () => {
    const inboxId = unique('inbox');
    const old: string[] = [];
    for (let i = 0; i < 9; i += 1) old.push(await newDraft({ inboxId, createdAtMs: T0 + i }));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store().listDrafts({ inboxId, limit: 2, cursor });
      seen.push(...page.items.map((item) => item.draftId));
      cursor = page.nextCursor ?? undefined;
      await newDraft({ inboxId, createdAtMs: T0 + 1_000 });
    } while (cursor);
    expect(seen).toEqual(old.reverse());
  });

  it('refuses a cursor of another order, a broken one, and limits out of range', async () => {
    const inboxId = unique('inbox');
    for (let i = 0; i < 3; i += 1) await newDraft({ inboxId });
    const { nextCursor } = await store().listDrafts({ inboxId, limit: 1 });
    expect(nextCursor).toMatch(/^[\w-]+$/);
    const bad = [
      { order: 'due' as const, cursor: nextCursor ?? '' },
      { order: 'urgent' as const, cursor: nextCursor ?? '' },
      { cursor: 'x' },
      { cursor: '' },
      { limit: 0 },
    ];
    const json = (value: unknown) => ({ cursor: Buffer.from(JSON.stringify(value)).toString('base64url') });
    const forged = [json(['newest', '1', 'x']), json(['newest', 1]), json(['newest', 1.5, 'x']), json(null), json({})];
    for (const query of [...bad, ...forged, { limit: 1_001 }, { limit: 1.5 }, { limit: Number.NaN }]) {
      await expect(store().listDrafts({ inboxId, limit: 1, ...query })).rejects.toThrow(StoreInvalid);
    }
  });
}
