import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { Core } from '../core.ts';
import { notFound } from '../errors.ts';
import { parseWith, readJson } from '../http/body.ts';
import { type ApiEnv, requirePermission } from '../http/context.ts';
import { addressOf } from '../mime/addresses.ts';
import { paginate, parsePageRequest } from '../paging.ts';
import { type ListEntryRecord, listDirection, listType } from '../state/records.ts';
import { listKey } from './decide.ts';

type InboxOf = (c: Context<ApiEnv>) => string | undefined;

const entryBody = z.object({
  entry: z
    .string()
    .transform((entry) => entry.trim().toLowerCase())
    .refine((entry) => addressOf(entry) === entry || /^[^\s@]+\.[^\s@]+$/.test(entry), 'is no address and no domain'),
  reason: z.string().nullish(),
});

const pathSchema = z.object({ direction: listDirection, type: listType });

const byEntry = { key: (row: ListEntryRecord) => row.entry, seq: () => 0 };

/** Mounted under /v0/lists and /v0/inboxes/:inbox_id/lists. */
export function listRoutes(core: Core, inboxOf: InboxOf) {
  const app = new Hono<ApiEnv>();
  const listOf = (c: Context<ApiEnv>) => ({
    inboxId: inboxOf(c),
    ...parseWith(pathSchema, { direction: c.req.param('direction'), type: c.req.param('type') }),
  });
  const keyOf = (c: Context<ApiEnv>, entry: string) => {
    const { inboxId, direction, type } = listOf(c);
    return listKey(inboxId, direction, type, entry);
  };
  const require = (c: Context<ApiEnv>): [string, ListEntryRecord] => {
    const entry = (c.req.param('entry') ?? '').toLowerCase();
    const key = keyOf(c, entry);
    const found = core.state.lists.get(key);
    if (!found) throw notFound(`List entry ${entry}`);
    return [key, found];
  };
  const view = (row: ListEntryRecord) => {
    const { organizationId: organization_id, podId } = core.state.settings;
    return { ...row, organization_id, ...(row.inbox_id === undefined ? {} : { pod_id: podId }) };
  };
  app.get('/:direction/:type', requirePermission('list_entry_read'), (c) => {
    const { inboxId, direction, type } = listOf(c);
    const rows = core.state.lists
      .values()
      .filter((row) => row.inbox_id === inboxId && row.direction === direction && row.list_type === type);
    const page = paginate(rows, parsePageRequest(new URL(c.req.url).searchParams, true), byEntry);
    return c.json({ ...page.envelope, entries: page.rows.map(view) });
  });
  app.post('/:direction/:type', requirePermission('list_entry_create'), async (c) => {
    const { inboxId, direction, type } = listOf(c);
    const { entry, reason } = await readJson(c, entryBody);
    const row: ListEntryRecord = {
      entry,
      entry_type: entry.includes('@') ? 'email' : 'domain',
      direction,
      list_type: type,
      reason: reason ?? undefined,
      inbox_id: inboxId,
      created_at: core.clock.nowIso(),
    };
    core.state.commit([core.state.lists.put(keyOf(c, entry), row)]);
    return c.json(view(row));
  });
  app.get('/:direction/:type/:entry', requirePermission('list_entry_read'), (c) => c.json(view(require(c)[1])));
  app.delete('/:direction/:type/:entry', requirePermission('list_entry_delete'), (c) => {
    core.state.commit([core.state.lists.remove(require(c)[0])]);
    return c.body(null, 204);
  });
  return app;
}
