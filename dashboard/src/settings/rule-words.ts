import type { ReviewRoute } from '../../../src/domain/oversight.ts';
import type { Condition, LeafCondition, RuleOutcome } from '../../../src/domain/policy/schema.ts';
import { inWords } from './duration.ts';

const list = (words: readonly string[]): string => words.join(', ');
const some = (count: number, one: string, many = `${one}s`): string =>
  count === 1 ? `at least one ${one}` : `at least ${count} ${many}`;
const percent = (share: number): string => `${Math.round(share * 1_000) / 10} %`;

/** Who is asked first, in words. */
export function routeInWords(route: ReviewRoute): string {
  if ('inTurn' in route) return `people of ${route.inTurn} in turn`;
  return 'group' in route ? `group ${route.group}` : route.person;
}

/** A condition as people say it; those made of others are shown with their parts. */
export function leafInWords(leaf: LeafCondition): string {
  switch (leaf.kind) {
    case 'recipient':
      return `${leaf.every ? 'every recipient is' : 'a recipient is'} ${leaf.every || leaf.anyOf.length > 1 ? 'one of ' : ''}${list(leaf.anyOf)}`;
    case 'recipient_domain':
      return `${leaf.every ? 'every recipient is' : 'a recipient is'} at ${list(leaf.anyOf)}`;
    case 'external_recipient':
      return some(leaf.atLeast, 'external recipient');
    case 'recipient_count':
      return some(leaf.atLeast, 'recipient');
    case 'recipient_suppressed':
      return some(leaf.atLeast, 'suppressed recipient');
    case 'recipient_bounced':
      return `${some(leaf.atLeast, 'recipient')} whose mail bounced before`;
    case 'first_contact':
      return `${some(leaf.atLeast, 'recipient')} never written to before`;
    case 'attachments':
      return `${some(leaf.atLeast, 'attachment')}${leaf.anyType ? ` of type ${list(leaf.anyType)}` : ''}${leaf.totalBytesAtLeast ? ` of ${leaf.totalBytesAtLeast.toLocaleString('en')} bytes together` : ''}`;
    case 'amount':
      return `an amount of ${leaf.atLeast.toLocaleString('en')}${leaf.currency ? ` ${leaf.currency}` : ''} or more`;
    case 'category':
      return `its category is ${list(leaf.anyOf)}`;
    case 'recipe':
      return `its recipe is ${list(leaf.anyOf)}`;
    case 'source':
      return `it comes as ${list(leaf.anyOf)}`;
    case 'agent':
      return `it was asked for by ${list(leaf.anyOf)}`;
    case 'inbox':
      return `it is of the inbox ${list(leaf.anyOf)}`;
    case 'warnings':
      return `${some(leaf.atLeast, 'warning')}${leaf.codes ? ` of ${list(leaf.codes)}` : ''}`;
    case 'written_by':
      return `it was written by ${list(leaf.anyOf)}`;
    case 'model':
      return `it was written by the model ${list(leaf.anyOf)}`;
    case 'edit_distance':
      return `${percent(leaf.atLeast)} or more of its words changed since ${leaf.from === 'first' ? 'the first revision' : 'it was composed'}`;
    case 'hours':
      return `it is ${leaf.from} to ${leaf.to}${leaf.days ? ` on ${list(leaf.days)}` : ''} in ${leaf.timeZone}`;
    case 'thread':
      return leaf.is === 'reply' ? 'it is a reply' : 'it begins a thread';
    case 'answered_verdict':
      return `the mail it answers was judged ${list(leaf.anyOf)}`;
  }
}

export function isLeaf(condition: Condition): condition is LeafCondition {
  return condition.kind !== 'all' && condition.kind !== 'any' && condition.kind !== 'not';
}

export function outcomeInWords(outcome: RuleOutcome): string[] {
  if (outcome.kind === 'refuse') return ['It is refused.'];
  const { approvals, route, priority, times, undoMs, editorMayApprove, creatorMayApprove, replyApproval } = outcome;
  const needs = (approvals ?? [{ group: null, count: 1 }])
    .map(({ group, count }) => `${count} ${count === 1 ? 'approval' : 'approvals'}${group ? ` of ${group}` : ''}`)
    .join(' and ');
  const first = {
    review: `It needs ${needs}.`,
    auto: 'Its time alone suffices.',
    monitor: `It goes after ${outcome.kind === 'monitor' && outcome.holdMs ? inWords(outcome.holdMs) : "the inbox's hold"}, unless people stop it.`,
  }[outcome.kind];
  return [
    first,
    ...(outcome.kind !== 'review' && approvals ? [`Sent back to people, it needs ${needs}.`] : []),
    ...(route ? [`Asked first: ${routeInWords(route)}.`] : []),
    ...(priority !== undefined ? [`Priority ${priority}.`] : []),
    ...(times?.remindAfterMs ? [`Reminds after ${inWords(times.remindAfterMs)}.`] : []),
    ...(times?.escalateAfterMs
      ? [`Asks ${times.escalateTo ?? 'others'} as well after ${inWords(times.escalateAfterMs)}.`]
      : []),
    ...(times?.expireAfterMs ? [`Its review ends after ${inWords(times.expireAfterMs)} at the latest.`] : []),
    ...(undoMs === undefined
      ? []
      : [undoMs === 0 ? 'It goes at once when it is approved.' : `An approval can be undone for ${inWords(undoMs)}.`]),
    ...(editorMayApprove === undefined
      ? []
      : [`Whoever edited it ${editorMayApprove ? 'may' : 'may not'} approve it.`]),
    ...(creatorMayApprove === undefined
      ? []
      : [`Whoever asked for it ${creatorMayApprove ? 'may' : 'may not'} approve it.`]),
    ...(replyApproval === undefined
      ? []
      : [`An answer to the mail that asks ${replyApproval ? 'decides' : 'does not decide'} it.`]),
  ];
}
