import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { OPERATION_WORKFLOW } from '../domain/ids.ts';
import type { OperationRecord } from '../store/types-operations.ts';
import { cancelOperationUpdate, type OperationInput } from '../workflows/operation-messages.ts';
import { outcomeOf } from './draft-commands.ts';
import { isUnavailable } from './unavailable.ts';

/** Temporal, as far as the API needs it for fleet operations. */
export interface OperationEngine {
  /** Starts the operation's workflow, or finds it started. */
  start(operation: OperationRecord): Promise<'started' | 'already_started' | 'unavailable'>;
  /** `gone`: no running workflow of that id. `refused`: it is over. */
  cancel(operationId: string): Promise<'done' | 'gone' | 'refused' | 'unavailable'>;
}

const TIMEOUT_MS = 10_000;
/** A cancel is confirmed once the drafts under way are done. */
const CANCEL_TIMEOUT_MS = 40_000;

export function createOperationEngine({
  temporal,
  taskQueue,
}: {
  temporal: Client;
  taskQueue: string;
}): OperationEngine {
  const within = <R>(ms: number, call: () => Promise<R>) => temporal.withDeadline(Date.now() + ms, call);
  return {
    async start({ operationId, action, total }) {
      const input: OperationInput = { operationId };
      try {
        await within(TIMEOUT_MS, () =>
          temporal.workflow.start(OPERATION_WORKFLOW, {
            workflowId: operationId,
            taskQueue,
            args: [input],
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
            staticSummary: `${action}, ${total} drafts`,
          }),
        );
        return 'started';
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return 'already_started';
        if (isUnavailable(error)) return 'unavailable';
        throw error;
      }
    },
    async cancel(operationId) {
      try {
        const handle = temporal.workflow.getHandle(operationId);
        await within(CANCEL_TIMEOUT_MS, () => handle.executeUpdate(cancelOperationUpdate));
        return 'done';
      } catch (error) {
        return outcomeOf(error).kind;
      }
    },
  };
}
