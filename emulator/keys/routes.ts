import { type Context, Hono } from 'hono';
import type { Core } from '../core.ts';
import { missingPermission, notFound } from '../errors.ts';
import { readJson } from '../http/body.ts';
import { type ApiEnv, callerOf, requirePermission } from '../http/context.ts';
import { booleanParam } from '../http/query.ts';
import { paginate, parsePageRequest } from '../paging.ts';
import type { ApiKeyRecord } from '../state/records.ts';
import { createKey, keyBody, keyView } from './keys.ts';

type InboxOf = (c: Context<ApiEnv>) => string | undefined;

const byCreation = { key: (row: ApiKeyRecord) => row.created_at, seq: (row: ApiKeyRecord) => row.seq };

/** Mounted under /v0/api-keys and /v0/inboxes/:inbox_id/api-keys (keys made there act in that inbox only). */
export function apiKeyRoutes(core: Core, inboxOf: InboxOf) {
  const app = new Hono<ApiEnv>();
  const requireKey = (c: Context<ApiEnv>): ApiKeyRecord => {
    const id = c.req.param('api_key_id') ?? '';
    const record = core.state.apiKeys.get(id);
    if (!record || (inboxOf(c) !== undefined && record.inbox_id !== inboxOf(c))) throw notFound(`API key ${id}`);
    return record;
  };
  app.get('/', requirePermission('api_key_read'), (c) => {
    const query = new URL(c.req.url).searchParams;
    const inboxId = inboxOf(c);
    const rows = core.state.apiKeys.values().filter((row) => inboxId === undefined || row.inbox_id === inboxId);
    const page = paginate(rows, parsePageRequest(query, booleanParam(query, 'ascending')), byCreation);
    const { limit: _limit, ...envelope } = page.envelope;
    return c.json({ ...envelope, api_keys: page.rows.map(keyView) });
  });
  app.post('/', requirePermission('api_key_create'), async (c) => {
    const body = await readJson(c, keyBody);
    refuseEscalation(c, body.permissions);
    const { record, token } = createKey(core, { ...body, inboxId: inboxOf(c) });
    const { type: _type, updated_at: _updated, used_at: _used, ...view } = keyView(record);
    return c.json({ ...view, api_key: token });
  });
  app.get('/:api_key_id', requirePermission('api_key_read'), (c) => c.json(keyView(requireKey(c))));
  app.patch('/:api_key_id', requirePermission('api_key_update'), async (c) => {
    const record = requireKey(c);
    const body = await readJson(c, keyBody);
    if (body.permissions !== undefined) refuseEscalation(c, body.permissions);
    const next: ApiKeyRecord = {
      ...record,
      name: body.name ?? record.name,
      permissions: body.permissions === undefined ? record.permissions : (body.permissions ?? undefined),
      updated_at: core.clock.nowIso(),
    };
    core.state.commit([core.state.apiKeys.put(record.api_key_id, next)]);
    return c.json(keyView(next));
  });
  app.delete('/:api_key_id', requirePermission('api_key_delete'), (c) => {
    core.state.commit([core.state.apiKeys.remove(requireKey(c).api_key_id)]);
    return c.body(null, 204);
  });
  return app;
}

/** A limited key cannot mint one that may do more than itself. */
function refuseEscalation(c: Context<ApiEnv>, wanted: Record<string, boolean> | null | undefined): void {
  const own = callerOf(c).permissions;
  if (own === undefined) return;
  if (!wanted) throw missingPermission('all permissions');
  const beyond = Object.entries(wanted).find(([permission, granted]) => granted && own[permission] !== true);
  if (beyond) throw missingPermission(beyond[0]);
}
