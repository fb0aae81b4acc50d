/**
 * Whom a revision went to. `turn`: the next of the group. `again`: who had it before. `kept`: who was given it by a person.
 * `named`: whom the rule or the inbox names. `stand_in`: who stands in for somebody away. And where nobody in particular
 * has it: `group`: a whole group is asked. `away`: whoever it would go to is. `not_able`: the person named may not review
 * it, or wrote it. `nobody_there`: all of the group are away, may not review it, or wrote it.
 */
export const ROUTING_OUTCOMES = [
  'turn',
  'again',
  'kept',
  'named',
  'stand_in',
  'group',
  'away',
  'not_able',
  'nobody_there',
] as const;
export type RoutingOutcome = (typeof ROUTING_OUTCOMES)[number];

/** A routing as a sentence; `person` and `group` by name. */
export function routingInWords(
  outcome: RoutingOutcome,
  { person, group }: { person?: string | undefined; group?: string | undefined },
): string {
  const who = person ?? 'somebody';
  switch (outcome) {
    case 'turn':
      return `Given to ${who}, in turn of ${group ?? 'the group'}`;
    case 'again':
      return `Given to ${who}, who had it before`;
    case 'kept':
      return `Stays with ${who}`;
    case 'named':
      return `Given to ${who}, whom policy names`;
    case 'stand_in':
      return `Given to ${who}, who stands in`;
    case 'group':
      return `For the group ${group ?? ''}`.trim();
    case 'away':
      return 'Nobody has it: whoever it would go to is away';
    case 'not_able':
      return 'Nobody has it: the person named may not review it';
    case 'nobody_there':
      return `Nobody has it: all of ${group ?? 'the group'} are away, or may not review it`;
  }
}
