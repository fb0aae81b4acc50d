import { groupOf } from '../domain/oversight.ts';
import type { Policy } from '../domain/policy/schema.ts';
import type { GroupRow } from '../store/types.ts';

/** What of a policy is likely not meant: groups that cannot give what they are asked for, rules that nothing reaches. */
export function policyNotes({ rules }: Policy, groups: readonly GroupRow[]): string[] {
  const members = new Map(groups.map(({ name, members }) => [name, members.length]));
  const enabled = rules.filter((rule) => rule.enabled);
  const notes: string[] = [];
  for (const rule of enabled) {
    if (rule.outcome.kind === 'refuse') continue;
    const { approvals = [], route, times } = rule.outcome;
    const asked = new Map<string, number>();
    for (const { group, count } of approvals) if (group !== null) asked.set(group, count);
    const first = route ? groupOf(route) : null;
    const others = [first, times?.escalateTo ?? null].filter((group) => group !== null);
    for (const group of others) asked.set(group, Math.max(1, asked.get(group) ?? 0));
    const counts = approvals.length === 0 || approvals.some(({ group }) => group === null);
    for (const group of counts ? [] : others) {
      if (!approvals.some((need) => need.group === group))
        notes.push(`Rule ${rule.id} asks ${group}, whose approvals it does not count: name it in approvals, too.`);
    }
    for (const [group, count] of asked) {
      const there = members.get(group) ?? 0;
      if (there < count)
        notes.push(`Rule ${rule.id} asks for ${count} of the group ${group}, which has ${there} members.`);
    }
  }
  const catchAll = enabled.findIndex(({ when }) => when === undefined);
  const unreached = catchAll === -1 ? [] : enabled.slice(catchAll + 1);
  if (unreached.length > 0) {
    const names = unreached.map(({ id }) => id).join(', ');
    notes.push(`Rule ${enabled[catchAll]?.id} fits every draft: what comes after it is never asked (${names}).`);
  }
  return notes;
}
