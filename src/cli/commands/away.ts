import type { Command } from 'commander';
import { z } from 'zod';
import type { AbsenceView } from '../../client/index.ts';
import { type Context, contextOf, type Io } from '../context.ts';
import { UsageError } from '../exit.ts';
import { parseDuration, safe, when } from '../text.ts';

const setOptions = z.object({
  until: z.string('Say until when: --until 2026-12-01, or --until 5d.'),
  from: z.string().optional(),
  standIn: z.string().optional(),
  person: z.string().optional(),
});
const person = z.object({ person: z.string().optional() });

/** `away list|set|end`. */
export function addAway(program: Command, io: Io): void {
  const away = program.command('away').description('who is away, and who stands in');
  const list = away
    .command('list')
    .description('everybody who is away, or will be')
    .action(async () => {
      const { out, client } = contextOf(io, list);
      const answer = await client('reviewer').absences.list();
      if (out.json) return out.value(answer);
      if (answer.items.length === 0) return out.note('Nobody is away.');
      const rows = safe(answer.items).map((one) => [
        ...[one.person.id, one.person.name, when(one.from), when(one.until), one.standIn?.name ?? ''],
      ]);
      out.table(['id', 'name', 'from', 'until', 'stands in'], rows, ['name', 'stands in']);
    });
  const set = away
    .command('set')
    .description('say when you are away: no turn, no word of drafts; what you have goes to others')
    .option('--until <time>', 'back from then on: 2026-12-01, 2026-12-01T13:00 (both of this machine), or 5d from now')
    .option('--from <time>', 'now when not given')
    .option('--stand-in <id>', 'who gets meanwhile what would be yours')
    .option('--person <id>', 'somebody else than you; as an operator or admin')
    .action(async () => {
      const context = contextOf(io, set);
      const { until, from, standIn, person: other } = setOptions.parse(set.opts());
      const client = context.client(other === undefined ? 'reviewer' : 'operator');
      const absence = {
        until: timeArgument('--until', until),
        ...(from !== undefined && { from: timeArgument('--from', from) }),
        ...(standIn !== undefined && { standIn }),
      };
      show(context, await client.absences.set(other ?? (await client.me()).id, absence));
    });
  const end = away
    .command('end')
    .description('you are back, or stay after all')
    .option('--person <id>', 'somebody else than you; as an operator or admin')
    .action(async () => {
      const { out, client: clientAs } = contextOf(io, end);
      const { person: other } = person.parse(end.opts());
      const client = clientAs(other === undefined ? 'reviewer' : 'operator');
      const id = other ?? (await client.me()).id;
      await client.absences.remove(id);
      if (out.json) return out.value({ person: id });
      out.line('Not away. What others have by now stays with them.');
    });
}

function show({ out }: Context, absence: AbsenceView): void {
  const { person: who, from, until, standIn } = safe(absence);
  const instead = standIn === null ? '' : `; ${standIn.name} stands in`;
  if (out.json) out.value(absence);
  else out.line(`${who.name} is away from ${when(from)} until ${when(until)}${instead}.`);
}

/** An instant, a day or a time of this machine's zone, or so long from now. */
function timeArgument(option: string, text: string): string {
  const afterMs = parseDuration(text);
  // A day alone would be read as UTC.
  const at =
    afterMs === null
      ? new Date(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text)
      : new Date(Date.now() + afterMs);
  if (Number.isNaN(at.getTime())) throw new UsageError(`${option} ${text}: give a day such as 2026-12-01, or 5d.`);
  return at.toISOString();
}
