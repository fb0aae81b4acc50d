import { recipientActivities } from '../recipients.ts';
import type { Check } from './check.ts';

/** Suppressions that AgentMail's own list lacks, and webhook events whose draft was not known when they came. */
export const mirrors: Check = async ({ deps, hasTime }) => {
  const recipients = recipientActivities(deps);
  const { attached } = await recipients.attachMessageEvents();
  const { done, failed } = await recipients.mirrorSuppressions({ hasTime });
  return { looked: attached + done + failed, repaired: attached + done, found: failed };
};
