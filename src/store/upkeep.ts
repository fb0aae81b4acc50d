import type { PGlite } from '@electric-sql/pglite';

const CHECK_EVERY_MS = 60_000;

/**
 * The thresholds of PostgreSQL's autovacuum, of which the embedded one has none. Its counters do not outlive a restart,
 * so a table that has grown since it was last looked at is due as well.
 */
const DUE = `
select relname, vacuum or grown as vacuum, "analyze" or grown as "analyze" from (
  select s.relname::text as relname,
         s.n_dead_tup + s.n_ins_since_vacuum > 1000 + 0.2 * greatest(c.reltuples, 0) as vacuum,
         s.n_mod_since_analyze > 250 + 0.1 * greatest(c.reltuples, 0) as "analyze",
         pg_relation_size(c.oid) / current_setting('block_size')::integer > 16 + 1.2 * c.relpages as grown
  from pg_stat_user_tables s join pg_class c on c.oid = s.relid
  where s.schemaname = 'public') as tables
where vacuum or "analyze" or grown`;

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
  const { rows: due } = await client.query<{ relname: string; vacuum: boolean; analyze: boolean }>(DUE);
  for (const { relname, vacuum, analyze } of due) {
    if (isStopped()) return;
    const table = `public."${relname.replaceAll('"', '""')}"`;
    if (vacuum) await client.query(`vacuum ${table}`);
    if (analyze) await client.query(`analyze ${table}`);
  }
}
