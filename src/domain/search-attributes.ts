/** Temporal search attributes of a draft. They are never encrypted: no address and no subject belongs here. */
export const SEARCH_ATTRIBUTES = {
  /** Lifecycle state. */
  status: 'CountersignStatus',
  /** When it is due, when it has a time. */
  dueAt: 'CountersignDueAt',
  recipe: 'CountersignRecipe',
  /** Oversight mode of its inbox. */
  inboxMode: 'CountersignInboxMode',
  /** How many approvals are still missing. */
  approvalsNeeded: 'CountersignApprovalsNeeded',
} as const;

/** Their types, in the words of Temporal's CLI. */
export const SEARCH_ATTRIBUTE_TYPES = {
  CountersignStatus: 'Keyword',
  CountersignDueAt: 'Datetime',
  CountersignRecipe: 'Keyword',
  CountersignInboxMode: 'Keyword',
  CountersignApprovalsNeeded: 'Int',
} as const;
