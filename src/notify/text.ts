import type { AlertTransition } from '../domain/alert.ts';
import type { AlertNotice } from './channel.ts';

/** What an alert says, line by line, before a channel gives it its form. */
export interface NoticeText {
  headline: string;
  title: string;
  facts: { name: string; value: string }[];
  link: string | null;
}

/** Longest value of a fact in characters: receivers have limits of their own, and a fact is a word or a number. */
const MAX_VALUE = 300;

export function textOf({ alert, transition, deskUrl }: AlertNotice): NoticeText {
  const { kind, severity, title, facts, draftId, inboxId, openedAtMs, resolvedAtMs, count } = alert;
  const moments: Record<string, string | number | boolean | null> = {
    ...(inboxId && { inbox: inboxId }),
    ...(draftId && { draft: draftId }),
    ...facts,
    since: iso(openedAtMs),
    ...(transition === 'resolved' && resolvedAtMs !== null && { until: iso(resolvedAtMs) }),
    ...(count > 1 && { seen: `${count} times` }),
  };
  return {
    headline: `${word(transition)}: ${kind.replaceAll('_', ' ')} (${severity})`,
    title: plain(title),
    facts: Object.entries(moments).map(([name, value]) => ({ name: plain(name), value: plain(String(value)) })),
    link: deskUrl && draftId ? `${deskUrl}/all/${encodeURIComponent(draftId)}` : null,
  };
}

function word(transition: AlertTransition): string {
  if (transition === 'opened') return 'Alert';
  return transition === 'resolved' ? 'Resolved' : 'Still open';
}

const iso = (atMs: number) => new Date(atMs).toISOString();

/** One line: a line break or an escape would let a value pass for something else. */
const plain = (text: string) => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').slice(0, MAX_VALUE);
