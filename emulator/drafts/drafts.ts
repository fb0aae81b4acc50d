import { storeAttachments } from '../attachments/incoming.ts';
import { claimClientId, findByClientId } from '../client-ids.ts';
import type { Core } from '../core.ts';
import { conflict, invalid, notFound } from '../errors.ts';
import { newUuid } from '../ids.ts';
import { requireInbox } from '../inboxes/inboxes.ts';
import { patchLabels, refuseSystemLabels } from '../labels.ts';
import { requireAddresses } from '../mime/addresses.ts';
import { previewOf } from '../mime/preview.ts';
import type { Change } from '../state/collection.ts';
import type { AttachmentRecord, DraftRecord } from '../state/records.ts';
import type { CreateDraftBody, UpdateDraftBody } from './body.ts';
import { deriveFields } from './derive.ts';

export const MAX_RECIPIENTS = 50;
const SCHEDULED = 'scheduled';

/** @returns the draft in this inbox (any inbox when undefined); a lagging ghost only for readers */
export function requireDraft(core: Core, inboxId: string | undefined, draftId: string, reading = false): DraftRecord {
  const draft = core.state.drafts.get(draftId) ?? (reading ? ghostOf(core, draftId) : undefined);
  if (!draft || (inboxId !== undefined && draft.inbox_id !== inboxId.toLowerCase())) throw notFound(`Draft ${draftId}`);
  return draft;
}

export function readableDrafts(core: Core): DraftRecord[] {
  const now = core.clock.nowMs();
  const ghosts = core.state.ghosts.values().filter(({ untilMs }) => untilMs > now);
  return [...core.state.drafts.values(), ...ghosts.map(({ draft }) => draft)];
}

export async function createDraft(core: Core, inboxId: string, body: CreateDraftBody): Promise<DraftRecord> {
  const { state, clock, scheduler } = core;
  requireInbox(core, inboxId);
  refuseSystemLabels('labels', body.labels);
  const find = () =>
    body.client_id ? findByClientId(core, 'draft', inboxId, body.client_id, state.drafts) : undefined;
  const existing = find();
  if (existing) return existing;
  const attachments = await storeAttachments(state.blobs, body.attachments);
  // Asked again: another request with the same client_id may have finished while attachments were fetched.
  const raced = find();
  if (raced) return raced;
  requireInbox(core, inboxId);
  const now = clock.nowIso();
  const draft = finish({
    inbox_id: inboxId,
    draft_id: newUuid(),
    client_id: body.client_id ?? undefined,
    labels: patchLabels([], { add_labels: body.labels }),
    reply_to: body.reply_to ?? undefined,
    ...deriveFields(core, inboxId, body),
    text: body.text ?? undefined,
    html: body.html ?? undefined,
    attachments: attachments.length > 0 ? attachments : undefined,
    in_reply_to: body.in_reply_to ?? undefined,
    forward_of: body.forward_of ?? undefined,
    reply_all: body.reply_all ?? undefined,
    ...scheduleFields(body.send_at),
    updated_at: now,
    created_at: now,
    seq: state.nextSeq(),
  });
  const claim = claimClientId(core, 'draft', inboxId, body.client_id, draft.draft_id);
  state.commit([state.drafts.put(draft.draft_id, draft), ...claim]);
  if (draft.send_at !== undefined) scheduler.wake();
  return draft;
}

