import { sameEnvelope } from '../domain/content.ts';
import { isOwnLabel, sendIdFor, sendLabelFor } from '../domain/ids.ts';
import { KEY_TRUSTED_MS } from '../domain/settle.ts';
import type { AuditRow, DraftRow } from '../store/types.ts';
import type { Api } from './context.ts';
import type { SendEvidenceView } from './schemas/index.ts';
import { iso } from './views.ts';

type Mailbox = SendEvidenceView['mailbox'];

/** AgentMail's clock is not ours. */
const CLOCK_SLACK_MS = 5 * 60_000;
const PAGE = 100;
/** Messages looked through, newest first, and shown: a person reads this. */
const MAX_PAGES = 5;
const MAX_ALIKE = 10;

/** Everything known about a send: what was asked, what was answered, what the mailbox shows now. */
export async function sendEvidence(api: Api, row: DraftRow): Promise<SendEvidenceView> {
  const events = await api.store.listEvents(row.draftId);
  const requests = requestsOf(events);
  const given = events.findLast(({ type }) => type === 'outcome_unknown');
  const evidence = given?.data.evidence;
  const revision = row.projection?.revision ?? 0;
  const ofRevision = requests.filter((one) => one.revision === revision).map(({ askedAt }) => Date.parse(askedAt));
  return {
    requests,
    whenGivenUp: given && evidence ? { ...evidence, at: iso(given.atMs) } : null,
    mailbox: await mailboxOf(api, row, requests),
    retrySafeUntil: ofRevision.length === 0 ? null : iso(Math.min(...ofRevision) + KEY_TRUSTED_MS),
  };
}

/** Every durable intent with the answer that was noted under the same key and number. */
function requestsOf(events: AuditRow[]): SendEvidenceView['requests'] {
  const answers = events.filter(({ type }) => type === 'send_answered' || type === 'send_refused');
  return events
    .filter(({ type }) => type === 'send_attempted')
    .map(({ origin, data, revision, digest, atMs }) => {
      const answer = answers.find((one) => one.origin === origin && one.data.attempt === data.attempt);
      const idempotencyKey = data.key ?? null;
      const asked = { attempt: data.attempt ?? 0, revision, digest, idempotencyKey, askedAt: iso(atMs) };
      return { ...asked, answer: answer ? answerOf(answer) : null };
    });
}

function answerOf({ type, data, atMs }: AuditRow) {
  const { code = null, messageId = null } = data;
  const kind = messageId !== null ? 'accepted' : type === 'send_refused' ? 'refused' : 'none';
  return { kind, code, messageId, at: iso(atMs) } as const;
}

async function mailboxOf(api: Api, row: DraftRow, requests: SendEvidenceView['requests']): Promise<Mailbox> {
  const { mail, namespace, log } = api;
  const { draftId, inboxId, providerDraftId, firstRunId } = row;
  const lookedAt = iso(api.now());
  const label = firstRunId === null ? null : sendLabelFor(sendIdFor(namespace, draftId, firstRunId));
  /** AgentMail that does not answer is an answer of its own here. */
  const readable = <T>(read: Promise<T>): Promise<T | 'unreadable'> =>
    read.catch((error: unknown) => {
      log?.info({ draftId, err: error }, 'the mailbox of a draft could not be read');
      return 'unreadable' as const;
    });
  const [labelled, draft, alike] = await Promise.all([
    readable(label === null ? Promise.resolve(null) : mail.findMessageByLabel(inboxId, label)),
    readable(providerDraftId === null ? Promise.resolve(null) : mail.getDraft(inboxId, providerDraftId)),
    readable(messagesAlike(api, row, requests, label)),
  ]);
  const isDraft = draft !== 'unreadable' && draft !== null;
  return {
    lookedAt,
    label: labelled === 'unreadable' ? labelled : labelled ? 'found' : 'absent',
    draft: isDraft ? (draft.sendStatus === 'sending' ? 'sending' : 'present') : draft === null ? 'gone' : draft,
    messageId: labelled === 'unreadable' || labelled === null ? null : labelled.messageId,
    alike: alike === 'unreadable' ? null : alike,
  };
}

/** Messages that may be this draft's. A missing label proves nothing, so those without one are shown as well. */
async function messagesAlike(
  { mail, store }: Api,
  row: DraftRow,
  requests: SendEvidenceView['requests'],
  label: string | null,
): Promise<NonNullable<Mailbox['alike']>> {
  const revision = await store.getRevision(row.draftId, row.projection?.revision ?? 0);
  if (revision === null || requests.length === 0) return [];
  const afterMs = Math.min(...requests.map(({ askedAt }) => Date.parse(askedAt))) - CLOCK_SLACK_MS;
  const found: NonNullable<Mailbox['alike']> = [];
  let pageToken: string | undefined;
  for (let page = 0; page < MAX_PAGES && found.length < MAX_ALIKE; page += 1) {
    const { messages, nextPageToken } = await mail.listMessages(row.inboxId, { limit: PAGE, pageToken, afterMs });
    for (const { messageId, timestampMs, to, cc, subject, labels } of messages) {
      if (!labels.includes('sent') || !sameEnvelope({ to, cc, subject }, revision.content)) continue;
      const otherDraft = labels.some((one) => isOwnLabel(one) && one !== label);
      found.push({ messageId, at: iso(timestampMs), to, subject, otherDraft });
    }
    if (nextPageToken === null) break;
    pageToken = nextPageToken;
  }
  return found.slice(0, MAX_ALIKE);
}
