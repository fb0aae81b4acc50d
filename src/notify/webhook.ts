import { Webhook } from 'standardwebhooks';
import type { AlertChannel, AlertNotice } from './channel.ts';
import { post } from './post.ts';

/** What a receiver gets: `type` names the turn, `data` the alert. Contract: fields are added, never renamed. */
export function webhookPayload({ alert, transition, noticeId }: AlertNotice, now: Date) {
  const { alertId, key, kind, severity, title, facts, draftId, inboxId, openedAtMs, resolvedAtMs, count } = alert;
  return {
    type: `alert.${transition.startsWith('reminder') ? 'reminder' : transition}`,
    timestamp: now.toISOString(),
    data: {
      noticeId,
      ...{ alertId, key, kind, severity, title, facts, draftId, inboxId, count },
      openedAt: new Date(openedAtMs).toISOString(),
      resolvedAt: resolvedAtMs === null ? null : new Date(resolvedAtMs).toISOString(),
    },
  };
}

/** Signed as Standard Webhooks says: id, time and body, with a secret that both sides know. */
export function webhookChannel({ url, secret }: { url: string; secret: string }): AlertChannel {
  const signer = new Webhook(secret);
  return {
    name: 'webhook',
    async send(notice) {
      const now = new Date();
      const body = JSON.stringify(webhookPayload(notice, now));
      await post(url, body, {
        'webhook-id': notice.noticeId,
        'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
        'webhook-signature': signer.sign(notice.noticeId, now, body),
      });
    },
  };
}
