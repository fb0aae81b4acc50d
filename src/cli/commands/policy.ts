import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import type { ConditionView, DryRun, PolicyExplanation } from '../../client/index.ts';
import { lasting } from '../../domain/check-words.ts';
import { INBOX_MODES } from '../../domain/commands.ts';
import { type Policy, policySchema } from '../../domain/policy/schema.ts';
import { type Context, contextOf, type Io } from '../context.ts';
import { UsageError } from '../exit.ts';
import { Progress } from '../progress.ts';
import { safe, when } from '../text.ts';
import { wholeNumber } from './read.ts';

const dryRunOptions = z.object({
  inbox: z.string().optional(),
  mode: z.enum(INBOX_MODES, `--mode: one of ${INBOX_MODES.join(', ')}`).optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  most: z.number().min(1).optional(),
});

/** `policy show|set|versions|activate|explain|dry-run`. */
export function addPolicy(program: Command, io: Io): void {
  const group = program.command('policy').description('rules that decide which draft needs whom');
  const show = group
    .command('show [version]')
    .description('the rules that decide now, or those of a version, as JSON')
    .action(async (version?: string) => {
      const { out, client } = contextOf(io, show);
      const { policies } = client('reviewer');
      const found = version === undefined ? (await policies.get()).active : await policies.version(numberOf(version));
      if (out.json) return out.value(found);
      if (found === null) return out.note('There are no rules: the modes of the inboxes decide.');
      out.note(
        safe(`Version ${found.version} by ${found.by.name}, ${when(found.at)}${found.active ? ', active' : ''}`),
      );
      out.value(found.policy);
    });
  const set = group
    .command('set <file>')
    .description('let the rules of a JSON file decide (`-` reads standard input), as an operator')
    .option('--comment <text>', 'why')
    .option('--base <version>', 'refuse when another version than this is active', wholeNumber)
    .action(async (file: string) => {
      const { out, client } = contextOf(io, set);
      const { comment, base } = z
        .object({ comment: z.string().optional(), base: z.number().optional() })
        .parse(set.opts());
      const policy = await readPolicy(io, file);
      const { changed, active, notes } = await client('operator').policies.put({ policy, comment, baseVersion: base });
      if (out.json) return out.value({ changed, active, notes });
      out.line(changed ? `Version ${active.version} decides now.` : `Version ${active.version} decides already.`);
      for (const note of notes) out.note(safe(note));
    });
  const versions = group
    .command('versions')
    .description('every version of the rules, newest first')
    .action(async () => {
      const { out, client } = contextOf(io, versions);
      const page = await client('reviewer').policies.versions({ limit: 200 });
      if (out.json) return out.value(page);
      if (page.items.length === 0) return out.note('There are no rules yet.');
      const rows = safe(page.items).map((one) => [
        ...[String(one.version), one.active ? 'active' : '', String(one.ruleCount), one.by.name, when(one.at)],
        ...[one.source, one.comment ?? ''],
      ]);
      out.table(['version', 'state', 'rules', 'by', 'at', 'from', 'comment'], rows, ['comment'], ['from']);
    });
  const activate = group
    .command('activate <version>')
    .description('let an earlier version decide again, as an operator')
    .action(async (version: string) => {
      const { out, client } = contextOf(io, activate);
      const active = await client('operator').policies.activate(numberOf(version));
      if (out.json) out.value(active);
      else out.line(`Version ${active.version} decides now.`);
    });
  const explain = group
    .command('explain <draft>')
    .description('what policy says of a draft, and why')
    .action(async (draft: string) => {
      const context = contextOf(io, explain);
      const answer = await context.client('reviewer').policies.explain(draft);
      if (context.out.json) return context.out.value(answer);
      if (answer.recorded) showExplanation(context, 'As recorded', answer.recorded);
      if (answer.now) showExplanation(context, 'As it would be now', answer.now);
      if (!answer.recorded && !answer.now) context.out.note('Policy said nothing of this draft.');
    });
  const dryRun = group
    .command('dry-run <file>')
    .description('try the rules of a JSON file on past drafts; nothing is changed')
    .option('--inbox <inbox>', 'only drafts of this inbox')
    .option('--mode <mode>', 'as if every inbox were in this mode')
    .option('--from <instant>', 'only drafts made then or later, such as 2026-11-01T00:00:00Z')
    .option('--to <instant>', 'only drafts made before')
    .option('--most <n>', 'no more than so many, newest first', wholeNumber)
    .action(async (file: string) => {
      const context = contextOf(io, dryRun);
      const { most, ...filter } = dryRunOptions.parse(dryRun.opts());
      const policy = await readPolicy(io, file);
      const progress = new Progress(io, 'drafts');
      const onPage = ({ drafts, total }: DryRun) => progress.show(drafts, Math.min(total ?? 0, most ?? Infinity));
      try {
        const sum = await context.client('reviewer').policies.dryRun({ policy, ...filter }, { most, onPage });
        progress.end();
        if (context.out.json) context.out.value(sum);
        else showDryRun(context, sum);
      } finally {
        progress.end();
      }
    });
}

function numberOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`${text}: give the number of a version; \`countersign policy versions\` lists them.`);
}

/** @throws UsageError naming every fault of the file */
async function readPolicy(io: Io, file: string): Promise<Policy> {
  const text = file === '-' ? await io.readStdin() : await readFile(file, 'utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = policySchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new UsageError(`${file}: ${z.prettifyError(parsed.error)}`);
}

function showExplanation({ out }: Context, title: string, said: PolicyExplanation): void {
  const version = said.version === null ? 'no rules' : `rules version ${said.version}`;
  out.line(out.style(`${title}, ${when(said.at)} (${said.mode}, ${version})`, 'bold'));
  out.line(safe(said.why));
  if (said.route) out.line(safe(`Asked first: ${routeText(said.route)}.`));
  const { remindAfterMs, escalateAfterMs, escalateTo } = said.times;
  if (remindAfterMs !== null) out.line(`Reminds after ${lasting(remindAfterMs)}.`);
  if (escalateAfterMs !== null) out.line(safe(`Asks ${escalateTo} as well after ${lasting(escalateAfterMs)}.`));
  for (const { rule, fits, seen } of said.rules) {
    out.line(safe(`${mark(fits)} ${rule}${seen === null ? ': asks nothing' : ''}`));
    if (seen) showCondition(out, seen, 1);
  }
  out.line();
}

function showCondition(out: Context['out'], { kind, met, asked, saw, parts }: ConditionView, depth: number): void {
  const words = parts.length > 0 ? (COMBINED[kind] ?? kind) : `${asked} (saw: ${saw})`;
  out.line(safe(`${'  '.repeat(depth)}${mark(met)} ${words}`));
  for (const part of parts) showCondition(out, part, depth + 1);
}

function routeText(route: NonNullable<PolicyExplanation['route']>): string {
  if ('person' in route) return route.person;
  return 'inTurn' in route ? `people of ${route.inTurn} in turn` : `the group ${route.group}`;
}

const COMBINED: Record<string, string> = { all: 'all of', any: 'any of', not: 'not' };
const mark = (yes: boolean) => (yes ? '+' : '-');

function showDryRun({ out }: Context, sum: DryRun): void {
  const { counts, unattended } = sum;
  if (sum.drafts === 0) out.note('There are no past drafts to try it on.');
  const cells = (of: DryRun['counts']) => [of.review, of.auto, of.monitor, of.refuse].map(String);
  const rows = safe(sum.byRule).map(({ rule, counts }) => [rule ?? '(mode of the inbox)', ...cells(counts)]);
  out.table(['rule', 'review', 'auto', 'monitor', 'refuse'], [...rows, ['all', ...cells(counts)]], ['rule']);
  const { edited, rejected, changesRequested, revoked, touched } = unattended;
  out.line();
  out.line(`Of ${sum.drafts} past drafts ${unattended.drafts} would go without anybody's approval.`);
  const done = `${edited} edited, ${rejected} rejected, ${changesRequested} sent back, ${revoked} revoked`;
  if (touched > 0) out.line(`People had touched ${touched} of those: ${done}.`);
  for (const id of unattended.examples) out.line(safe(`  ${id}`));
}
