import { groupOf } from '../oversight.ts';
import type { Policy, Rule } from './schema.ts';

/** Every group that a rule asks something of. */
function groupsOf({ outcome }: Rule): string[] {
  if (outcome.kind === 'refuse') return [];
  const { approvals = [], route, times } = outcome;
  const named = [...approvals.map(({ group }) => group), route ? groupOf(route) : null, times?.escalateTo ?? null];
  return named.filter((group) => group !== null);
}

/** Ids of the rules that name this group and are not switched off. */
export const rulesNaming = ({ rules }: Policy, group: string): string[] =>
  rules.filter((rule) => rule.enabled && groupsOf(rule).includes(group)).map(({ id }) => id);
