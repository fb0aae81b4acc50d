/** What the record of accounts tells: sign-ins, and changes of what anybody may do. */
export const ACCOUNT_EVENTS = [
  'signed_in',
  'sign_in_failed',
  'sign_in_locked',
  'signed_out',
  'link_made',
  'link_used',
  'password_set',
  'user_created',
  'user_changed',
  'group_changed',
  'group_deleted',
  'key_created',
  'key_first_used',
  'key_rotated',
  'key_revoked',
  'absence_said',
  'absence_ended',
  'slack_linked',
  'slack_refused',
  'slack_unlinked',
] as const;
export type AccountEvent = (typeof ACCOUNT_EVENTS)[number];
