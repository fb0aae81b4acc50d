import type { Command } from 'commander';
import { z } from 'zod';
import { contextOf, type Io } from '../context.ts';
import { UsageError } from '../exit.ts';
import { scheduleOf, scheduleOptions, withScheduleOptions } from '../schedule-options.ts';
import { tellResult } from './decide.ts';
import { wholeNumber } from './read.ts';

const common = z.object({ comment: z.string().optional(), decisionId: z.string().optional() });
const withCommon = (command: Command) =>
  command
    .option('--comment <text>', 'why')
    .option('--decision-id <id>', 'your id of this command: repeating it takes effect once');

/** reschedule, revoke, withdraw, cancel, resolve. */
export function addChanges(program: Command, io: Io): void {
  const reschedule = withScheduleOptions(
    withCommon(program.command('reschedule <id>').description('change when a draft may leave')),
  ).action(async (id: string) => {
    const context = contextOf(io, reschedule);
    const schedule = scheduleOf(scheduleOptions.parse(reschedule.opts()));
    if (!schedule) throw new UsageError('Say when: --now, --at <instant>, --window <zone> or --held.');
    const input = { schedule, ...common.parse(reschedule.opts()) };
    tellResult(context, await context.client('reviewer').drafts.reschedule(id, input));
  });

  const revoke = withCommon(program.command('revoke <id>').description('take an approval back before the send'))
    .option('--revision <n>', 'the approved revision; the current one when absent', wholeNumber)
    .action(async (id: string) => {
      const context = contextOf(io, revoke);
      const { drafts } = context.client('reviewer');
      const named = z.object({ revision: z.number().optional() }).parse(revoke.opts()).revision;
      const revision = named ?? Math.max(1, (await drafts.get(id)).revision);
      tellResult(context, await drafts.revoke(id, { revision, ...common.parse(revoke.opts()) }));
    });

  const withdraw = withCommon(
    program.command('withdraw <id>').description('take a draft back, as the agent that asked'),
  );
  withdraw.action(async (id: string) => {
    const context = contextOf(io, withdraw);
    tellResult(context, await context.client('agent').drafts.withdraw(id, common.parse(withdraw.opts())));
  });

  const cancel = withCommon(program.command('cancel <id>').description('end a draft, as an operator'));
  cancel.action(async (id: string) => {
    const context = contextOf(io, cancel);
    tellResult(context, await context.client('operator').drafts.cancel(id, common.parse(cancel.opts())));
  });

  addResolve(program, io);
}

const resolveOptions = common.extend({
  markSent: z.string().optional(),
  retry: z.boolean().default(false),
  giveUp: z.boolean().default(false),
  acceptDuplicateRisk: z.boolean().default(false),
});
function addResolve(program: Command, io: Io): void {
  const resolve = withCommon(program.command('resolve <id>').description('settle a send whose outcome is unknown'))
    .option('--mark-sent <message-id>', 'it was sent: this message in the inbox, which is compared')
    .option('--retry', 'try again')
    .option('--accept-duplicate-risk', 'with --retry, once the idempotency key has expired: the mail may arrive twice')
    .option('--give-up', 'end as failed, outcome unknown')
    .action(async (id: string) => {
      const context = contextOf(io, resolve);
      const { markSent, retry, giveUp, acceptDuplicateRisk, ...rest } = resolveOptions.parse(resolve.opts());
      const chosen = [markSent !== undefined, retry, giveUp].filter(Boolean).length;
      if (chosen !== 1) throw new UsageError('Give one of --mark-sent <message-id>, --retry and --give-up.');
      const action = retry ? 'retry' : giveUp ? 'give_up' : 'mark_sent';
      const risk = acceptDuplicateRisk ? { acceptDuplicateRisk } : {};
      const input = { action, messageId: markSent, ...risk, ...rest } as const;
      tellResult(context, await context.client('reviewer').drafts.resolve(id, input));
    });
}
