import { Argument, type Command } from 'commander';
import { z } from 'zod';
import type { AddPause } from '../../client/index.ts';
import { PAUSE_KINDS } from '../../domain/limits.ts';
import { contextOf, type Io } from '../context.ts';
import { UsageError } from '../exit.ts';
import { safe, when } from '../text.ts';

const kindSchema = z.enum(PAUSE_KINDS);

/** `pause`, `resume` and `pauses`. */
export function addPauses(program: Command, io: Io): void {
  const kind = () => new Argument('<kind>', 'what to pause').choices(PAUSE_KINDS);
  const list = program
    .command('pauses')
    .description('what is paused, by whom and why')
    .action(async () => {
      const { out, client } = contextOf(io, list);
      const items = await client('reviewer').pauses.list();
      if (out.json) return out.value({ items });
      if (items.length === 0) return out.note('Nothing is paused.');
      const rows = safe(items).map((one) => [one.kind, one.id ?? '', one.reason, one.by.name, when(one.at)]);
      out.table(['kind', 'id', 'reason', 'by', 'since'], rows, ['id', 'reason']);
    });
  const pause = program
    .command('pause')
    .addArgument(kind())
    .argument('[id]', 'inbox, recipe, key of an agent, or batch')
    .option('--reason <text>', 'why')
    .description('nothing of it leaves from now on')
    .action(async (given: string, id?: string) => {
      const { out, client } = contextOf(io, pause);
      const target = targetOf(given, id);
      const { reason } = z.object({ reason: z.string().optional() }).parse(pause.opts());
      const made = await client('reviewer').pauses.add({ ...target, reason });
      if (out.json) out.value(made);
      else out.line(`Paused: ${nameOf(target)}. What AgentMail already has leaves; nothing else does.`);
    });
  const resume = program
    .command('resume')
    .addArgument(kind())
    .argument('[id]', 'inbox, recipe, key of an agent, or batch')
    .description('end a pause, as an operator')
    .action(async (given: string, id?: string) => {
      const { out, client } = contextOf(io, resume);
      const target = targetOf(given, id);
      const resumed = await client('operator').pauses.remove(target);
      if (out.json) return out.value(resumed);
      const later = resumed.remaining > 0 ? `, ${resumed.remaining} more are within minutes` : '';
      out.line(`Resumed: ${nameOf(target)}. Held drafts checked again: ${resumed.told}${later}.`);
    });
}

type Target = Pick<AddPause, 'kind' | 'id'>;

function targetOf(given: string, id: string | undefined): Target {
  const kind = kindSchema.parse(given);
  if (kind === 'all' && id !== undefined) throw new UsageError('`all` takes no id.');
  if (kind !== 'all' && id === undefined) throw new UsageError(`Say which ${kind}.`);
  return id === undefined ? { kind } : { kind, id };
}

const nameOf = ({ kind, id }: Target) => (id === undefined ? 'all sending' : `${kind} ${safe(id)}`);
