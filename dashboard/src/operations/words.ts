import type { Operation, OperationSummary } from '../../../src/api/schemas/index.ts';
import type { Tone } from '../lib/words.ts';

type Action = Operation['action'];

export const ACTIONS: readonly (readonly [Action, string])[] = [
  ['pause', 'Pause them'],
  ['resume', 'Resume them'],
  ['recheck', 'Check them again'],
  ['recompose', 'Compose them anew'],
  ['reassign', 'Hand them over'],
];

export const HINTS: Record<Action, string> = {
  pause: 'None of them leaves until it is resumed. Their time, their review and their approvals stay.',
  resume: 'Ends their own pauses. Each is checked again before it leaves.',
  recheck: 'Asks the rules and the checks once more. A draft whose outcome changes says so.',
  recompose: 'By their recipe as it is now. What somebody wrote by hand, or approved, is left as it is.',
  reassign: 'They stay with that person until somebody changes that. Anybody may still decide.',
};

const SENTENCES: Record<Action, (what: string) => string> = {
  pause: (what) => `Pause ${what}`,
  resume: (what) => `Resume ${what}`,
  recheck: (what) => `Check ${what} again`,
  recompose: (what) => `Compose ${what} anew`,
  reassign: (what) => `Hand over ${what}`,
};

export const drafts = (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'draft' : 'drafts'}`;

export const actOn = (action: Action, count: number) => SENTENCES[action](drafts(count));

export function titleOf({ action, person, total }: OperationSummary): string {
  const whom = action === 'reassign' ? ` to ${person?.name ?? 'nobody'}` : '';
  return `${actOn(action, total)}${whom}`;
}

export const STATUS_WORDS: Record<Operation['status'], { word: string; tone: Tone }> = {
  previewed: { word: 'Previewed', tone: 'muted' },
  starting: { word: 'Starting', tone: 'info' },
  running: { word: 'Running', tone: 'info' },
  finished: { word: 'Done', tone: 'good' },
  cancelled: { word: 'Cancelled', tone: 'muted' },
};

const NAMES: Record<string, string> = {
  status: 'status',
  createdBy: 'asked for by',
  dueBefore: 'due before',
  dueAfter: 'due after',
  deadlineBefore: 'with a time to keep before',
  q: 'words',
};

/** The filter it was begun with, to be read. */
export function filterWords(filter: Operation['filter']): string {
  const parts = Object.entries(filter).map(([name, value]) => {
    if (name === 'drafts') return `${value} chosen one by one`;
    if (name === 'paused') return value === true ? 'paused one by one' : 'not paused';
    if (name === 'escalated') return value === true ? 'escalated' : 'not escalated';
    if (name === 'overdue') return value === true ? 'overdue' : 'not overdue';
    const text = Array.isArray(value) ? value.map((one) => String(one).replaceAll('_', ' ')).join(', ') : String(value);
    return `${NAMES[name] ?? name} ${text}`;
  });
  return parts.length === 0 ? 'every draft that waits' : parts.join(' · ');
}
