import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { BatchActivities } from '../activities/types-batch.ts';

/** Our own database: idempotent, milliseconds, tried for as long as it takes. */
export const batchRecord = proxyLocalActivities<Pick<BatchActivities, 'tellBatch'>>({
  startToCloseTimeout: '20s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '20s' },
  localRetryThreshold: '5s',
});

/**
 * A page of rows or drafts: idempotent one by one, so that whoever takes it over goes on where it stopped. A dead worker
 * is noticed by its missing heartbeat.
 */
export const batchWork = proxyActivities<Pick<BatchActivities, 'startBatchRows' | 'withdrawBatchDrafts'>>({
  startToCloseTimeout: '10m',
  heartbeatTimeout: '15s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});
