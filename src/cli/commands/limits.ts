import { Argument, type Command } from 'commander';
import { z } from 'zod';
import type { LimitView, Quota } from '../../client/index.ts';
import { type Context, contextOf, type Io } from '../context.ts';
import { UsageError } from '../exit.ts';
import { parseDuration, safe, when } from '../text.ts';

const KINDS = ['organization', 'inbox', 'domain'] as const;
const kindSchema = z.enum(KINDS).transform((kind) => (kind === 'domain' ? 'recipient_domain' : kind));

/** `limits list|set|remove` and `quota`. */
export function addLimits(program: Command, io: Io): void {
  const kind = () => new Argument('<kind>', 'whose mail is counted').choices(KINDS);
  const group = program.command('limits').description('how fast mail may leave');
  const list = group
    .command('list')
    .description('all limits')
    .action(async () => {
      const { out, client } = contextOf(io, list);
      const answer = await client('reviewer').limits.list();
      if (out.json) return out.value(answer);
      if (answer.keyBlockedMs > 0) out.note(`AgentMail asked for a rest of ${seconds(answer.keyBlockedMs)} more.`);
      if (answer.items.length === 0) return out.note('There are no limits.');
      const rows = safe(answer.items).map((one) => [one.kind, targetName(one), one.windows.map(windowText).join(', ')]);
      out.table(['kind', 'target', 'at most'], rows, ['target']);
    });
  const set = group
    .command('set')
    .addArgument(kind())
    .argument('<target>', 'an inbox, a domain, or "*" for each without limits of its own')
    .argument('<limits...>', 'such as 10/1s 500/1h: all hold at once')
    .description('replace the limits of a target, as an operator')
    .action(async (given: string, target: string, limits: string[]) => {
      const { out, client } = contextOf(io, set);
      const limit = await client('operator').limits.set(kindSchema.parse(given), target, limits.map(windowOf));
      if (out.json) out.value(limit);
      else out.line(`${limit.kind} ${safe(targetName(limit))}: at most ${limit.windows.map(windowText).join(', ')}.`);
    });
  const remove = group
    .command('remove')
    .addArgument(kind())
    .argument('<target>', 'as it is listed')
    .description('remove the limits of a target, as an operator')
    .action(async (given: string, target: string) => {
      const { out, client } = contextOf(io, remove);
      const kind = kindSchema.parse(given);
      await client('operator').limits.remove(kind, target);
      if (out.json) out.value({ kind, target, windows: [] });
      else out.line(`${kind} ${safe(target)} is not limited any more.`);
    });

  const quota = program
    .command('quota')
    .option('--set <messages>', 'messages a calendar month, as an operator; none: no quota')
    .option('--warn <percent>', 'warning from this part of the quota on')
    .option('--critical <percent>', 'critical from this part on')
    .description('how much of the monthly quota is used')
    .action(async () => {
      const context = contextOf(io, quota);
      const given = quotaOptions.parse(quota.opts());
      const changes = {
        ...(given.set !== undefined && { monthlyQuota: given.set }),
        ...(given.warn !== undefined && { warningPercent: given.warn }),
        ...(given.critical !== undefined && { criticalPercent: given.critical }),
      };
      if (Object.keys(changes).length === 0) return showQuota(context, await context.client('reviewer').limits.quota());
      showQuota(context, await context.client('operator').limits.setQuota(changes));
    });
}

const percent = z.coerce.number('must be a whole number of percent').int().min(1).max(100).optional();
const quotaOptions = z.object({
  set: z
    .union([
      z.literal('none').transform(() => null),
      z.coerce.number('--set: a number of messages, or none').int().min(1),
    ])
    .optional(),
  warn: percent,
  critical: percent,
});

function windowOf(text: string): { count: number; perMs: number } {
  const [, count = '', per = ''] = /^(\d{1,6})\/(\d*[smhd])$/.exec(text) ?? [];
  const perMs = parseDuration(/^\d/.test(per) ? per : `1${per}`);
  if (count === '' || perMs === null) throw new UsageError(`"${text}" is no limit such as 10/1s, 500/1h or 2000/1d.`);
  return { count: Number(count), perMs };
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;
function windowText({ count, perMs }: { count: number; perMs: number }): string {
  const unit = UNITS.find(([, ms]) => perMs % ms === 0);
  return `${count}/${unit ? `${perMs / unit[1]}${unit[0]}` : `${perMs}ms`}`;
}

const targetName = ({ kind, target }: Pick<LimitView, 'kind' | 'target'>) =>
  target === '*' && kind !== 'organization' ? '* (each)' : target;
const seconds = (ms: number) => `${Math.ceil(ms / 1_000)} s`;

function showQuota({ out }: Context, quota: Quota): void {
  const { used, monthlyQuota, level, resetsAt } = quota;
  if (out.json) {
    out.value(quota);
    return;
  }
  if (monthlyQuota === null) {
    out.line(`${used} messages sent this month; no quota is set.`);
    return;
  }
  const share = ((used / monthlyQuota) * 100).toFixed(1);
  out.line(`${used} of ${monthlyQuota} messages sent this month (${share} %): ${level}.`);
  out.line(`The next month begins at ${when(resetsAt)}.`);
}
