import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { Logger } from 'pino';
import { NOTICE_WORKFLOW, noticeWorkflowId } from '../domain/review-notice.ts';

const START_TIMEOUT_MS = 5_000;

/** Starts telling a bundle, unless that runs already. False when Temporal did not take it: it stays kept as waiting. */
export function createNoticeStarter(parts: { temporal: Client; taskQueue: string; log?: Pick<Logger, 'warn'> }) {
  const { temporal, taskQueue, log } = parts;
  return async (bundle: string): Promise<boolean> => {
    try {
      await temporal.withDeadline(Date.now() + START_TIMEOUT_MS, () =>
        temporal.workflow.start(NOTICE_WORKFLOW, {
          workflowId: noticeWorkflowId({ bundle }),
          taskQueue,
          args: [{ bundle }],
          // One that ended left nothing waiting; what waits now came after it.
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return true;
      log?.warn({ err: error, bundle }, 'a notice of a review waits to be told');
      return false;
    }
  };
}
