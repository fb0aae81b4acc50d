import type { Command } from 'commander';
import { z } from 'zod';
import type { Inbox, InboxChanges } from '../../client/index.ts';
import { type Context, contextOf, type Io } from '../context.ts';
import { UsageError } from '../exit.ts';
import { durationArgument } from '../schedule-options.ts';
import { safe } from '../text.ts';

const inboxOptions = z.object({
  mode: z.enum(['review_all', 'autonomous'], '--mode: review_all or autonomous').optional(),
  pause: z.union([z.string(), z.literal(true)]).optional(),
  resume: z.boolean().optional(),
  unverifiedSignals: z.enum(['on', 'off'], '--unverified-signals: on or off').optional(),
  deleteAdopted: z.enum(['on', 'off'], '--delete-adopted: on or off').optional(),
  footer: z.string().optional(),
  maxApprovalAge: z.number().optional(),
});
export function addInbox(program: Command, io: Io): void {
  const inbox = program.command('inbox').description('inboxes and their oversight');
  const list = inbox
    .command('list')
    .description('all inboxes')
    .action(async () => {
      const context = contextOf(io, list);
      const { items, provider } = await context.client('reviewer').inboxes.list();
      if (context.out.json) return context.out.value({ items, provider });
      if (provider !== 'ok') context.out.note('AgentMail cannot be reached: only inboxes with settings are listed.');
      if (items.length === 0) return context.out.note('There are no inboxes in AgentMail yet.');
      showInboxes(context, items);
    });
  const set = inbox
    .command('set <inbox>')
    .description('change the oversight of an inbox, as an operator')
    .option('--mode <mode>', 'review_all: a person approves each draft; autonomous: its time suffices')
    .option('--pause [reason]', 'nothing leaves')
    .option('--resume', 'end the pause')
    .option('--unverified-signals <on|off>', 'whether approvals by plain Temporal signal count')
    .option('--delete-adopted <on|off>', 'delete an adopted AgentMail draft that ends unsent')
    .option('--footer <text>', 'text the provider appends to every message; empty for none')
    .option('--max-approval-age <duration>', 'ask again for approvals older than this', durationArgument)
    .action(async (id: string) => {
      const context = contextOf(io, set);
      const changes = changesOf(inboxOptions.parse(set.opts()));
      if (Object.keys(changes).length === 0)
        throw new UsageError('Say what to change; see `countersign inbox set --help`.');
      const changed = await context.client('operator').inboxes.update(id, changes);
      if (context.out.json) context.out.value(changed);
      else showInboxes(context, [changed]);
    });
}

function changesOf(given: z.infer<typeof inboxOptions>): InboxChanges {
  const { mode, pause, resume, unverifiedSignals, deleteAdopted, footer, maxApprovalAge } = given;
  if (pause !== undefined && resume) throw new UsageError('--pause and --resume contradict each other.');
  return {
    ...(mode && { mode }),
    ...(pause !== undefined && { paused: true, pausedReason: pause === true ? null : pause }),
    ...(resume && { paused: false }),
    ...(unverifiedSignals && { acceptUnverifiedSignals: unverifiedSignals === 'on' }),
    ...(deleteAdopted && { deleteAdopted: deleteAdopted === 'on' }),
    ...(footer !== undefined && { declaredFooter: footer === '' ? null : footer }),
    ...(maxApprovalAge !== undefined && { maxApprovalAgeMs: maxApprovalAge }),
  };
}

function showInboxes({ out }: Context, items: Inbox[]): void {
  const rows = safe(items).map((one) => [
    one.id,
    one.mode,
    one.paused ? `paused${one.pausedReason ? `: ${one.pausedReason}` : ''}` : 'open',
    one.acceptUnverifiedSignals ? 'accepted' : 'ignored',
    one.atProvider ? '' : 'not listed by AgentMail',
  ]);
  out.table(['inbox', 'mode', 'state', 'signals', 'note'], rows, ['inbox', 'state', 'note']);
}
