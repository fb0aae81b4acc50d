import type { Core } from '../core.ts';
import { addressOf, domainOf } from '../mime/addresses.ts';
import type { ListDirection, ListEntryRecord, ListType } from '../state/records.ts';

export type ListDecision = { refused: false } | { refused: true; reason: string };

export const listKey = (inboxId: string | undefined, direction: ListDirection, type: ListType, entry: string): string =>
  [inboxId ?? '', direction, type, entry].join('\n');

/**
 * Whether lists forbid mail with this address. The narrowest scope with a match wins: inbox before organization and,
 * within a scope, an address before its domain and a block before an allow. Without any match, an allow list that has
 * entries shuts out everybody else.
 */
export function listDecision(core: Core, direction: ListDirection, inboxId: string, recipient: string): ListDecision {
  const address = addressOf(recipient);
  if (address === undefined) return { refused: false };
  const scopes = [inboxId, undefined];
  for (const scope of scopes) {
    const match = [address, domainOf(address)]
      .map(
        (entry) => entryIn(core, scope, direction, 'block', entry) ?? entryIn(core, scope, direction, 'allow', entry),
      )
      .find((entry) => entry !== undefined);
    if (match?.list_type === 'allow') return { refused: false };
    if (match) return { refused: true, reason: `on the ${direction} block list` };
  }
  const allowed = core.state.lists.values().filter((row) => row.direction === direction && row.list_type === 'allow');
  const shut = allowed.some((row) => row.inbox_id === undefined || row.inbox_id === inboxId);
  return shut ? { refused: true, reason: `not on the ${direction} allow list` } : { refused: false };
}

export const sendDecision = (core: Core, inboxId: string, recipient: string): ListDecision =>
  listDecision(core, 'send', inboxId, recipient);

function entryIn(
  core: Core,
  scope: string | undefined,
  direction: ListDirection,
  type: ListType,
  entry: string,
): ListEntryRecord | undefined {
  return core.state.lists.get(listKey(scope, direction, type, entry));
}
