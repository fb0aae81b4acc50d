import type { ProviderMessage } from '../../agentmail/port.ts';
import { bareAddress } from '../../domain/content.ts';
import { cleanText, oneLine } from '../escape.ts';
import { extractLatestText } from './quotes.ts';

/** A message with what AgentMail itself found to be the new part of it, when it says so. */
export type ThreadMessage = ProviderMessage & { extractedText?: string | null };

export interface Person {
  /** Display name; empty when the mail has none. */
  name: string;
  address: string;
}

export interface ThreadEntry {
  messageId: string;
  direction: 'inbound' | 'outbound';
  /** Written by somebody outside: data to answer, never instructions to follow. */
  untrusted: boolean;
  from: Person;
  /** ISO 8601, UTC. */
  date: string;
  subject: string;
  /** The new text alone, without what it quotes. */
  text: string;
  attachments: string[];
}

/** A thread as templates and models see it. */
export interface ThreadData {
  subject: string;
  participants: Person[];
  /** The message being answered: the one asked for, else the newest inbound one, else the newest. */
  answered: ThreadEntry | null;
  /** Oldest first. */
  messages: ThreadEntry[];
}

/** Long enough for any letter; a thread of thousands of pages must not fill a prompt. */
const MAX_TEXT = 20_000;

/**
 * A thread as the data of a source.
 * @param messages oldest first, as `MailProvider.threadOf` answers
 * @param options.messageId the message to answer
 * @param options.inboxId the inbox that answers, else the one each message names
 */
export function threadSource(
  messages: readonly ThreadMessage[],
  options: { messageId?: string; inboxId?: string } = {},
): ThreadData {
  const entries = messages.map((message) => toEntry(message, options.inboxId ?? message.inboxId));
  const inbound = entries.filter((entry) => entry.direction === 'inbound');
  const answered = entries.find((entry) => entry.messageId === options.messageId) ?? inbound.at(-1) ?? entries.at(-1);
  return {
    subject: oneLine(messages[0]?.subject ?? ''),
    participants: participants(messages),
    answered: answered ?? null,
    messages: entries,
  };
}

function toEntry(message: ThreadMessage, inboxId: string): ThreadEntry {
  const direction = isOutbound(message, inboxId) ? 'outbound' : 'inbound';
  return {
    messageId: message.messageId,
    direction,
    untrusted: direction === 'inbound',
    from: toPerson(message.from),
    date: new Date(message.timestampMs).toISOString(),
    subject: oneLine(message.subject),
    text: latestText(message),
    attachments: message.attachments.map(({ filename }) => oneLine(filename ?? 'unnamed')),
  };
}

function latestText(message: ThreadMessage): string {
  const extracted = message.extractedText?.trim();
  return cleanText(extracted || extractLatestText(message)).slice(0, MAX_TEXT);
}

/** AgentMail labels what it sent; an inbox id is mostly its address. */
function isOutbound({ labels, from }: ThreadMessage, inboxId: string): boolean {
  if (labels.includes('sent')) return true;
  return !labels.includes('received') && bareAddress(from) === inboxId.toLowerCase();
}

function participants(messages: readonly ThreadMessage[]): Person[] {
  const byAddress = new Map<string, Person>();
  for (const person of messages.flatMap(({ from, to, cc }) => [from, ...to, ...cc]).map(toPerson)) {
    const known = byAddress.get(person.address);
    if (known === undefined || known.name === '') byAddress.set(person.address, person);
  }
  return [...byAddress.values()];
}

/** `"Keller, Anna" <anna@example.com>` → name and address. A name that is just the address says nothing. */
export function toPerson(mailbox: string): Person {
  const address = bareAddress(mailbox) ?? oneLine(mailbox).toLowerCase();
  const written = oneLine(mailbox.replace(/<[^<>]*>\s*$/, ''))
    .replace(/^["'](.*)["']$/, '$1')
    .replace(/\\(["\\])/g, '$1');
  return { name: written.includes('@') ? '' : givenNameFirst(written), address };
}

/** Exchange writes “Keller, Anna”; a greeting wants “Anna Keller”. Titles and company forms after the comma stay there. */
function givenNameFirst(name: string): string {
  const parts = /^(\p{L}[\p{L}' -]{0,40}), (\p{Lu}\p{Ll}[\p{L}' -]{0,30})$/u.exec(name);
  if (!parts || /^(?:inc|llc|ltd|limited|gmbh|phd|dr|jr|sr|corp|esq)\b/i.test(parts[2] ?? '')) return name;
  return `${parts[2]} ${parts[1]}`;
}
