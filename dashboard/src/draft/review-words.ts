import type { ConditionView, Draft, PolicyExplanation } from '../../../src/api/schemas/index.ts';
import { plain } from '../lib/plain.ts';
import { absolute } from '../lib/time.ts';
import { missingWords } from '../lib/words.ts';
import { inWords } from '../settings/duration.ts';
import { routeInWords } from '../settings/rule-words.ts';
import { MODES } from '../settings/words.ts';

/** What policy said of a draft: a sentence, then facts by name. */
export interface ReviewWords {
  title: string;
  why: string;
  facts: { name: string; lines: string[] }[];
}

/** Null where there is nothing to say but what goes without saying: everything of its inbox is reviewed. */
export function reviewWords(
  said: PolicyExplanation,
  draft: Pick<Draft, 'status' | 'reviewDeadline'>,
): ReviewWords | null {
  const { mode, version, rule, outcome, needs, route, why } = said;
  if (rule === null && mode === 'review_all') return null;
  const { word, says } = MODES[mode];
  const facts = [
    { name: 'Inbox', lines: [`${word}: ${says}`] },
    { name: version === null ? 'Rules' : `Rules, version ${version}`, lines: ruleLines(said) },
    { name: 'Approvals', lines: outcome === 'review' ? [missingWords(needs)] : [] },
    { name: 'Asked first', lines: outcome === 'review' && route ? [plain(routeInWords(route))] : [] },
    { name: 'Times', lines: timeLines(said, draft) },
  ];
  return {
    title: outcome === 'review' ? 'Why this review' : 'What the rules say',
    why: plain(why),
    facts: facts.filter(({ lines }) => lines.length > 0),
  };
}

function ruleLines({ rule, rules }: PolicyExplanation): string[] {
  const fitting = rules.find(({ fits }) => fits);
  const others = rules.filter(({ fits }) => !fits).map((one) => one.rule);
  const before = others.length === 0 ? [] : [`Asked, and did not fit: ${plain(others.join(', '))}`];
  if (rule === null || fitting === undefined) return before;
  const held = fitting.seen === null ? ['every draft'] : heldBy(fitting.seen);
  return [...held.map((words, index) => `${index === 0 ? `${rule} fits: ` : 'and '}${plain(words)}`), ...before];
}

/** Conditions that held, each with what it saw; of several of which one suffices, those that did. */
function heldBy(seen: ConditionView): string[] {
  if (!seen.met) return [];
  return seen.kind === 'all' || seen.kind === 'any' ? seen.parts.flatMap(heldBy) : [inFull(seen)];
}

function inFull({ kind, asked, saw, parts }: ConditionView): string {
  if (parts.length === 0) return `${asked} (here: ${saw})`;
  const words = parts.map(inFull).join(kind === 'any' ? ' or ' : ' and ');
  return kind === 'not' ? `not ${words}` : `(${words})`;
}

function timeLines(
  { outcome, times }: PolicyExplanation,
  { status, reviewDeadline }: Parameters<typeof reviewWords>[1],
) {
  const { remindAfterMs, escalateAfterMs, escalateTo } = times;
  const lines: string[] = [];
  if (outcome === 'review' && remindAfterMs !== null) lines.push(`Reminds after ${inWords(remindAfterMs)}`);
  if (outcome === 'review' && escalateAfterMs !== null)
    lines.push(`Asks ${plain(escalateTo ?? 'others')} as well after ${inWords(escalateAfterMs)}`);
  if (status === 'in_review' && reviewDeadline !== null)
    lines.push(`Expires unsent on ${absolute(reviewDeadline)} if nobody decides`);
  return lines;
}
