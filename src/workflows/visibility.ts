import { defineSearchAttributeKey, type SearchAttributePair, type SearchAttributeUpdatePair } from '@temporalio/common';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes.ts';
import type { DraftStatus } from '../domain/state.ts';

const status = defineSearchAttributeKey(SEARCH_ATTRIBUTES.status, 'KEYWORD');
const dueAt = defineSearchAttributeKey(SEARCH_ATTRIBUTES.dueAt, 'DATETIME');
const recipe = defineSearchAttributeKey(SEARCH_ATTRIBUTES.recipe, 'KEYWORD');
const inboxMode = defineSearchAttributeKey(SEARCH_ATTRIBUTES.inboxMode, 'KEYWORD');
const approvalsNeeded = defineSearchAttributeKey(SEARCH_ATTRIBUTES.approvalsNeeded, 'INT');

export interface Visible {
  status: DraftStatus;
  dueAtMs: number | null;
  recipe: string | null;
  inboxMode: string;
  approvalsNeeded: number;
}

/** The search attributes of a draft that starts now; free of charge as part of the start. */
export function initialSearchAttributes(visible: Omit<Visible, 'dueAtMs'>): SearchAttributePair[] {
  return [
    { key: status, value: visible.status },
    { key: inboxMode, value: visible.inboxMode },
    { key: approvalsNeeded, value: visible.approvalsNeeded },
    ...(visible.recipe === null ? [] : [{ key: recipe, value: visible.recipe }]),
  ];
}

/** The search attributes of a draft as it is now. Never an address or a subject: they are not encrypted. */
export function searchAttributesOf(visible: Visible): SearchAttributeUpdatePair[] {
  return [
    { key: status, value: visible.status },
    { key: dueAt, value: visible.dueAtMs === null ? null : new Date(visible.dueAtMs) },
    { key: recipe, value: visible.recipe },
    { key: inboxMode, value: visible.inboxMode },
    { key: approvalsNeeded, value: visible.approvalsNeeded },
  ];
}
