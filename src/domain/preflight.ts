import type { ReasonCode } from './reasons.ts';

/** What is checked at the moment of sending, in this order; the first that holds a draft back decides. */
export const CHECKS = [
  'due',
  'snapshot',
  'approval',
  'approval_age',
  'draft_age',
  'pause',
  'suppression',
  'preferences',
  'quiet_hours',
  'send_lists',
  'newer_inbound',
  'quota',
  'rate',
] as const;
export type Check = (typeof CHECKS)[number];

/**
 * What a check that fails does. `review`: the approval is void and people read it again. `block`: the draft stays
 * approved and waits until the cause is gone. `drop`: the recipients at fault are left out of a new revision, which
 * goes to review. `warn`: it is sent, and the record says what was overlooked.
 */
export const CHECK_ACTIONS = ['review', 'block', 'drop', 'warn'] as const;
export type CheckAction = (typeof CHECK_ACTIONS)[number];

/**
 * What an inbox may choose for each check, its default first. Checks that are not here cannot be loosened: what was not
 * approved, is not due or exceeds the provider's limits never leaves. For the same reason nobody who said no can be
 * written to with a warning. What time alone never mends cannot be waited for.
 */
export const CHECK_CHOICES = {
  approval_age: ['review', 'warn'],
  draft_age: ['review', 'warn'],
  pause: ['block', 'review'],
  suppression: ['review', 'block', 'drop'],
  preferences: ['review', 'block', 'drop', 'warn'],
  quiet_hours: ['block', 'review', 'warn'],
  send_lists: ['review', 'block', 'drop'],
  newer_inbound: ['review', 'warn'],
  quota: ['block', 'review', 'warn'],
} as const satisfies Partial<Record<Check, readonly CheckAction[]>>;
export type ConfigurableCheck = keyof typeof CHECK_CHOICES;
export type CheckChoices = { [Name in ConfigurableCheck]?: (typeof CHECK_CHOICES)[Name][number] };

/** How one check came out, as the record keeps it: codes and counts, never an address. */
export interface CheckResult {
  check: Check;
  result: 'pass' | CheckAction;
  reason?: ReasonCode;
  /** What it was decided on, in numbers or ids: a count of recipients, an age in ms, a message id. */
  evidence?: Record<string, string | number | boolean | null>;
}

/** What an inbox does when `check` fails. */
export function actionFor<Name extends ConfigurableCheck>(check: Name, choices: CheckChoices): CheckAction {
  return choices[check] ?? CHECK_CHOICES[check][0];
}
