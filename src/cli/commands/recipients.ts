import type { Command } from 'commander';
import { z } from 'zod';
import type { RecipientPreferenceChanges, RecipientPreferences } from '../../client/index.ts';
import { type Context, contextOf, type Io } from '../context.ts';
import { UsageError } from '../exit.ts';
import { safe, when } from '../text.ts';

const setOptions = z.object({
  timeZone: z.string().optional(),
  quiet: z.string().optional(),
  language: z.string().optional(),
  optOut: z.array(z.string()).optional(),
  optIn: z.array(z.string()).optional(),
});
const collect = (value: string, before: string[] = []) => [...before, value];

/** `recipients show|set` and `proposals list|accept|dismiss`. */
export function addRecipients(program: Command, io: Io): void {
  const group = program.command('recipients').description('what recipients prefer');
  const show = group
    .command('show <address>')
    .description('time zone, quiet hours, language, and what was opted out of')
    .action(async (address: string) => {
      const context = contextOf(io, show);
      tell(context, await context.client('reviewer').recipients.preferences(address));
    });
  const set = group
    .command('set <address>')
    .description('change what is named and keep the rest; `none` clears')
    .option('--time-zone <zone>', 'such as Europe/Berlin')
    .option('--quiet <from-to>', 'such as 22:00-07:00, in that zone')
    .option('--language <tag>', 'such as de')
    .option('--opt-out <category>', 'a category not to be sent, `*` for all; may be repeated', collect)
    .option('--opt-in <category>', 'take an opt-out back; may be repeated', collect)
    .action(async (address: string) => {
      const context = contextOf(io, set);
      const { recipients } = context.client('reviewer');
      const { optOut = [], optIn = [], ...given } = setOptions.parse(set.opts());
      const changes = changesOf(given);
      if (optOut.length + optIn.length > 0) {
        const known = await recipients.preferences(address).catch(() => null);
        const kept = (known?.optedOut ?? []).filter((category) => !optIn.includes(category));
        changes.optedOut = [...new Set([...kept, ...optOut])];
      }
      if (Object.keys(changes).length === 0)
        throw new UsageError('Say what to set; see `countersign recipients set --help`.');
      tell(context, await recipients.setPreferences(address, changes));
    });
  addProposals(program, io);
}

function changesOf({ timeZone, quiet, language }: z.infer<typeof setOptions>): RecipientPreferenceChanges {
  const orNone = (value: string) => (value === 'none' ? null : value);
  return {
    ...(timeZone !== undefined && { timeZone: orNone(timeZone) }),
    ...(language !== undefined && { language: orNone(language) }),
    ...(quiet !== undefined && { quietHours: quiet === 'none' ? null : quietHours(quiet) }),
  };
}

function quietHours(text: string): { from: string; to: string } {
  const [from, to, ...others] = text.split(/[-–]/).map((part) => part.trim());
  if (from && to && others.length === 0) return { from, to };
  throw new UsageError('--quiet: expected two times such as 22:00-07:00');
}

function tell({ out }: Context, preferences: RecipientPreferences): void {
  if (out.json) {
    out.value(preferences);
    return;
  }
  const { address, timeZone, quietHours, language, optedOut, updatedAt, updatedBy } = safe(preferences);
  const rows = [
    ['address', address],
    ['time zone', timeZone ?? 'not known'],
    ['quiet hours', quietHours === null ? 'none' : `${quietHours.from} to ${quietHours.to}`],
    ['language', language ?? 'not known'],
    [
      'opted out of',
      optedOut.length === 0 ? 'nothing' : optedOut.map((one) => (one === '*' ? 'everything' : one)).join(', '),
    ],
    ['changed', `${when(updatedAt)} by ${updatedBy.name}`],
  ];
  for (const [name = '', value = ''] of rows) out.line(`${out.style(name.padEnd(14), 'dim')}${value}`);
}

function addProposals(program: Command, io: Io): void {
  const group = program.command('proposals').description('received messages that ask to get no more mail');
  const list = group
    .command('list')
    .description('those nobody decided on, newest first')
    .option('--all', 'decided ones too')
    .action(async () => {
      const { out, client } = contextOf(io, list);
      const { all } = z.object({ all: z.boolean().default(false) }).parse(list.opts());
      const page = await client('reviewer').recipients.proposals({ limit: 200, ...(!all && { status: 'open' }) });
      if (out.json) return out.value(page);
      if (page.items.length === 0) return out.note('Nobody asked to get no more mail.');
      const rows = safe(page.items).map((one) => [one.id, one.address, one.inbox, one.status, when(one.createdAt)]);
      out.table(['id', 'address', 'inbox', 'status', 'since'], rows, ['address', 'inbox'], ['inbox']);
    });
  for (const [verb, description, done] of [
    ['accept', 'suppress who asked for it', 'is suppressed'],
    ['dismiss', 'it was not meant so', 'may still be written to'],
  ] as const) {
    const command = group
      .command(`${verb} <id>`)
      .description(description)
      .action(async (id: string) => {
        const { out, client } = contextOf(io, command);
        const { recipients } = client('reviewer');
        const decided = await (verb === 'accept' ? recipients.acceptProposal(id) : recipients.dismissProposal(id));
        if (out.json) out.value(decided);
        else out.line(`${safe(decided.address)} ${done}.`);
      });
  }
}
