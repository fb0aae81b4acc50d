/** The commands people and agents give a draft; each is an Update of the same name. */
export const COMMAND_NAMES = [
  'decide',
  'revoke',
  'edit',
  'revise',
  'reschedule',
  'withdraw',
  'cancel',
  'resolve',
] as const;
export type CommandName = (typeof COMMAND_NAMES)[number];

export const DECISIONS = ['approve', 'reject', 'request_changes'] as const;
export type Decision = (typeof DECISIONS)[number];

/** How an inbox is overseen; set by its operator, never by an agent. */
export const INBOX_MODES = ['review_all', 'autonomous'] as const;
export type InboxMode = (typeof INBOX_MODES)[number];
