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
    if (route && 'group' in route) asked.set(route.group, Math.max(1, asked.get(route.group) ?? 0));
    if (times?.escalateTo) asked.set(times.escalateTo, Math.max(1, asked.get(times.escalateTo) ?? 0));
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
