import { bareAddress } from '../../domain/content.ts';
import { normalizeAddress, ORGANIZATION, type SuppressionReason } from '../../domain/suppression.ts';
import type { MessageEvent } from '../../store/types.ts';
import { ApiProblem } from '../problems.ts';
import { keepSuppression, type RecipientApi, tellDrafts } from '../recipients.ts';

/** A week: an event is matched with its draft within seconds, or after an outage of ours. */
const ATTACH_WITHIN_MS = 7 * 86_400_000;
const ATTACH_BATCH = 100;
/** What a provider says of a recipient in passing may change: such a suppression does not last. */
const SOFT_MS = 90 * 86_400_000;
/** A send is on record this long after it, unless AgentMail cannot be read. */
const RECORD_WITHIN_MS = 15 * 60_000;
const ABOUT_RECIPIENT = /recipient|suppress|address|mailbox|unsubscrib|complain/i;

interface Verdict {
  address: string;
  reason: SuppressionReason;
  expiresAtMs: number | null;
  note: string | null;
}

/** Takes note of what became of a sent message. Each step may be repeated; drafts are told last. */
export async function takeOutcome(api: RecipientApi, rows: MessageEvent[], nowMs: number): Promise<void> {
  await api.store.addMessageEvents(rows);
  const verdicts = (await Promise.all(rows.map((row) => judge(api, row, nowMs)))).flat();
  for (const { address, ...rest } of verdicts) {
    const source = `event:${rows[0]?.eventId}`;
    const by = { createdBy: 'agentmail', createdAtMs: nowMs };
    await keepSuppression(api, { ...rest, ...by, entry: address, scope: ORGANIZATION, source });
  }
  await api.store.attachMessageEvents({ limit: ATTACH_BATCH, sinceMs: nowMs - ATTACH_WITHIN_MS });
  for (const { address } of verdicts) await tellDrafts(api, address, ORGANIZATION);
}

/** Who must not be written to after this event. */
async function judge(api: RecipientApi, event: MessageEvent, nowMs: number): Promise<Verdict[]> {
  const { type, recipient: address, detail } = event;
  const lasting = { expiresAtMs: null, note: null };
  switch (type) {
    case 'bounced':
      // A mailbox that is full, or a message too large, says nothing of the next mail.
      return address !== '' && /^permanent$/i.test(detail ?? '')
        ? [{ ...lasting, address, reason: 'hard_bounce' }]
        : [];
    case 'complained':
      return address === '' ? [] : [{ ...lasting, address, reason: 'complaint' }];
    case 'rejected': {
      if (!ABOUT_RECIPIENT.test(detail ?? '')) return [];
      const only = await onlyRecipient(api, event, nowMs);
      if (only === null) return [];
      return [{ address: only, reason: 'hard_bounce', expiresAtMs: nowMs + SOFT_MS, note: detail }];
    }
    default:
      return [];
  }
}

/** A rejection names nobody: with one recipient it can only be that one. */
async function onlyRecipient(
  { store }: RecipientApi,
  { inboxId, messageId, atMs }: MessageEvent,
  nowMs: number,
): Promise<string | null> {
  const draft = await store.draftOfMessage(inboxId, messageId);
  // The news may be quicker than our record of the send: the sender brings it again.
  if (draft === null && nowMs - atMs < RECORD_WITHIN_MS) {
    const message = 'The send of this message is not on record yet; deliver the event again.';
    throw new ApiProblem('engine_unavailable', message, { headers: { 'Retry-After': '30' } });
  }
  const [only, ...others] = draft?.recipients.map((recipient) => normalizeAddress(bareAddress(recipient) ?? '')) ?? [];
  return others.length === 0 ? (only ?? null) : null;
}
