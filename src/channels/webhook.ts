import { Webhook } from 'standardwebhooks';
import { post } from '../notify/post.ts';
import type { ReviewChannel, TellingRow } from './types.ts';

const DECISIONS = ['approved', 'rejected', 'changes_requested'];
const REQUESTS = { review: 'review.requested', reminder: 'review.reminded', escalation: 'review.escalated' } as const;

function typeOf({ kind, facts }: TellingRow): string {
  if (kind !== 'outcome') return REQUESTS[kind];
  return DECISIONS.includes(facts.type) ? 'review.decided' : `draft.${facts.type}`;
}

/** What a receiver gets: ids and codes, never content. Contract: fields are added, never renamed. */
export function reviewPayload(telling: TellingRow, inboxId: string | null, deskUrl: string | undefined) {
  const { draftId, revision, eventId, facts } = telling;
  const { type, actorId, atMs, digest, status, reason } = facts;
  return {
    type: typeOf(telling),
    timestamp: new Date(atMs).toISOString(),
    data: {
      ...{ eventId, draftId, inboxId, revision, digest, status, reason, actorId },
      event: type,
      url: deskUrl === undefined ? null : `${deskUrl}/all/${encodeURIComponent(draftId)}`,
    },
  };
}

export interface WebhookTarget {
  url: string;
  secret: string;
  now: () => number;
}

/** Posts signed as Standard Webhooks says: id, time and body, with a secret that both sides know. */
export function webhookSender({ url, secret, now }: WebhookTarget): (id: string, payload: object) => Promise<void> {
  const signer = new Webhook(secret);
  return async (id, payload) => {
    const body = JSON.stringify(payload);
    const at = new Date(now());
    await post(url, body, {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': signer.sign(id, at, body),
    });
  };
}

/** Tells another program. */
export function webhookReviews(
  parts: WebhookTarget & { deskUrl?: string; inboxOf: (draftId: string) => Promise<string | null> },
): ReviewChannel {
  const send = webhookSender(parts);
  return {
    async tell({ noticeId, tellings }) {
      for (const telling of tellings) {
        await send(noticeId, reviewPayload(telling, await parts.inboxOf(telling.draftId), parts.deskUrl));
      }
      return { skipped: [] };
    },
  };
}
