import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { Logger } from 'pino';
import { ALERT_WORKFLOW, type AlertRaise, type AlertRef, alertWorkflowId } from '../domain/alert.ts';
import type { AlertStore } from '../store/types-watch.ts';

/**
 * Tells operators. Neither method ever throws or waits for a channel: what an alert is about matters more than the
 * alert. What cannot be kept is logged; what is kept and cannot be told yet, the watchdog tells later.
 */
export interface AlertPort {
  /** The same key again while the alert is open only counts it up. */
  raise(alert: AlertRaise): Promise<void>;
  /** Says that it is over. Nothing when no such alert is open. */
  resolve(key: string): Promise<void>;
  /** Starts telling, unless that was started before. False when Temporal did not take it. */
  tell(ref: AlertRef): Promise<boolean>;
}

const START_TIMEOUT_MS = 5_000;

export interface AlertPortParts {
  store: AlertStore;
  temporal: Client;
  taskQueue: string;
  clock: () => number;
  log?: Pick<Logger, 'error' | 'warn'>;
}

export function createAlertPort({ store, temporal, taskQueue, clock, log }: AlertPortParts): AlertPort {
  async function tell(ref: AlertRef): Promise<boolean> {
    try {
      await temporal.withDeadline(Date.now() + START_TIMEOUT_MS, () =>
        temporal.workflow.start(ALERT_WORKFLOW, {
          workflowId: alertWorkflowId(ref),
          taskQueue,
          args: [ref],
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return true;
      log?.warn({ err: error, alertId: ref.alertId }, 'an alert waits to be told');
      return false;
    }
  }
  async function quietly(what: string, key: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      log?.error({ err: error, alert: key }, what);
    }
  }
  return {
    raise: (alert) =>
      quietly('an alert could not be kept', alert.key, async () => {
        const options = { alertId: randomUUID(), atMs: clock(), momentary: alert.kind === 'test' };
        const { alert: row, opened } = await store.raiseAlert(alert, options);
        if (opened) await tell({ alertId: row.alertId, transition: 'opened' });
      }),
    resolve: (key) =>
      quietly('an alert could not be resolved', key, async () => {
        const resolved = await store.resolveAlert(key, clock());
        if (resolved) await tell({ alertId: resolved.alertId, transition: 'resolved' });
      }),
    tell,
  };
}
