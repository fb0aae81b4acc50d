import { join } from 'node:path';
import { openPGlite } from '../../src/store/embedded.ts';
import { migratePGlite } from '../../src/store/migrate.ts';

/** A minute between two of them, so the newest is as old as one that has just arrived. */
const APART_MS = 60_000;

/** Waiting drafts as the projection of a workflow would have left them; nothing answers for them but the store. */
const DRAFTS = `
with n as (select i, ($2::bigint - i * ${APART_MS}::bigint) as at_ms from generate_series(1, $1::integer) as i)
insert into drafts (draft_id, request_digest, inbox_id, creator_id, creator, source, schedule, hold_ms, review_timeout_ms,
  created_at_ms, first_run_id, projection, told_at_ms, sequence, status, due_order_ms, shown_revision, subject, recipients,
  warning_count, search, updated_at_ms)
select 'seeded-' || lpad(i::text, 6, '0'), repeat('a', 64), case when mod(i, 3) = 0 then 'billing' else 'support' end || '@agentmail.to',
  'support-agent', '{"id":"support-agent","kind":"agent","roles":["agent"]}', 'content', '{"kind":"now"}', 0, 0,
  at_ms, 'run-' || i,
  jsonb_build_object('toldAtMs', at_ms, 'sequence', 9, 'status', 'in_review', 'revision', 1, 'digest', repeat('d', 64),
    'blocked', false, 'schedule', jsonb_build_object('kind', 'now'), 'dueAtMs', null, 'holdUntilMs', null,
    'reviewDeadlineMs', null, 'reason', null, 'approvedBy', null, 'messageId', null, 'threadId', null,
    'inboxMode', 'review_all'),
  at_ms, 9, 'in_review', at_ms, 1, 'Invoice ' || i || ' for Acme', array['Customer ' || mod(i, 500) || ' <customer' || mod(i, 500) || '@acme.example>'],
  mod(i, 2), array_to_tsvector(array['invoice', i::text, 'for', 'acme', 'customer', 'customer' || mod(i, 500), 'example']), at_ms
from n`;

const REVISIONS = `
insert into revisions (draft_id, revision, digest, content, snapshot, warnings, author_id, origin, created_at_ms)
select draft_id, 1, repeat('d', 64),
  json_build_object('to', recipients, 'cc', '{}'::text[], 'bcc', '{}'::text[], 'replyTo', '{}'::text[], 'subject', subject,
    'text', repeat(subject || ' is still open. Please have a look at it and tell us when it will be paid.' || chr(10) || chr(10), 12),
    'html', '', 'attachments', '[]'::json, 'reply', null),
  null, '[]'::json, 'support-agent', 'composed', created_at_ms
from drafts`;

/** Fills the empty database of an embedded system that is not running yet. */
export async function seedWaiting(dataDir: string, count: number): Promise<void> {
  const client = await openPGlite(join(dataDir, 'postgres'), undefined, migratePGlite);
  try {
    await client.query(DRAFTS, [count, Date.now()]);
    await client.query(REVISIONS);
    await client.query('analyze');
  } finally {
    await client.close();
  }
}
