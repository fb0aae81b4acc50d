import type { DraftPolicy } from '../../../src/api/schemas/index.ts';
import { missingWords } from '../lib/words.ts';

/** What of a policy's answer can change while nobody looks. */
export interface PolicySaid {
  version: number | null;
  mode: string;
  outcome: string;
  rule: string | null;
  needs: { group: string | null; count: number }[];
}

export function saidBy({ now }: DraftPolicy): PolicySaid | null {
  if (now === null) return null;
  const { version, mode, outcome, rule, needs } = now;
  return { version, mode, outcome, rule, needs };
}

export const writtenDown = (said: PolicySaid): string => JSON.stringify(said);

/** As it was written down at the last look; null for nothing of ours. */
function readBack(text: string | null): PolicySaid | null {
  if (text === null) return null;
  try {
    const said: Partial<PolicySaid> | null = JSON.parse(text);
    const { version = null, mode, outcome, rule = null, needs } = said ?? {};
    return mode && outcome && Array.isArray(needs) ? { version, mode, outcome, rule, needs } : null;
  } catch {
    return null;
  }
}

const OUTCOMES: Record<string, string> = {
  review: 'it needs people',
  auto: 'it needs nobody',
  monitor: 'it leaves by itself unless somebody stops it',
  refuse: 'it is refused',
};
const outcomeWords = ({ outcome, needs }: PolicySaid) =>
  outcome === 'review' && needs.length > 0 ? `it needs ${missingWords(needs)}` : (OUTCOMES[outcome] ?? outcome);
const modeWords = (mode: string) => mode.replaceAll('_', ' ');

/** What the rules say otherwise than they did, in sentences; empty when they say the same. */
export function policyNews(before: string | null, now: PolicySaid | null): string[] {
  const seen = readBack(before);
  if (seen === null || now === null) return [];
  const news: string[] = [];
  if (seen.mode !== now.mode) news.push(`The inbox's mode was ${modeWords(seen.mode)} and is ${modeWords(now.mode)}.`);
  const [was, is] = [outcomeWords(seen), outcomeWords(now)];
  const by = now.rule === null ? '' : `, says rule ${now.rule}`;
  if (was !== is || seen.rule !== now.rule)
    news.push(`By the rules ${was === is ? 'still ' : ''}${is}${by}${was === is ? '' : `; ${was} before`}.`);
  else if (seen.version !== now.version)
    news.push(`The rules were changed${versions(seen, now)}; for this draft they say the same.`);
  return news;
}

const versions = (seen: PolicySaid, now: PolicySaid) =>
  seen.version === null || now.version === null ? '' : `, from version ${seen.version} to ${now.version}`;
