import { OPEN_STATUSES } from '../domain/state.ts';
import type { Database } from './database.ts';
import type { AlertStore, WatchStore } from './types-watch.ts';
import type { Looks } from './watch.ts';

type Discovery = Omit<WatchStore, keyof Looks | keyof AlertStore>;

const KNOWN = `
select wanted.id, min(d.draft_id) filter (where d.status = any ($2::text[]))
from unnest($1::text[]) as wanted(id)
join drafts d on d.provider_draft_id = wanted.id or d.adopt_draft_id = wanted.id
group by wanted.id`;

const UNSETTLED = `
select draft_id, first_run_id from drafts
where inbox_id = $1 and first_run_id is not null
  and (status = any ($2::text[]) or provider_draft_id is null)`;

const UNSEEN = `
select d.draft_id, d.inbox_id, d.provider_draft_id
from drafts d left join draft_sightings s on s.draft_id = d.draft_id
where d.status = any ($2::text[]) and d.provider_draft_id is not null
  and greatest(d.updated_at_ms, d.told_at_ms) < $1 and coalesce(s.seen_at_ms, 0) < $1
order by d.draft_id limit $3`;

const KEEP_FOREIGN = `
insert into foreign_drafts (provider_draft_id, inbox_id, send_at, first_seen_at_ms, last_seen_at_ms)
select f."providerDraftId", f."inboxId", f."sendAt", $2, $2
from json_to_recordset($1::json) as f("providerDraftId" text, "inboxId" text, "sendAt" text)
on conflict (provider_draft_id) do update
  set last_seen_at_ms = excluded.last_seen_at_ms, send_at = excluded.send_at, inbox_id = excluded.inbox_id`;

export function createDiscoveryStore({ engine }: Database): Discovery {
  const open = [...OPEN_STATUSES];
  return {
    async knownCounterparts(providerDraftIds) {
      const rows = await engine.rows(KNOWN, [providerDraftIds, open], 'known_counterparts');
      return rows.map(([id, draftId]) => ({
        providerDraftId: String(id),
        openDraftId: draftId === null ? null : String(draftId),
      }));
    },
    async unsettledCreations(inboxId) {
      const rows = await engine.rows(UNSETTLED, [inboxId, open]);
      return rows.map(([draftId, firstRunId]) => ({ draftId: String(draftId), firstRunId: String(firstRunId) }));
    },
    async keepSightings(draftIds, atMs) {
      const text = `insert into draft_sightings (draft_id, seen_at_ms) select id, $2 from unnest($1::text[]) as ids(id)
        on conflict (draft_id) do update set seen_at_ms = excluded.seen_at_ms`;
      await engine.rows(text, [draftIds, atMs], 'keep_sightings');
    },
    async unseenDrafts(passMs, limit) {
      const rows = await engine.rows(UNSEEN, [passMs, open, limit]);
      return rows.map(([draftId, inboxId, id]) => ({
        draftId: String(draftId),
        inboxId: String(inboxId),
        providerDraftId: String(id),
      }));
    },
    async forgetSightings() {
      const text = `delete from draft_sightings s
        where not exists (select from drafts d where d.draft_id = s.draft_id and d.status = any ($1::text[]))`;
      await engine.rows(text, [open]);
    },

    async keepForeignDrafts(foreign, atMs) {
      await engine.rows(KEEP_FOREIGN, [JSON.stringify(foreign), atMs], 'keep_foreign');
    },
    async forgetForeignDrafts(beforeMs, ids) {
      const text = 'delete from foreign_drafts where last_seen_at_ms < $1 or provider_draft_id = any ($2::text[])';
      await engine.rows(text, [beforeMs, ids], 'forget_foreign');
    },
    async countForeignDrafts() {
      const rows = await engine.rows(
        'select inbox_id, count(*), count(send_at) from foreign_drafts group by inbox_id order by inbox_id',
        [],
      );
      return rows.map(([inboxId, all, scheduled]) => ({
        inboxId: String(inboxId),
        drafts: Number(all),
        scheduled: Number(scheduled),
      }));
    },
  };
}
