import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DRAFT_ORDERS } from '../../src/domain/state.ts';
import { decodeCursor, encodeCursor } from '../../src/store/cursor.ts';
import { decodeEventId, encodeEventId } from '../../src/store/event-id.ts';
import { type DraftListQuery, StoreInvalid } from '../../src/store/index.ts';
import { prefixQuery, searchWords } from '../../src/store/search-text.ts';
import { ENGINES, type TestStore } from './engines.ts';
import { creation, projection, T0, unique } from './fixtures.ts';

const STATUSES = ['composing', 'in_review', 'sent'] as const;
/** Few instants, so that many drafts share one and the id has to decide. */
const instant = fc.integer({ min: 0, max: 3 }).map((i) => T0 + i);
const draft = fc.record({
  createdAtMs: instant,
  dueAtMs: fc.option(instant),
  reviewDeadlineMs: fc.option(instant),
  priority: fc.integer({ min: 1, max: 3 }),
  status: fc.constantFrom(...STATUSES),
});

describe.each(ENGINES)('paging on $engine', ({ open }) => {
  let opened: TestStore;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.close());

  it('enumerates each draft that was there exactly once, in order, whatever is added on the way', async () => {
    const { store } = opened;
    await fc.assert(
      fc.asyncProperty(
        fc.array(draft, { minLength: 1, maxLength: 12 }),
        fc.array(draft, { maxLength: 6 }),
        fc.constantFrom(...DRAFT_ORDERS),
        fc.integer({ min: 1, max: 5 }),
        fc.option(fc.subarray([...STATUSES], { minLength: 1 }), { nil: undefined }),
        async (before, during, order, limit, statuses) => {
          const inboxId = unique('paged');
          const add = async (made: (typeof before)[number]) => {
            const { createdAtMs, dueAtMs, reviewDeadlineMs, priority, status } = made;
            const { draftId } = (await store.createDraft(creation({ inboxId, createdAtMs, priority }))).stored;
            await store.record(draftId, [], projection({ dueAtMs, reviewDeadlineMs, status }));
            return { draftId, ...made };
          };
          const rows = [];
          for (const made of before) rows.push(await add(made));
          const wanted = rows.filter((row) => statuses?.includes(row.status) ?? true).map((row) => row.draftId);
          const adding = [...during];
          const seen: string[] = [];
          const query: DraftListQuery = { inboxId, order, limit, statuses };
          for (let cursor: string | undefined; ; ) {
            const page = await store.listDrafts({ ...query, cursor });
            expect(page.items.length).toBeLessThanOrEqual(limit);
            seen.push(...page.items.map((item) => item.draftId));
            if (page.nextCursor === null) break;
            expect(page.items).toHaveLength(limit);
            cursor = page.nextCursor;
            const next = adding.shift();
            if (next) await add(next);
          }
          expect(new Set(seen).size).toBe(seen.length);
          const once = seen.filter((id) => wanted.includes(id));
          expect([...once].sort()).toEqual([...wanted].sort());
          const all = (await store.listDrafts({ ...query, limit: 100 })).items.map((item) => item.draftId);
          expect(seen).toEqual(all.filter((id) => seen.includes(id)));
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('cursors', () => {
  it('come back as they went, for any id', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.string({ unit: 'grapheme' }), (key, id) => {
        expect(decodeCursor('newest', encodeCursor('newest', [key, id]), 'number', 'string')).toEqual([key, id]);
      }),
    );
  });

  it('refuse every other text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => decodeCursor('newest', text, 'number', 'string')).toThrow(StoreInvalid);
      }),
    );
  });
});

describe('event ids', () => {
  const part = fc.bigInt({ min: 0n, max: 2n ** 48n - 1n }).map(String);
  const place = fc.record({ epoch: fc.integer({ min: 0, max: 65_535 }), xid: part, id: part });

  it('come back as they went and sort as the log does', () => {
    const order = (a: bigint | number, b: bigint | number) => (a < b ? -1 : a > b ? 1 : 0);
    fc.assert(
      fc.property(place, place, (a, b) => {
        expect(decodeEventId(encodeEventId(a))).toEqual(a);
        const byPlace =
          order(a.epoch, b.epoch) || order(BigInt(a.xid), BigInt(b.xid)) || order(BigInt(a.id), BigInt(b.id));
        const [x, y] = [encodeEventId(a), encodeEventId(b)];
        expect(x < y ? -1 : x > y ? 1 : 0).toBe(byPlace);
        expect('0' < x).toBe(true);
      }),
    );
  });
});

describe('search words', () => {
  it('are always a text PostgreSQL takes, and each beginning of each word asks for it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const word of searchWords(text))
          expect(word).toMatch(/^[\p{L}\p{N}\p{M}\p{Extended_Pictographic}]{1,64}$/u);
        expect(prefixQuery(text) ?? "''").not.toMatch(/[\0\\\p{Surrogate}]/u);
      }),
    );
  });

  it('split addresses and scripts without spaces, and fold case and width', () => {
    expect(searchWords('Ann.Lee+EU@Mail-1.example.com')).toEqual(['ann', 'lee', 'eu', 'mail', '1', 'example', 'com']);
    expect(searchWords('会議 ＡＢＣ')).toEqual(['会', '議', 'abc']);
    expect(searchWords('x'.repeat(100))).toEqual(['x'.repeat(64)]);
    expect(prefixQuery("it's")).toBe("'it':* & 's':*");
    expect(prefixQuery(' -- ')).toBeNull();
  });
});
