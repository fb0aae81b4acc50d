import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Draft, DraftEventView, Look, Revision } from '../../../src/api/schemas/index.ts';
import { queries } from '../api/queries.ts';
import { review, reviewQueries } from '../api/review.ts';
import { useStore } from '../lib/store.ts';
import { policyNews, saidBy, writtenDown } from './policy-said.ts';
import { readingKey, readRevisions } from './reading.ts';

export interface Since {
  look: Look;
  /** The revision seen last, when another one stands here now. */
  revision: number | null;
  events: DraftEventView[];
  /** A newer message is in the thread. */
  message: boolean;
  /** What the rules say otherwise than before. */
  policy: string[];
}

/** Noise of the machinery, and what one does oneself, is no news. */
const NEWS: ReadonlySet<string> = new Set([
  'approved',
  'rejected',
  'changes_requested',
  'approval_revoked',
  'edited',
  'revised',
  'rescheduled',
  'escalated',
  'sent_back',
  'held_back',
  'commented',
  'assigned',
  'released',
  'paused',
  'resumed',
  'recompose_asked',
]);

/** What happened to the draft since this person had it on screen before; notes what is on screen now. */
export function useSince(draft: Draft, revision: Revision | null): Since | null {
  const { data: me } = useQuery(queries.me());
  const person = me?.kind === 'person' && me.roles.some((role) => role === 'reviewer' || role === 'operator');
  const isReply = revision !== null && revision.content.reply !== null;
  const { data: last, isSuccess } = useQuery({ ...reviewQueries.lastLook(draft.id), enabled: person });
  const { data: events } = useQuery({ ...queries.events(draft.id), enabled: person });
  const { data: thread } = useQuery({ ...queries.thread(draft.id), enabled: person && isReply });
  const policy = useQuery({ ...reviewQueries.policy(draft.id), enabled: person });
  const said = policy.data ? saidBy(policy.data) : null;
  const policyPending = policy.isPending;
  const rules = said === null ? null : writtenDown(said);
  const messageId = thread?.messages.at(-1)?.messageId ?? null;
  const eventId = events?.items.at(-1)?.id ?? null;
  const number = revision?.revision ?? 0;
  // Its opening is noted at once, its end when it was read: both are a look.
  const read = useStore(readRevisions).has(readingKey(draft.id, number));
  const noted = useRef('');
  useEffect(() => {
    const ready = isSuccess && eventId !== null && number > 0 && (!isReply || thread !== undefined) && !policyPending;
    const name = JSON.stringify([number, eventId, messageId, rules, read]);
    if (!ready || noted.current === name) return;
    noted.current = name;
    // Not noted is not worth a word: the next look shows more than is new.
    review.noteLook(draft.id, { revision: number, eventId, messageId, policy: rules }).catch(() => undefined);
  }, [draft.id, isSuccess, number, eventId, messageId, rules, policyPending, read, isReply, thread]);

  const look = last?.look ?? null;
  if (look === null || events === undefined) return null;
  const seen = events.items.findIndex(({ id }) => id === look.eventId);
  const news =
    seen < 0 ? [] : events.items.slice(seen + 1).filter(({ type, actor }) => NEWS.has(type) && actor?.id !== me?.id);
  const since: Since = {
    look,
    revision: look.revision < number ? look.revision : null,
    events: news,
    policy: policyNews(look.policy, said),
    message: messageId !== null && look.messageId !== null && messageId !== look.messageId,
  };
  const nothing = since.revision === null && news.length === 0 && !since.message && since.policy.length === 0;
  return nothing ? null : since;
}
