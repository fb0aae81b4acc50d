import { z } from 'zod';
import type { Caller, Core } from '../core.ts';
import { ApiError } from '../errors.ts';
import { newApiKeyToken, newUuid, sha256Hex } from '../ids.ts';
import { type ApiKeyRecord, permissionsSchema } from '../state/records.ts';

const PREFIX_CHARS = 10;

export const keyBody = z.object({ name: z.string().nullish(), permissions: permissionsSchema.nullish() });

export interface NewKey {
  name?: string | null;
  permissions?: Record<string, boolean> | null;
  inboxId?: string;
  /** Given by tests that want a known token; made up otherwise. */
  token?: string;
}

/** @returns the record and the only copy of the token; the state keeps its hash */
export function createKey(core: Core, input: NewKey): { record: ApiKeyRecord; token: string } {
  const token = input.token ?? newApiKeyToken();
  const now = core.clock.nowIso();
  const record: ApiKeyRecord = {
    api_key_id: newUuid(),
    prefix: token.slice(0, PREFIX_CHARS),
    name: input.name ?? 'API key',
    token_sha256: sha256Hex(token),
    inbox_id: input.inboxId,
    permissions: input.permissions ?? undefined,
    created_at: now,
    updated_at: now,
    seq: core.state.nextSeq(),
  };
  core.state.commit([core.state.apiKeys.put(record.api_key_id, record)]);
  return { record, token };
}

export function keyView(record: ApiKeyRecord) {
  const { token_sha256: _hash, seq: _seq, ...view } = record;
  return { type: 'bearer', ...view };
}

/**
 * Until a key is configured any bearer token may do everything; afterwards an unknown one is refused.
 * @throws ApiError 401 without a token, 403 for an unknown one
 */
export function authenticate(core: Core, authorization: string | undefined): Caller {
  const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) {
    const fix = 'Send the header "Authorization: Bearer YOUR_API_KEY"';
    throw new ApiError(401, { name: 'UnauthorizedError', code: 'missing_api_key', message: 'No API key given', fix });
  }
  const prefix = token.slice(0, PREFIX_CHARS);
  if (core.state.apiKeys.size === 0) return { prefix };
  const hash = sha256Hex(token);
  const record = core.state.apiKeys.values().find(({ token_sha256 }) => token_sha256 === hash);
  if (!record) {
    throw new ApiError(403, { name: 'ForbiddenError', code: 'invalid_api_key', message: 'This API key is not known' });
  }
  const { api_key_id: apiKeyId, name, inbox_id: inboxId, permissions } = record;
  return { apiKeyId, name, prefix, inboxId, permissions };
}
