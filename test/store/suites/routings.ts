import { expect, it } from 'vitest';
import type { RoutingAsk, Store } from '../../../src/store/types.ts';
import { type Bench, T0, unique } from '../fixtures.ts';

const NOBODY = { people: [], outcome: 'named', cause: { kind: 'route' } } as const;
const HOUR_MS = 3_600_000;

export function routingTests({ opened, store, newDraft }: Bench) {
  async function team(size: number) {
    const group = unique('group');
    const people: string[] = [];
    for (let n = 0; n < size; n += 1) {
      const userId = unique(`usr_${n}`);
      await store().createUser({
        userId,
        name: userId,
        email: `${userId}@acme.test`,
        roles: ['reviewer'],
        createdAtMs: 1,
      });
      people.push(userId);
    }
    await store().putGroup(group, people, 1);
    return { group, people };
  }
  const inTurn = (draftId: string, group: string, change: Partial<RoutingAsk> = {}): RoutingAsk => ({
    ...{ draftId, revision: 1, round: 0, group, inTurn: true, named: NOBODY, excluded: [], keys: [], nowMs: T0 },
    otherwise: 'nobody_there',
    ...change,
  });
  const next = async (group: string, change: Partial<RoutingAsk> = {}) =>
    (await store().route(inTurn(await newDraft(), group, change)))?.personId ?? '';
  const holder = async (draftId: string) => (await store().assignmentsOf([draftId], T0)).get(draftId)?.personId;

  it('gives drafts to the people of a group one after the other', async () => {
    const { group, people } = await team(3);
    const given = [];
    for (let n = 0; n < 7; n += 1) given.push(await next(group));
    const order = given.slice(0, 3);
    expect([...order].sort()).toEqual([...people].sort());
    expect(given).toEqual([...order, ...order, order[0]]);
  });

  it('passes over whose own work it is, who may not review, and who is away; their place is kept', async () => {
    const { group, people } = await team(3);
    const [first = '', second = '', third = ''] = [await next(group), await next(group), await next(group)];
    expect(await next(group, { excluded: [first] })).toBe(second);
    // Who was passed over waited longest.
    expect(await next(group)).toBe(first);
    const away = { fromMs: T0, untilMs: T0 + HOUR_MS, standInId: null, saidBy: third, atMs: T0 };
    await store().putAbsence({ personId: third, ...away });
    expect(await next(group)).toBe(second);
    expect(await next(group, { nowMs: T0 + HOUR_MS })).toBe(third);
    await store().changeUser(first, { disabled: true }, T0);
    await store().changeUser(second, { roles: ['operator'] }, T0);
    const draftId = await newDraft();
    const alone = await store().route(inTurn(draftId, group, { excluded: [third], nowMs: T0 + HOUR_MS }));
    expect(alone).toMatchObject({ personId: null, outcome: 'nobody_there', turn: null });
    expect(await holder(draftId)).toBeUndefined();
    expect(people).toHaveLength(3);
  });

  it('gives configured keys a turn that are in the group, and only those named', async () => {
    const { group, people } = await team(1);
    await store().putGroup(group, [...people, 'key_ana', 'key_elsewhere'], 1);
    const given = [];
    for (let n = 0; n < 4; n += 1) given.push(await next(group, { keys: ['key_ana'] }));
    expect(given.sort()).toEqual(['key_ana', 'key_ana', people[0], people[0]].sort());
  });

  it('is exact and fair when many ask at once, each twice, over several connections', async () => {
    const { group, people } = await team(4);
    const drafts = [];
    for (let n = 0; n < 40; n += 1) drafts.push(await newDraft());
    const { openAnother } = opened();
    const others: Store[] = openAnother ? [await openAnother(), await openAnother()] : [];
    const stores = [store(), ...others];
    const asks = drafts.flatMap((draftId) => [draftId, draftId]);
    const answers = await Promise.all(
      asks.map((draftId, n) => stores[n % stores.length]?.route(inTurn(draftId, group))),
    );
    for (const other of others) await other.close();
    for (let n = 0; n < answers.length; n += 2) expect(answers[n]).toEqual(answers[n + 1]);
    const once = answers.filter((_, n) => n % 2 === 0);
    const turns = once.map((routing) => routing?.turn ?? 0).sort((a, b) => a - b);
    expect(turns).toEqual(drafts.map((_, n) => n + 1));
    const byTurn = once.toSorted((a, b) => (a?.turn ?? 0) - (b?.turn ?? 0)).map((routing) => routing?.personId);
    // Each four turns are of all four people: nobody had two while another waited for one.
    for (let n = 0; n < byTurn.length; n += 4) expect([...byTurn.slice(n, n + 4)].sort()).toEqual([...people].sort());
    for (const routing of once) expect(await holder(routing?.draftId ?? '')).toBe(routing?.personId);
  });

  it('answers the same for the same revision, whatever was done with the draft since', async () => {
    const { group } = await team(3);
    const draftId = await newDraft();
    const given = await store().route(inTurn(draftId, group));
    await store().assign(
      { draftId, personId: 'usr_other', assignedBy: 'ana', atMs: T0 + 1, leaseUntilMs: null },
      { onlyIfFree: false },
    );
    expect(await store().route(inTurn(draftId, group))).toEqual(given);
    expect(await holder(draftId)).toBe('usr_other');
  });

  it('leaves a draft with whoever has it over its revisions, unless they wrote the new one', async () => {
    const { group, people } = await team(3);
    const draftId = await newDraft();
    const first = (await store().route(inTurn(draftId, group)))?.personId ?? '';
    const again = await store().route(inTurn(draftId, group, { revision: 2, nowMs: T0 + 1 }));
    expect(again).toMatchObject({ personId: first, outcome: 'kept', turn: null });
    const wrote = await store().route(inTurn(draftId, group, { revision: 3, excluded: [first], nowMs: T0 + 2 }));
    expect(wrote).toMatchObject({ outcome: 'turn', turn: 2 });
    expect(people).toContain(wrote?.personId);
    expect(wrote?.personId).not.toBe(first);
    await store().release(draftId);
    const back = await store().route(inTurn(draftId, group, { revision: 4, nowMs: T0 + 3 }));
    expect(back).toMatchObject({ personId: wrote?.personId, outcome: 'again', turn: null });
  });

  it('asks a group as a whole, a person named, and says why nobody has it', async () => {
    const { group, people } = await team(2);
    const [ana = '', ben = ''] = people;
    const whole = await newDraft();
    expect(await store().route(inTurn(whole, group, { inTurn: false, otherwise: 'group' }))).toMatchObject({
      ...{ groupName: group, personId: null, outcome: 'group' },
    });
    const named = { people: [ana], outcome: 'named', cause: { kind: 'route' } } as const;
    const ask = { group: null, inTurn: false, named, otherwise: 'not_able' } as const;
    const hers = await newDraft();
    expect(await store().route(inTurn(hers, group, ask))).toMatchObject({ personId: ana, outcome: 'named' });
    expect((await store().assignmentsOf([hers], T0)).get(hers)).toMatchObject({ cause: { kind: 'route' } });
    const own = await newDraft();
    expect(await store().route(inTurn(own, group, { ...ask, excluded: [ana] }))).toMatchObject({
      ...{ personId: null, outcome: 'not_able' },
    });
    expect((await store().routingsOf([whole, hers, own, ben])).size).toBe(3);
  });

  it('moves what somebody away has, with its row in the audit log, once', async () => {
    const { group, people } = await team(2);
    const draftId = await newDraft();
    const had = (await store().route(inTurn(draftId, group)))?.personId ?? '';
    const other = people.find((one) => one !== had);
    await store().putAbsence({
      personId: had,
      fromMs: T0,
      untilMs: T0 + HOUR_MS,
      standInId: null,
      saidBy: had,
      atMs: T0,
    });
    expect((await store().heldByAbsent(T0, 10)).map((one) => one.draftId)).toContain(draftId);
    expect(await store().heldByAbsent(T0 + HOUR_MS, 10)).toEqual([]);
    const move = inTurn(draftId, group, {
      round: 1,
      nowMs: T0 + 5,
      otherwise: 'away',
      from: { personId: had, digest: null },
    });
    const moved = await Promise.all([store().route(move), store().route(move)]);
    expect(moved[0]).toMatchObject({ personId: other, outcome: 'turn' });
    expect(moved[1]).toEqual(moved[0]);
    // Somebody looks later: it is no longer theirs, nothing happens.
    expect(await store().route({ ...move, round: 2 })).toBeNull();
    const told = (await store().listEvents(draftId)).map(({ type, data }) => [type, data]);
    expect(told).toEqual([['assigned', { person: other, group, code: 'turn' }]]);
    expect(await holder(draftId)).toBe(other);
    await store().putAbsence({
      personId: other ?? '',
      fromMs: T0,
      untilMs: T0 + HOUR_MS,
      standInId: null,
      saidBy: had,
      atMs: T0,
    });
    const gone = await store().route({ ...move, round: 2, from: { personId: other ?? '', digest: null } });
    expect(gone).toMatchObject({ personId: null, outcome: 'away' });
    expect(await holder(draftId)).toBeUndefined();
    expect((await store().listEvents(draftId)).at(-1)).toMatchObject({
      ...{ type: 'released', actorId: 'system', data: { person: other, code: 'away' } },
    });
  });

  it('keeps one absence a person', async () => {
    const personId = unique('usr');
    const absence = { personId, fromMs: T0 + 5, untilMs: T0 + 10, standInId: null, saidBy: 'ana', atMs: T0 };
    expect(await store().putAbsence(absence)).toBeNull();
    expect((await store().absentAt(T0)).has(personId)).toBe(false);
    expect(await store().putAbsence({ ...absence, fromMs: T0, standInId: 'ben' })).toEqual(absence);
    expect((await store().absentAt(T0)).get(personId)).toMatchObject({ standInId: 'ben' });
    expect((await store().listAbsences(T0)).map((one) => one.personId)).toContain(personId);
    expect((await store().listAbsences(T0 + 10)).map((one) => one.personId)).not.toContain(personId);
    expect(await store().removeAbsence(personId)).toMatchObject({ fromMs: T0 });
    expect(await store().removeAbsence(personId)).toBeNull();
  });
}
