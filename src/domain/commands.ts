/** The commands people and agents give a draft; each is an Update of the same name. */
export const COMMAND_NAMES = [
  'decide',
  'revoke',
  'edit',
  'revise',
  'reschedule',
  'recompose',
  'recheck',
  'withdraw',
  'cancel',
  'resolve',
] as const;
export type CommandName = (typeof COMMAND_NAMES)[number];

export const DECISIONS = ['approve', 'reject', 'request_changes'] as const;
export type Decision = (typeof DECISIONS)[number];

/**
 * How an inbox is overseen; set by its operator, never by an agent. `review_all`: people approve each draft. `by_rule`:
 * as rules say, else one approval. `monitor`: it goes after a hold in which people may stop it. `autonomous`: its time
 * alone suffices. `paused`: nothing leaves; approvals count later. Rules hold in each; in `review_all` they only add.
 */
export const INBOX_MODES = ['review_all', 'by_rule', 'monitor', 'autonomous', 'paused'] as const;
export type InboxMode = (typeof INBOX_MODES)[number];
