import { Client } from 'pg';
import { expect, it, vi } from 'vitest';
import { StoreInvalid, StoreMissing } from '../../../src/store/index.ts';
import type { Bench } from '../fixtures.ts';
import { entry, projection, T0 } from '../fixtures.ts';

export function eventTests({ opened, store, newDraft }: Bench) {
  it('appends entries as they are and ignores doubles', async () => {
    const id = await newDraft();
    const first = entry({ data: { step: 'fetch', dueAtMs: null, schedule: { kind: 'held' } } });
    const second = entry({ sequence: 2, type: 'approved', commandId: 'c-1', revision: 1, digest: 'abc', atMs: T0 + 5 });
    await store().record(id, [first], null);
    await store().record(id, [first, second], projection({ sequence: 2 }));
    await store().record(id, [{ ...second, type: 'rejected' }], null);
    const rows = await store().listEvents(id);
    expect(rows).toEqual([
      { ...first, id: rows[0]?.id, draftId: id },
      { ...second, id: rows[1]?.id, draftId: id },
    ]);
    await store().record(id, [entry({ origin: 'send:key', sequence: 1 })], null);
    expect(await store().listEvents(id)).toHaveLength(3);
  });

  it('stores each of many equal writes at once one time', async () => {
    const id = await newDraft();
    const entries = [1, 2, 3].map((sequence) => entry({ sequence }));
    await Promise.all(Array.from({ length: 8 }, () => store().record(id, entries, projection({ sequence: 3 }))));
    expect((await store().listEvents(id)).map((row) => row.sequence)).toEqual([1, 2, 3]);
  });

  it('takes a later, different telling of a place in a run for what happened, and tells it anew', async () => {
    const id = await newDraft();
    const place = { sequence: 1, origin: 'run-7' };
    await store().record(id, [entry({ ...place, type: 'approved', commandId: 'c-1', atMs: T0 })], null);
    const told = (await store().listEvents(id))[0]?.id ?? '';
    await store().record(id, [entry({ ...place, type: 'approved', commandId: 'c-1', atMs: T0 + 1 })], null);
    expect(await store().listEvents(id)).toMatchObject([{ id: told, atMs: T0 }]);
    const other = entry({ ...place, type: 'rejected', commandId: 'c-2', atMs: T0 + 2, data: { code: 'x' } });
    await store().record(id, [other], null);
    const [row] = await store().listEvents(id);
    expect(row).toEqual({ ...other, id: row?.id, draftId: id });
    expect(await store().eventsAfter(told, 10, id)).toEqual([row]);
    await store().record(id, [entry({ ...place, type: 'approved', commandId: 'c-1', atMs: T0 + 1 })], null);
    expect(await store().listEvents(id)).toEqual([row]);
  });

  it('never replaces what was recorded around a send', async () => {
    const id = await newDraft();
    const attempted = entry({ origin: 'send:key.r1', type: 'send_attempted', atMs: T0 });
    await store().record(id, [attempted], null);
    await store().record(id, [{ ...attempted, type: 'send_answered', atMs: T0 + 9 }], null);
    expect(await store().listEvents(id)).toMatchObject([{ type: 'send_attempted', atMs: T0 }]);
  });

  it('moves the projection forward only', async () => {
    const id = await newDraft();
    const status = async () => (await store().getDraft(id))?.projection?.status;
    await store().record(id, [], projection({ sequence: 5, status: 'in_review' }));
    expect(await status()).toBe('in_review');
    await store().record(id, [entry({ sequence: 4 })], projection({ sequence: 4, status: 'composing' }));
    expect(await status()).toBe('in_review');
    expect(await store().listEvents(id)).toHaveLength(1);
    await store().record(id, [], projection({ sequence: 5, status: 'scheduled' }));
    expect(await status()).toBe('scheduled');
    await store().record(id, [], projection({ toldAtMs: T0 + 1, sequence: 1, status: 'sending' }));
    expect(await status()).toBe('sending');
    await store().record(id, [], projection({ toldAtMs: T0, sequence: 99, status: 'composing' }));
    expect(await status()).toBe('sending');
  });

  it('keeps the newest of many projections written at once in any order', async () => {
    const id = await newDraft();
    const sequences = [3, 9, 1, 7, 5, 10, 2, 8, 4, 6];
    await Promise.all(
      sequences.map((sequence) =>
        store().record(id, [entry({ sequence })], projection({ sequence, revision: sequence })),
      ),
    );
    expect((await store().getDraft(id))?.projection).toEqual(projection({ sequence: 10, revision: 10 }));
    expect(await store().listEvents(id)).toHaveLength(10);
  });

  it('says when the newest entry of a projection happened', async () => {
    const id = await newDraft();
    await store().record(id, [entry({ atMs: T0 + 40 }), entry({ sequence: 2, atMs: T0 + 20 })], projection());
    expect((await store().getDraft(id))?.updatedAtMs).toBe(T0 + 40);
  });

  it('refuses to record for a draft nobody asked for', async () => {
    await expect(store().record('draft-unknown', [entry()], null)).rejects.toThrow(StoreMissing);
    await expect(store().record('draft-unknown', [], projection())).rejects.toThrow(StoreMissing);
  });

  it('reads on from any event, over all drafts or one', async () => {
    const start = await store().latestEventId();
    const [a, b] = [await newDraft(), await newDraft()];
    for (let sequence = 1; sequence <= 6; sequence += 1) {
      await store().record(sequence % 2 ? a : b, [entry({ sequence })], null);
    }
    const all = await store().eventsAfter(start, 100);
    expect(all.map((row) => row.sequence)).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...all].sort((x, y) => (x.id < y.id ? -1 : 1))).toEqual(all);
    expect(await store().eventsAfter(all[1]?.id ?? '', 2)).toEqual(all.slice(2, 4));
    expect((await store().eventsAfter(start, 100, b)).map((row) => row.sequence)).toEqual([2, 4, 6]);
    expect(await store().latestEventId()).toBe(all.at(-1)?.id);
    expect(await store().eventsAfter(all.at(-1)?.id ?? '', 10)).toEqual([]);
    expect((await store().eventsAfter(null, 1)).length).toBe(1);
    expect(await store().listEvents(a)).toEqual(all.filter((row) => row.draftId === a));
  });

  it.each([
    '',
    '1',
    'x',
    '0000-000000000001-00000000000',
    "0'; drop table events --",
    '0000-00000000000G-000000000001',
  ])('refuses %j as an event id', async (id) => {
    await expect(store().eventsAfter(id, 10)).rejects.toThrow(StoreInvalid);
  });

  it('never passes over an event that commits late', async ({ skip }) => {
    const { databaseUrl } = opened();
    if (!databaseUrl) return skip('the embedded engine has one connection: nothing commits late');
    const id = await newDraft();
    const start = await store().latestEventId();
    const slow = new Client({ connectionString: databaseUrl });
    await slow.connect();
    try {
      await slow.query('begin');
      await slow.query(
        `insert into events (epoch, draft_id, origin, sequence, type, at_ms, revision, data)
         values (0, $1, 'slow', 1, 'created', 0, 0, '{}')`,
        [id],
      );
      await store().record(id, [entry({ origin: 'fast' })], null);
      const before = await store().eventsAfter(start, 10, id);
      expect(before).toEqual([]);
      expect(await store().latestEventId()).toBe(start);
      await slow.query('commit');
      const after = await store().eventsAfter(start, 10, id);
      expect(after.map((row) => row.origin)).toEqual(['slow', 'fast']);
    } finally {
      await slow.end();
    }
  });

  it('tells every event to a reader that follows while many write', async () => {
    const start = await store().latestEventId();
    const ids = await Promise.all(Array.from({ length: 5 }, () => newDraft()));
    const seen: string[] = [];
    let writing = true;
    const reading = (async () => {
      let at = start;
      for (let last = false; ; last = !writing) {
        const rows = await store().eventsAfter(at, 7);
        seen.push(...rows.map((row) => `${row.draftId} ${row.sequence}`));
        at = rows.at(-1)?.id ?? at;
        if (last && rows.length === 0) return;
      }
    })();
    const write = async (id: string) => {
      for (let sequence = 1; sequence <= 40; sequence += 1) await store().record(id, [entry({ sequence })], null);
    };
    await Promise.all(ids.map(write));
    writing = false;
    await reading;
    const expected = ids.flatMap((id) => Array.from({ length: 40 }, (_, i) => `${id} ${i + 1}`));
    expect(seen.sort()).toEqual(expected.sort());
  });

  it('calls back when events were appended, until told to stop', async () => {
    const id = await newDraft();
    const listener = vi.fn();
    const another = vi.fn();
    const stop = await store().onEvents(listener);
    const stopAnother = await store().onEvents(another);
    for (let sequence = 1; sequence <= 20; sequence += 1) await store().record(id, [entry({ sequence })], null);
    await vi.waitFor(() => expect(listener).toHaveBeenCalled());
    await vi.waitFor(() => expect(another).toHaveBeenCalled());
    expect(listener.mock.calls.length).toBeLessThan(20);
    await stop();
    await stop();
    const calls = listener.mock.calls.length;
    another.mockClear();
    await store().record(id, [entry({ sequence: 21 })], null);
    await vi.waitFor(() => expect(another).toHaveBeenCalled());
    expect(listener.mock.calls.length).toBe(calls);
    await stopAnother();
  });

  it('hears what another process appends', async ({ skip }) => {
    const { openAnother } = opened();
    if (!openAnother) return skip('one process has the embedded engine open');
    const other = await openAnother({ migrate: false });
    const id = await newDraft();
    const listener = vi.fn();
    const stop = await store().onEvents(listener);
    await other.record(id, [entry()], null);
    await vi.waitFor(() => expect(listener).toHaveBeenCalled());
    await stop();
    await other.close();
  });
}
