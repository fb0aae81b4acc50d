import { z } from 'zod';
import { claimClientId, clientIdSchema, findByClientId } from '../client-ids.ts';
import type { Core } from '../core.ts';
import { invalid, notFound, taken } from '../errors.ts';
import { newUsername } from '../ids.ts';
import { type InboxRecord, metadataSchema } from '../state/records.ts';

const DEFAULT_DOMAIN = 'agentmail.to';

export const createInboxBody = z.object({
  username: z
    .string()
    .regex(/^[A-Za-z0-9._+-]+$/, 'may hold letters, digits and . _ + -')
    .nullish(),
  domain: z
    .string()
    .regex(/^[A-Za-z0-9.-]+$/, 'is not a domain')
    .nullish(),
  display_name: z.string().nullish(),
  client_id: clientIdSchema.nullish(),
  metadata: metadataSchema.nullish(),
});

export const updateInboxBody = z
  .object({
    display_name: z.string().nullish(),
    metadata: z
      .record(z.string().max(256), z.union([z.string().max(256), z.number(), z.boolean(), z.null()]))
      .nullish(),
  })
  .refine((body) => body.display_name !== undefined || body.metadata !== undefined, {
    message: 'give display_name or metadata',
  });

export function inboxView(inbox: InboxRecord) {
  const { seq: _seq, ...view } = inbox;
  return view;
}

export function requireInbox(core: Core, inboxId: string): InboxRecord {
  const inbox = core.state.inboxes.get(inboxId.toLowerCase());
  if (!inbox) throw notFound(`Inbox ${inboxId}`);
  return inbox;
}

export function createInbox(core: Core, body: z.infer<typeof createInboxBody>): InboxRecord {
  const { state, clock } = core;
  const existing = body.client_id ? findByClientId(core, 'inbox', '', body.client_id, state.inboxes) : undefined;
  if (existing) return existing;
  const email = `${body.username ?? newUsername()}@${body.domain ?? DEFAULT_DOMAIN}`.toLowerCase();
  if (state.inboxes.get(email)) throw taken(`Inbox ${email} is taken`);
  const now = clock.nowIso();
  const inbox: InboxRecord = {
    pod_id: state.settings.podId,
    inbox_id: email,
    email,
    display_name: body.display_name ?? undefined,
    client_id: body.client_id ?? undefined,
    metadata: body.metadata ?? undefined,
    updated_at: now,
    created_at: now,
    seq: state.nextSeq(),
  };
  state.commit([state.inboxes.put(email, inbox), ...claimClientId(core, 'inbox', '', body.client_id, email)]);
  return inbox;
}

export function updateInbox(core: Core, inboxId: string, body: z.infer<typeof updateInboxBody>): InboxRecord {
  const inbox = requireInbox(core, inboxId);
  const next: InboxRecord = {
    ...inbox,
    display_name: body.display_name === undefined ? inbox.display_name : (body.display_name ?? undefined),
    metadata: mergeMetadata(inbox, body.metadata),
    updated_at: core.clock.nowIso(),
  };
  core.state.commit([core.state.inboxes.put(inbox.inbox_id, next)]);
  return next;
}

/** Removes the inbox with its drafts and messages. */
export function deleteInbox(core: Core, inboxId: string): void {
  const { state } = core;
  const inbox = requireInbox(core, inboxId);
  const drafts = state.drafts.entries().filter(([, draft]) => draft.inbox_id === inbox.inbox_id);
  const messages = state.messages.entries().filter(([, message]) => message.inbox_id === inbox.inbox_id);
  state.commit([
    ...drafts.map(([id]) => state.drafts.remove(id)),
    ...messages.map(([id]) => state.messages.remove(id)),
    state.inboxes.remove(inbox.inbox_id),
  ]);
}

function mergeMetadata(
  inbox: InboxRecord,
  patch: z.infer<typeof updateInboxBody>['metadata'],
): InboxRecord['metadata'] {
  if (patch === undefined) return inbox.metadata;
  if (patch === null) return undefined;
  if (Object.keys(patch).length === 0) throw invalid('is empty; send null to clear it', ['metadata']);
  const merged = { ...inbox.metadata };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = value;
  }
  return merged;
}
