import { zoned } from '../open-hours.ts';
import { WEEKDAYS } from '../schedule.ts';
import type { Lookup, PolicyFacts } from './facts.ts';
import type { Condition, LeafCondition } from './schema.ts';

/** How one condition came out, with what it was decided on: counts and kinds, no content. */
export interface ConditionSeen {
  kind: Condition['kind'];
  met: boolean;
  /** What it asks for and what it saw, in words; '' for those made of others. */
  asked: string;
  saw: string;
  parts: ConditionSeen[];
}

/** Every part is looked at, also where the answer is known before: whoever reads it wants to see all. */
export function look(condition: Condition, facts: PolicyFacts, ownDomains: readonly string[]): ConditionSeen {
  switch (condition.kind) {
    case 'all':
    case 'any': {
      const parts = condition.of.map((part) => look(part, facts, ownDomains));
      const met = condition.kind === 'all' ? parts.every((part) => part.met) : parts.some((part) => part.met);
      return { kind: condition.kind, met, asked: '', saw: '', parts };
    }
    case 'not': {
      const part = look(condition.of, facts, ownDomains);
      return { kind: 'not', met: !part.met, asked: '', saw: '', parts: [part] };
    }
    default:
      return { kind: condition.kind, ...lookAtLeaf(condition, facts, ownDomains), parts: [] };
  }
}

type Answer = Pick<ConditionSeen, 'met' | 'asked' | 'saw'>;

function lookAtLeaf(condition: LeafCondition, facts: PolicyFacts, ownDomains: readonly string[]): Answer {
  const { domains } = facts;
  const total = domains.length;
  switch (condition.kind) {
    case 'recipient': {
      const { anyOf, every } = condition;
      const there = known(facts, 'recipients').filter((mailboxes) => mailboxes.some((one) => anyOf.includes(one)));
      return {
        met: every ? total > 0 && there.length === total : there.length > 0,
        // What is seen is kept, and addresses are not.
        asked: `${every ? 'every' : 'a'} recipient among ${anyOf.length} named`,
        saw: `${there.length} of ${total} there`,
      };
    }
    case 'recipient_domain': {
      const { anyOf, every } = condition;
      const there = domains.filter((domain) => within(domain, anyOf)).length;
      return {
        met: every ? total > 0 && there === total : there > 0,
        asked: `${every ? 'every' : 'a'} recipient at ${some(anyOf)}`,
        saw: `${there} of ${total} there`,
      };
    }
    case 'external_recipient': {
      const outside = domains.filter((domain) => !within(domain, ownDomains)).length;
      return counted(outside, condition.atLeast, 'external recipients', `${outside} of ${total} external`);
    }
    case 'recipient_count':
      return counted(total, condition.atLeast, 'recipients');
    case 'recipient_suppressed':
      return counted(known(facts, 'suppressed'), condition.atLeast, 'suppressed recipients');
    case 'recipient_bounced':
      return counted(known(facts, 'bounced'), condition.atLeast, 'recipients that bounced before');
    case 'first_contact':
      return counted(known(facts, 'firstContact'), condition.atLeast, 'recipients never written to before');
    case 'attachments':
      return attached(condition, facts);
    case 'amount':
      return amount(condition, facts);
    case 'category':
      return among(facts.category, condition.anyOf, 'category');
    case 'recipe':
      return among(facts.recipe, condition.anyOf, 'recipe');
    case 'source':
      return among(facts.source, condition.anyOf, 'source');
    case 'agent':
      return among(facts.creatorId, condition.anyOf, 'asked for by');
    case 'inbox':
      return among(facts.inboxId, condition.anyOf, 'inbox');
    case 'warnings': {
      const { codes } = condition;
      const found = facts.warnings.filter((code) => codes === undefined || codes.includes(code));
      const what = codes === undefined ? 'warnings' : `warnings ${some(codes)}`;
      return counted(found.length, condition.atLeast, what, found.length === 0 ? 'none' : some(found));
    }
    case 'written_by':
      return among(known(facts, 'writtenBy'), condition.anyOf, 'written by');
    case 'model':
      return among(known(facts, 'model'), condition.anyOf, 'model');
    case 'edit_distance': {
      const share = known(facts, condition.from === 'first' ? 'changedFromFirst' : 'changedFromComposed');
      const since = condition.from === 'first' ? 'the first revision' : 'what was composed';
      return {
        met: share >= condition.atLeast,
        asked: `${percent(condition.atLeast)} of the words changed since ${since}`,
        saw: percent(share),
      };
    }
    case 'hours': {
      const { timeZone, days = WEEKDAYS, from, to } = condition;
      const now = zoned(facts.atMs, timeZone);
      const day = WEEKDAYS[now.dayOfWeek - 1] ?? 'mon';
      const time = now.toPlainTime().toString({ smallestUnit: 'minute' });
      return {
        met: days.includes(day) && from <= time && time < to,
        asked: `${days.join(' ')} ${from}–${to} ${timeZone}`,
        saw: `${day} ${time}`,
      };
    }
    case 'thread':
      return among(facts.reply ? 'reply' : 'new', [condition.is], 'thread');
    case 'answered_verdict':
      return among(known(facts, 'answeredVerdict'), condition.anyOf, 'verdict on the mail it answers');
  }
}

