import { readFileSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { expect, it } from 'vitest';

const FOLDER = new URL('../../src/store/migrations/', import.meta.url);
const journal: { entries: { tag: string }[] } = JSON.parse(readFileSync(new URL('meta/_journal.json', FOLDER), 'utf8'));

it('carries paused inboxes and sent drafts over', async () => {
  const client = await PGlite.create();
  const apply = async (tags: string[]) => {
    for (const tag of tags) await client.exec(readFileSync(new URL(`${tag}.sql`, FOLDER), 'utf8'));
  };
  const tags = journal.entries.map(({ tag }) => tag);
  const at = tags.indexOf('0005_limits');
  await apply(tags.slice(0, at));
  const settings = {
    'a@x.test': { paused: true, pausedReason: 'audit', mode: 'autonomous' },
    'b@x.test': { paused: false },
  };
  for (const [inbox, value] of Object.entries(settings)) {
    await client.query('insert into inboxes (inbox_id, settings) values ($1, $2)', [inbox, JSON.stringify(value)]);
  }
  for (const status of ['sent', 'in_review']) {
    await client.query(
      `insert into drafts (draft_id, request_digest, inbox_id, creator_id, creator, source, schedule, hold_ms,
         review_timeout_ms, created_at_ms, updated_at_ms, status, projection, told_at_ms, recipients)
       values ($1, '', 'a@x.test', 'k', '{}', 'content', '{}', 0, 0, 0, 9, $1, '{"messageId": "<m>"}', 7, '{a@b.c,d@e.f}')`,
      [status],
    );
  }
  await apply(tags.slice(at));
  const rows = async (text: string) => (await client.query(text)).rows;
  expect(await rows('select kind, id, reason, "by" from pauses')).toEqual([
    { kind: 'inbox', id: 'a@x.test', reason: 'audit', by: 'system' },
  ]);
  expect(await rows('select settings from inboxes order by inbox_id')).toEqual([
    { settings: { mode: 'autonomous' } },
    { settings: {} },
  ]);
  expect(await rows('select * from sends')).toEqual([
    { draft_id: 'sent', inbox_id: 'a@x.test', message_id: '<m>', recipients: 2, sent_at_ms: 7 },
  ]);
  await client.close();
});
