import type { PGlite } from '@electric-sql/pglite';

const CHECK_EVERY_MS = 60_000;

/** The thresholds of PostgreSQL's autovacuum, of which the embedded one has none. */
const DUE = `
select s.relname::text,
       s.n_dead_tup + s.n_ins_since_vacuum > 1000 + 0.2 * greatest(c.reltuples, 0) as vacuum,
       s.n_mod_since_analyze > 250 + 0.1 * greatest(c.reltuples, 0) as analyze
from pg_stat_user_tables s join pg_class c on c.oid = s.relid
where s.schemaname = 'public'`;

/** A smaller sample than usual: everything waits while it is taken, and lists need only rough numbers. */
const STATISTICS = 'set default_statistics_target = 20';

/**
 * Keeps the planner's statistics and the tables in shape, now and then, as autovacuum does on a server. Without it a
 * search for a rare word walks through all drafts. Returns a function that stops it and waits for work under way.
 */
export function startUpkeep(client: PGlite): () => Promise<void> {
  let stopped = false;
  let running = Promise.resolve();
  const check = () => {
    running = running.then(() => tidy(client, () => stopped)).catch(() => {});
  };
  check();
  const timer = setInterval(check, CHECK_EVERY_MS).unref();
  return async () => {
    stopped = true;
    clearInterval(timer);
    await running;
  };
}

async function tidy(client: PGlite, isStopped: () => boolean) {
  const { rows } = await client.query<{ relname: string; vacuum: boolean; analyze: boolean }>(DUE);
  const due = rows.filter((row) => row.vacuum || row.analyze);
  if (due.length > 0) await client.query(STATISTICS);
  for (const { relname, vacuum, analyze } of due) {
    if (isStopped()) return;
    const table = `public."${relname.replaceAll('"', '""')}"`;
    if (vacuum) await client.query(`vacuum ${table}`);
    if (analyze) await client.query(`analyze ${table}`);
  }
}
