import { Client, Connection } from '@temporalio/client';
import type { Stack } from '../support/stack.ts';

const LAST_EVENTS = 15;

/** What Temporal shows of drafts that got stuck: what each waits for, what failed last, and how its history ends. */
export async function explainStuck(stack: Stack, draftIds: string[]): Promise<string[]> {
  const connection = await Connection.connect({ address: stack.temporalAddress });
  try {
    const { workflow } = new Client({ connection });
    const lines: string[] = [];
    for (const id of draftIds) {
      const handle = workflow.getHandle(id);
      const { raw } = await handle.describe();
      const { events } = await handle.fetchHistory();
      const last = (events ?? []).slice(-LAST_EVENTS);
      const { pendingActivities, pendingWorkflowTask } = raw;
      lines.push(`${id}: ${JSON.stringify({ pendingActivities, pendingWorkflowTask, last })}`);
    }
    return lines;
  } finally {
    await connection.close();
  }
}