/** Applies a patch. @throws ApiError 409 while the draft is being sent */
export async function updateDraft(
  core: Core,
  inboxId: string | undefined,
  draftId: string,
  body: UpdateDraftBody,
): Promise<DraftRecord> {
  refuseWhileSending(requireDraft(core, inboxId, draftId));
  refuseSystemLabels('add_labels', body.add_labels);
  const added = await storeAttachments(core.state.blobs, body.add_attachments, 'add_attachments');
  const draft = requireDraft(core, inboxId, draftId);
  refuseWhileSending(draft);
  const schedule = body.send_at === undefined ? {} : scheduleFields(body.send_at);
  const next = finish({
    ...draft,
    reply_to: patched(draft.reply_to, body.reply_to),
    to: patched(draft.to, body.to),
    cc: patched(draft.cc, body.cc),
    bcc: patched(draft.bcc, body.bcc),
    subject: patched(draft.subject, body.subject),
    text: patched(draft.text, body.text),
    html: patched(draft.html, body.html),
    attachments: patchAttachments(draft, added, body.remove_attachments ?? []),
    labels: patchLabels(draft.labels, body),
    ...schedule,
    updated_at: core.clock.nowIso(),
    seq: core.state.nextSeq(),
  });
  core.state.commit([core.state.drafts.put(draftId, next)]);
  if (next.send_at !== undefined) core.scheduler.wake();
  return next;
}

export function deleteDraft(core: Core, inboxId: string | undefined, draftId: string): void {
  const draft = requireDraft(core, inboxId, draftId);
  refuseWhileSending(draft);
  core.state.commit(draftRemoval(core, draft));
}

/** The changes that take a draft away, leaving a readable ghost when the lag switch is on. */
export function draftRemoval(core: Core, draft: DraftRecord): Change[] {
  const { state, clock } = core;
  const { deleteLagMs } = state.settings.switches;
  const removal = state.drafts.remove(draft.draft_id);
  if (deleteLagMs === 0) return [removal];
  return [removal, state.ghosts.put(draft.draft_id, { draft, untilMs: clock.nowMs() + deleteLagMs })];
}

export function refuseWhileSending(draft: DraftRecord): void {
  if (draft.send_status === 'sending') {
    throw conflict('draft_sending', `Draft ${draft.draft_id} is being sent`, 'Wait until it was sent or has failed');
  }
}

function ghostOf(core: Core, draftId: string): DraftRecord | undefined {
  const ghost = core.state.ghosts.get(draftId);
  return ghost && ghost.untilMs > core.clock.nowMs() ? ghost.draft : undefined;
}

/** Validates what both creating and editing must hold, and sets the derived fields. */
function finish(draft: DraftRecord): DraftRecord {
  for (const field of ['to', 'cc', 'bcc', 'reply_to'] as const) requireAddresses(field, draft[field]);
  const recipients = [draft.to, draft.cc, draft.bcc].reduce((sum, list) => sum + (list?.length ?? 0), 0);
  if (recipients > MAX_RECIPIENTS) throw invalid(`over ${MAX_RECIPIENTS} recipients`, ['to'], 'too_many_recipients');
  const marker = draft.send_at === undefined ? { remove_labels: [SCHEDULED] } : { add_labels: [SCHEDULED] };
  return { ...draft, labels: patchLabels(draft.labels, marker), preview: previewOf(draft.text, draft.html) };
}

function scheduleFields(sendAt: string | null | undefined): Pick<DraftRecord, 'send_at' | 'send_status'> {
  if (!sendAt) return { send_at: undefined, send_status: undefined };
  return { send_at: new Date(sendAt).toISOString(), send_status: 'scheduled' };
}

/** Omitted stays, null clears, and an empty list clears too. */
function patched<T extends string | string[]>(current: T | undefined, next: T | null | undefined): T | undefined {
  if (next === undefined) return current;
  if (next === null || (Array.isArray(next) && next.length === 0)) return undefined;
  return next;
}

function patchAttachments(
  draft: DraftRecord,
  added: AttachmentRecord[],
  removed: string[],
): DraftRecord['attachments'] {
  const current = draft.attachments ?? [];
  for (const id of removed) {
    if (!current.some(({ attachment_id }) => attachment_id === id)) throw notFound(`Attachment ${id}`);
  }
  const next = [...current.filter(({ attachment_id }) => !removed.includes(attachment_id)), ...added];
  return next.length > 0 ? next : undefined;
}
