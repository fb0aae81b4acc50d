import type { Command } from 'commander';
import type { Countersign, DraftEventView, WatchItem } from '../../client/index.ts';
import { contextOf, type Io } from '../context.ts';
import type { Output } from '../output.ts';
import { styledStatus } from '../show-draft.ts';
import { safe } from '../text.ts';

export function addWatch(program: Command, io: Io): void {
  const command = program
    .command('watch [id]')
    .description('follow one draft until it is over, or all drafts until Ctrl-C')
    .action(async (id?: string) => {
      const { out, client: clientFor } = contextOf(io, command);
      const client = clientFor('reviewer');
      const { signal } = io;
      const items = id === undefined ? client.watch({ signal }) : client.drafts.watch(id, { signal });
      for await (const item of items) {
        show(out, item, id === undefined);
        if (id !== undefined && (await isOver(client, id, item))) return;
      }
    });
}

/** Asked only after events that may be the last ones. */
async function isOver(client: Countersign, id: string, item: WatchItem): Promise<boolean> {
  const ends: readonly DraftEventView['type'][] = [
    ...(['sent', 'rejected', 'withdrawn', 'cancelled', 'expired', 'resolved', 'compose_failed'] as const),
  ];
  const maybe = item.kind === 'snapshot' || ends.includes(item.event.type);
  if (!maybe) return false;
  // The record of an end follows its event within moments.
  const waitMs = item.kind === 'snapshot' ? 0 : 2_000;
  const outcome = await client.drafts.waitForOutcome(id, { timeoutMs: waitMs }).catch(() => null);
  return outcome?.ended === true;
}

function show(out: Output, item: WatchItem, all: boolean): void {
  if (out.json) out.row(item);
  else if (item.kind === 'event') showEvent(out, safe(item.event), all);
  else showSnapshot(out, safe(item));
}

function showSnapshot(out: Output, { draft, counts }: Extract<WatchItem, { kind: 'snapshot' }>): void {
  if (draft) {
    out.line(`${out.style(draft.id, 'bold')}  ${styledStatus(out, draft.status)}  ${draft.subject}`);
    return;
  }
  const parts = Object.entries(counts ?? {}).map(([status, count]) => `${count} ${status}`);
  out.note(parts.length === 0 ? 'No drafts yet; watching.' : `${parts.join(', ')}; watching.`);
}

function showEvent(out: Output, event: DraftEventView, all: boolean): void {
  const time = new Date(event.at).toTimeString().slice(0, 8);
  const who = event.actor ? `  ${out.style(event.actor.name, 'dim')}` : '';
  const comment = event.comment ? `: "${event.comment.replaceAll('\n', ' ')}"` : '';
  out.line(`${out.style(time, 'dim')}  ${all ? `${event.draftId}  ` : ''}${event.summary}${comment}${who}`);
}
