import { diffLines } from 'diff';
import { htmlFacts } from '../compose/html.ts';
import type { AuditType } from '../domain/audit.ts';
import type { RevisionRecord, TellingKind } from './types.ts';

/** A draft's text longer than this is not put into a message: it is read on the page. */
const MAX_CHARACTERS = 40_000;
const MAX_DIFF_LINES = 200;
const CONTEXT_LINES = 2;
const MAX_LINKS = 50;
/** An address, a name, where a link leads: whoever needs more of them reads it in the desk. */
const MAX_VALUE = 1_000;

/** Characters that turn the order of others around, or hide: what is read must be what is there. */
const DECEIVING = /[\u061C\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]/g;
const visible = (text: string) =>
  text.replace(DECEIVING, (character) => `<U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}>`);

const inOneLine = (text: string) => visible(text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' '));
/** One line: a line break would let a value pass for something else. */
export const oneLine = (text: string, max = 300) => inOneLine(text).slice(0, max);
/** Many lines, without control characters. */
export const manyLines = (text: string) =>
  visible(text.replace(/\r\n?|[\u2028\u2029]/g, '\n').replace(/[^\P{Cc}\n\t]/gu, ' '));

/** What a person reads of a revision, part by part. */
export interface ReadableRevision {
  /** Name and value, in order. */
  heads: [string, string][];
  text: string;
  /** What the HTML part says where that differs from the text; null: the same, or no HTML. */
  html: string | null;
  /** Links of the HTML part: what is seen, and where it leads. */
  links: { text: string; href: string }[];
  warnings: string[];
  /** Something of the draft is not in here, or not all of it: whoever reads this alone has not read the draft. */
  cut: boolean;
}

const words = (text: string) => text.replace(/\s+/g, ' ').trim();

export function readable({ content, warnings }: RevisionRecord, maxCharacters = MAX_CHARACTERS): ReadableRevision {
  let cut = false;
  const within = (text: string, max: number) => {
    if (text.length > max) cut = true;
    return text.slice(0, max);
  };
  const line = (text: string) => within(inOneLine(text), MAX_VALUE);
  const long = (text: string) => manyLines(within(text, maxCharacters));
  const list = (addresses: readonly string[]) => addresses.map(line).join(', ');
  const attachments = content.attachments.map(
    ({ filename, size }) => `${line(filename ?? 'unnamed')} (${bytes(size)})`,
  );
  const heads: [string, string][] = [
    ['To', list(content.to)],
    ['Cc', list(content.cc)],
    ['Bcc', list(content.bcc)],
    ['Reply-To', list(content.replyTo)],
    ['Subject', line(content.subject)],
    ['Attachments', attachments.join(', ')],
  ];
  const facts = content.html === '' ? null : htmlFacts(content.html);
  const html = facts !== null && words(facts.text) !== words(content.text) ? facts.text : null;
  const links = facts?.links ?? [];
  if (links.length > MAX_LINKS) cut = true;
  const shown = {
    heads: heads.filter(([, value]) => value !== ''),
    text: long(content.text),
    html: html === null ? null : long(html),
    links: links.slice(0, MAX_LINKS).map(({ text, href }) => ({ text: line(text), href: line(href) })),
    warnings: warnings.map(({ level, message }) => `${level}: ${line(message)}`),
  };
  return { ...shown, cut };
}

function bytes(size: number): string {
  if (size < 1_000) return `${size} B`;
  return size < 1_000_000 ? `${Math.round(size / 1_000)} KB` : `${(size / 1_000_000).toFixed(1)} MB`;
}

/** Everything a person reads of a revision, as lines to compare. */
function lines(revision: RevisionRecord): string {
  const { heads, text, html } = readable(revision);
  const parts = [...heads.map(([name, value]) => `${name}: ${value}`), '', text, ...(html === null ? [] : ['', html])];
  return `${parts.join('\n')}\n`;
}

export interface DiffLine {
  mark: '+' | '-' | ' ';
  text: string;
}

/** What changed between two revisions, with a little around it; empty when they read the same. */
export function changesBetween(older: RevisionRecord, newer: RevisionRecord): DiffLine[] {
  const all = diffLines(lines(older), lines(newer), { maxEditLength: 5_000 });
  if (all === undefined) return [{ mark: ' ', text: 'Almost everything changed.' }];
  if (!all.some(({ added, removed }) => added || removed)) return [];
  const shown = all.flatMap(({ value, added, removed }, index): DiffLine[] => {
    const mark = added ? '+' : removed ? '-' : ' ';
    const these = value.replace(/\n$/, '').split('\n');
    const lines = these.map((text): DiffLine => ({ mark, text }));
    if (mark !== ' ' || these.length <= 2 * CONTEXT_LINES) return lines;
    const before = index === 0 ? [] : lines.slice(0, CONTEXT_LINES);
    const after = index === all.length - 1 ? [] : lines.slice(-CONTEXT_LINES);
    return [...before, { mark: ' ', text: '…' }, ...after];
  });
  return shown.length > MAX_DIFF_LINES
    ? [...shown.slice(0, MAX_DIFF_LINES), { mark: ' ', text: '… more on the page' }]
    : shown;
}

const OUTCOME_WORDS: Partial<Record<AuditType, string>> = {
  approved: 'approved',
  rejected: 'rejected',
  changes_requested: 'changes requested',
  sent: 'sent',
  withdrawn: 'withdrawn',
  cancelled: 'cancelled',
  expired: 'expired without a decision',
  outcome_unknown: 'nobody can tell whether it was sent',
};
export const outcomeWords = (type: AuditType) => OUTCOME_WORDS[type] ?? type.replaceAll('_', ' ');

const HEADLINES: Record<Exclude<TellingKind, 'outcome'>, string> = {
  review: 'To review',
  reminder: 'Still waiting for review',
  escalation: 'Escalated to you',
};
export const headlineOf = (kind: TellingKind, type: AuditType) =>
  kind === 'outcome' ? outcomeWords(type).replace(/^./, (first) => first.toUpperCase()) : HEADLINES[kind];
