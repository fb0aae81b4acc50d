import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation } from '../client/index.ts';
import type { Context } from './context.ts';
import { Progress } from './progress.ts';
import { safe, safeText } from './text.ts';

const FIRST_LOOK_MS = 500;
const MAX_LOOK_MS = 5_000;

/** Follows an operation until every draft has its result, or it is cancelled; or until Ctrl-C. */
export async function followOperation({ io, client }: Context, id: string): Promise<Operation> {
  const { operations } = client('operator');
  const progress = new Progress(io, 'drafts through');
  try {
    for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(pauseMs * 1.2, MAX_LOOK_MS)) {
      const operation = await operations.get(id);
      const { total, counts, status } = operation;
      progress.show(total - counts.waiting, total);
      if (status !== 'starting' && status !== 'running') return operation;
      await sleep(pauseMs, undefined, { signal: io.signal });
    }
  } finally {
    progress.end();
  }
}

export function showOperation({ out }: Context, operation: Operation): void {
  const { id, action, status, total, counts, left, sample, person, comment } = operation;
  const whom = action === 'reassign' ? ` to ${safeText(person?.name ?? 'nobody')}` : '';
  out.line(`${out.style(id, 'bold')}  ${out.style(status, 'cyan')}  ${action}${whom}`);
  if (comment !== null) out.line(`"${safeText(comment)}"`);
  const preview = status === 'previewed';
  if (preview) out.line(`${total} drafts match: ${counts.waiting} can take it, ${counts.skipped} cannot`);
  else {
    const changed = action === 'recheck' ? ` (${counts.changed} changed)` : '';
    out.line(
      `${total} drafts: ${counts.done} done${changed}, ${counts.waiting} waiting, ${counts.skipped} left, ${counts.failed} failed`,
    );
  }
  for (const { count, message } of left) out.line(`  ${count} left: ${message}`);
  if (preview && sample.length > 0) {
    const rows = safe(sample).map((one) => [one.draftId, one.subject || '(no subject)', one.recipients.join(', ')]);
    out.table(['draft', 'subject', 'to'], rows, ['subject', 'to'], ['to']);
    if (counts.waiting > sample.length) out.line(`and ${counts.waiting - sample.length} more`);
    out.note(`Do it: countersign fleet run ${id}`);
  }
}