function attached(condition: Extract<LeafCondition, { kind: 'attachments' }>, { attachments }: PolicyFacts): Answer {
  const { anyType, atLeast, totalBytesAtLeast } = condition;
  const ofType = attachments.filter((one) => anyType === undefined || anyType.some((type) => isOfType(one, type)));
  const bytes = ofType.reduce((sum, { size }) => sum + size, 0);
  const type = anyType === undefined ? '' : ` of ${some(anyType)}`;
  const size = totalBytesAtLeast === undefined ? '' : ` with ${totalBytesAtLeast} bytes together`;
  return {
    met: ofType.length >= atLeast && (totalBytesAtLeast === undefined || bytes >= totalBytesAtLeast),
    asked: `at least ${atLeast} attachments${type}${size}`,
    saw: `${ofType.length} of ${attachments.length}, ${bytes} bytes`,
  };
}

function isOfType({ contentType, extension }: PolicyFacts['attachments'][number], wanted: string): boolean {
  if (wanted.startsWith('.')) return extension === wanted.slice(1);
  return wanted.endsWith('/*') ? contentType.startsWith(wanted.slice(0, -1)) : contentType === wanted;
}

function amount({ atLeast, currency }: Extract<LeafCondition, { kind: 'amount' }>, facts: PolicyFacts): Answer {
  const found = known(facts, 'amounts');
  // An amount whose sign names no currency may be one of this: a person should rather look once too often.
  const counting = found.filter((one) => currency === undefined || one.currency === null || one.currency === currency);
  const largest = Math.max(...counting.map(({ value }) => value));
  return {
    met: counting.length > 0 && largest >= atLeast,
    asked: `an amount of at least ${atLeast}${currency ? ` ${currency}` : ''}`,
    saw: counting.length === 0 ? `none among ${found.length}` : `the largest is ${largest}`,
  };
}

function counted(found: number, atLeast: number, what: string, saw = String(found)): Answer {
  return { met: found >= atLeast, asked: `at least ${atLeast} ${what}`, saw };
}

function among(value: string | null, anyOf: readonly string[], what: string): Answer {
  return { met: value !== null && anyOf.includes(value), asked: `${what}: ${some(anyOf)}`, saw: value ?? 'none' };
}

/** The domain itself or one below it. */
const within = (domain: string, domains: readonly string[]) =>
  domains.some((one) => domain === one || domain.endsWith(`.${one}`));

const SHOWN = 5;
const some = (values: readonly string[]) =>
  values.length > SHOWN ? `${values.slice(0, SHOWN).join(', ')} and ${values.length - SHOWN} more` : values.join(', ');

const percent = (share: number) => `${Math.round(share * 1_000) / 10} %`;

/** A fact nobody looked up must not count as any answer. */
function known<K extends Lookup>(facts: PolicyFacts, name: K): NonNullable<PolicyFacts[K]> {
  const value = facts[name];
  if (value === undefined || value === null) throw new Error(`the policy asks for ${name}, which was not looked up`);
  return value;
}
