import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { openPGlite } from '../src/store/embedded.ts';
import { type DraftListQuery, openStore, type Store } from '../src/store/index.ts';
import { migratePGlite, migratePostgres } from '../src/store/migrate.ts';

/**
 * Fills a database with drafts and prints how long lists, searches and counts take.
 *   tsx bench/store-list.ts [--rows 100000] [--database-url postgres://…]    (an empty database; else PGlite)
 */
const { values } = parseArgs({
  options: { rows: { type: 'string', default: '100000' }, 'database-url': { type: 'string' } },
});
const T0 = Date.UTC(2026, 0, 1);

/** Mostly sent, few open, as after a year of work; skewed inboxes, recipes and creators; a common and rare words. */
const FILL = `
with n as (select i, mod(i * 7919, 1000) as r from generate_series(1, $1::integer) as i),
     d as (select i, r,
       case when r < 940 then 'sent' when r < 970 then 'rejected' when r < 990 then 'in_review'
            when r < 997 then 'scheduled' when r < 999 then 'composing' else 'needs_attention' end as status,
       array['invoice', i::text, 'customer' || mod(i, 5000), 'acme', case when mod(i, 2) = 0 then 'com' else 'org' end] as words
       from n)
insert into drafts (draft_id, request_digest, inbox_id, creator_id, creator, source, recipe, schedule, hold_ms,
  review_timeout_ms, created_at_ms, projection, told_at_ms, sequence, status, due_order_ms, subject, recipients,
  search, updated_at_ms)
select 'draft-' || i || '-' || md5(i::text), repeat('a', 64), 'inbox' || mod(i, case when mod(i, 3) = 0 then 200 else 5 end),
  'key-' || mod(i, 20), '{"id":"key","kind":"agent","roles":["agent"]}', 'recipe',
  case when mod(i, 4) > 0 then 'recipe-' || mod(i, 30) end, '{"kind":"now"}', 0, 0, ${T0} + i * 60000::bigint,
  jsonb_build_object('status', status, 'toldAtMs', ${T0}, 'sequence', 9, 'revision', 1, 'digest', repeat('d', 64)),
  ${T0}, 9, status, ${T0} + i * 60000::bigint + r * 3600000::bigint, 'Invoice ' || i || ' for Acme',
  array['customer' || mod(i, 5000) || '@acme.com'], array_to_tsvector(words), ${T0} + i * 60000::bigint
from d`;

const rows = Number(values.rows);
const mid = T0 + rows * 30_000;
const QUERIES: Record<string, Partial<DraftListQuery>> = {
  newest: {},
  oldest: { order: 'oldest' },
  'by due time': { order: 'due' },
  'common status': { statuses: ['sent'] },
  'rare status': { statuses: ['needs_attention'] },
  'open statuses': { statuses: ['composing', 'in_review', 'scheduled', 'needs_attention'] },
  'in review by due time': { statuses: ['in_review'], order: 'due' },
  'in review, most urgent first': { statuses: ['in_review'], order: 'urgent' },
  'in review, that I may approve': { needs: { personId: 'ana', groups: ['finance'] }, order: 'urgent' },
  overdue: { overdue: { is: true, nowMs: mid } },
  escalated: { escalated: true },
  'big inbox': { inboxId: 'inbox1' },
  'small inbox': { inboxId: 'inbox111' },
  'small inbox by due time': { inboxId: 'inbox111', order: 'due' },
  'inbox in review': { inboxId: 'inbox1', statuses: ['in_review'] },
  recipe: { recipe: 'recipe-7' },
  creator: { creatorId: 'key-3' },
  'due within a day': { dueAfterMs: mid, dueBeforeMs: mid + 86_400_000, order: 'due' },
  'due within a day, newest': { dueAfterMs: mid, dueBeforeMs: mid + 86_400_000 },
  'rare word': { text: 'customer4321' },
  'word prefix': { text: 'customer43' },
  'common word': { text: 'acme' },
  'common and rare word': { text: 'acme customer77' },
  'one letter': { text: 'i' },
  'no hit': { text: 'nobody' },
  'word and status': { text: 'acme', statuses: ['in_review'] },
};

const store = await openFilled();
try {
  for (const [name, query] of Object.entries(QUERIES)) {
    const first = await store.listDrafts({ limit: 50, ...query });
    await report(`list ${name} (${first.items.length})`, () => store.listDrafts({ limit: 50, ...query }));
  }
  await report('page 200 of newest', await deepPage(store));
  await report('count all', () => store.countDrafts({}));
  await report('count big inbox', () => store.countDrafts({ inboxId: 'inbox1' }));
  await report('count creator', () => store.countDrafts({ creatorId: 'key-3' }));
  await report('count word prefix', () => store.countDrafts({ text: 'customer43' }));
  await report('count common word', () => store.countDrafts({ text: 'acme' }));
} finally {
  await store.close();
}

async function openFilled(): Promise<Store> {
  const databaseUrl = values['database-url'];
  if (databaseUrl) {
    await migratePostgres(databaseUrl);
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query(FILL, [rows]);
    await client.query('vacuum analyze drafts');
    await client.end();
    return openStore({ databaseUrl });
  }
  const dir = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
  const dataDir = join(dir, 'db');
  const client = await openPGlite(dataDir, undefined, migratePGlite);
  await client.query(FILL, [rows]);
  await client.close();
  const opened = await openStore({ dataDir });
  return { ...opened, close: () => opened.close().then(() => rm(dir, { recursive: true })) };
}

async function deepPage(from: Store): Promise<() => Promise<unknown>> {
  let cursor: string | undefined;
  for (let page = 0; page < 199; page += 1) {
    cursor = (await from.listDrafts({ limit: 50, cursor })).nextCursor ?? undefined;
  }
  return () => from.listDrafts({ limit: 50, cursor });
}

async function report(name: string, run: () => Promise<unknown>) {
  const times: number[] = [];
  for (let i = 0; i < 15; i += 1) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  const [median = 0, worst = 0] = [times.sort((a, b) => a - b)[7], times.at(-1)];
  console.log(`${name.padEnd(40)} ${median.toFixed(1).padStart(8)} ms   worst ${worst.toFixed(1).padStart(8)} ms`);
}
