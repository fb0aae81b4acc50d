import type { Core } from '../core.ts';
import { booleanParam, commonFilters, listParam, passesFilters } from '../http/query.ts';
import { paginate, parsePageRequest } from '../paging.ts';
import type { MessageRecord } from '../state/records.ts';
import { asIndexed, messageItemView } from './view.ts';

/** Labels whose mail is left out of lists unless asked for. */
export const HIDDEN_LABELS = ['spam', 'blocked', 'unauthenticated', 'trash'];

const byTime = { key: (message: MessageRecord) => message.timestamp, seq: (message: MessageRecord) => message.seq };

export function hiddenLabels(query: URLSearchParams): string[] {
  const asked = listParam(query, 'labels');
  return HIDDEN_LABELS.filter((label) => !booleanParam(query, `include_${label}`) && !asked.includes(label));
}

export function containsAll(haystack: string[], needles: string[]): boolean {
  const lower = haystack.map((text) => text.toLowerCase());
  return needles.every((needle) => lower.some((text) => text.includes(needle.toLowerCase())));
}

export function listMessages(core: Core, inboxId: string, query: URLSearchParams) {
  const filters = commonFilters(query);
  const hidden = hiddenLabels(query);
  const [from, to, subject] = ['from', 'to', 'subject'].map((name) => listParam(query, name));
  const kept = core.state.messageIndex
    .inInbox(inboxId)
    .map((message) => asIndexed(core, message))
    .filter((message) => passesFilters(filters, message.labels, message.timestamp))
    .filter((message) => !message.labels.some((label) => hidden.includes(label)))
    .filter((message) => containsAll([message.from], from ?? []))
    .filter((message) => containsAll([...message.to, ...(message.cc ?? []), ...(message.bcc ?? [])], to ?? []))
    .filter((message) => containsAll([message.subject ?? ''], subject ?? []));
  const page = paginate(kept, parsePageRequest(query, filters.ascending), byTime);
  return { ...page.envelope, messages: page.rows.map(messageItemView) };
}
