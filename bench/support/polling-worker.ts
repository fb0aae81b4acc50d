import { setTimeout as sleep } from 'node:timers/promises';
import { AgentMailClient } from 'agentmail';
import { Command } from 'commander';
import { Pool } from 'pg';
import { z } from 'zod';

/**
 * The usual alternative to an engine, done well: one table, asked once a second for what is approved and due, rows locked
 * with SKIP LOCKED so that several such workers may run, sends ten at a time through the same SDK with an idempotency key.
 */
const options = new Command('polling-worker')
  .requiredOption('--database <url>')
  .requiredOption('--mail <url>')
  .parse()
  .opts<{ database: string; mail: string }>();

const POLL_MS = 1_000;
const BATCH = 100;
const AT_ONCE = 10;

const rowSchema = z.object({ draft_id: z.string(), inbox_id: z.string() });
type Row = z.infer<typeof rowSchema>;

const pool = new Pool({ connectionString: options.database });
const mail = new AgentMailClient({ apiKey: 'am_poll', baseUrl: options.mail, maxRetries: 2 });

for (;;) {
  // What is due is worked off at a stretch; only an empty table is waited for.
  if ((await round()) < BATCH) await sleep(POLL_MS);
}

async function round(): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const due = await client.query(
      `select draft_id, inbox_id from polled_drafts
       where approved and send_at <= now() and message_id is null
       order by send_at, draft_id limit $1 for update skip locked`,
      [BATCH],
    );
    const rows = z.array(rowSchema).parse(due.rows);
    const queue = [...rows];
    const sent: [string, string][] = [];
    const work = async () => {
      for (let row = queue.shift(); row; row = queue.shift()) sent.push([row.draft_id, await send(row)]);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    for (const [draftId, messageId] of sent) {
      await client.query('update polled_drafts set message_id = $2 where draft_id = $1', [draftId, messageId]);
    }
    await client.query('commit');
    return rows.length;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    console.error(error);
    return 0;
  } finally {
    client.release();
  }
}

async function send({ draft_id, inbox_id }: Row): Promise<string> {
  const { messageId } = await mail.inboxes.drafts.send(inbox_id, draft_id, {}, { idempotencyKey: `poll-${draft_id}` });
  return messageId;
}
