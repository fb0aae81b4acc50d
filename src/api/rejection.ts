import { z } from 'zod';
import { REJECTION_REASONS } from '../domain/rejection.ts';
import type { DraftStatus } from '../domain/state.ts';
import type { Store } from '../store/types.ts';
import type { Rejection } from './schemas/index.ts';

/** Why a person rejected the draft; null when it was not rejected, or by policy. */
export async function rejectionOf(store: Store, draftId: string, status: DraftStatus): Promise<Rejection | null> {
  if (status !== 'rejected') return null;
  const events = await store.listEvents(draftId);
  const event = events.findLast(({ type, commandId }) => type === 'rejected' && commandId !== null);
  if (event === undefined) return null;
  const { reasonCode: code = null, commentRef } = event.data;
  const comment = commentRef === undefined ? null : z.string().safeParse(await store.getDocument(draftId, commentRef));
  return { code, message: code && REJECTION_REASONS[code], comment: comment?.success ? comment.data : null };
}
