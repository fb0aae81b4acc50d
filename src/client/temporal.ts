import { type Client, WorkflowExecutionAlreadyStartedError, type WorkflowHandle } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { DEFAULT_TASK_QUEUE, DRAFT_WORKFLOW, draftIdFor } from '../domain/ids.ts';
import type { DraftInput } from '../workflows/messages.ts';
import { initialSearchAttributes } from '../workflows/visibility.ts';

export { DEFAULT_TASK_QUEUE, DRAFT_WORKFLOW, draftIdFor } from '../domain/ids.ts';
export { SEARCH_ATTRIBUTES } from '../domain/search-attributes.ts';
export * from '../workflows/messages.ts';

/** What code beside the cluster may ask for: at most 256 KB, and visible in the workflow's history. */
export type StartDraftInput = Omit<DraftInput, 'stored' | 'resume' | 'inbox'> & { inbox: string };

export interface StartDraftOptions {
  /** Your id of the email: a repeated start with it finds the first one. */
  requestId: string;
  /** The workers' task queue; `countersign` when absent. */
  taskQueue?: string;
}

/**
 * Starts a draft through Temporal itself, for trusted code beside the cluster. Whoever can do this is an operator: the
 * creator is recorded as unverified, content and addresses are in the history. Everybody else uses `Countersign`.
 * @returns the handle, also of a draft this request id started earlier
 */
export async function startDraft(
  client: Client,
  input: StartDraftInput,
  { requestId, taskQueue = DEFAULT_TASK_QUEUE }: StartDraftOptions,
): Promise<WorkflowHandle> {
  const kind = input.recipe?.name ?? (input.adopt ? 'adopted' : 'content');
  const workflowId = draftIdFor(kind, `unverified:${input.createdBy ?? 'starter'}`, requestId);
  const attributes = initialSearchAttributes({
    status: 'composing',
    recipe: input.recipe?.name ?? null,
    inboxMode: 'review_all',
    approvalsNeeded: 1,
  });
  const args: [DraftInput] = [input];
  try {
    return await client.workflow.start(DRAFT_WORKFLOW, {
      workflowId,
      taskQueue,
      args,
      // A closed id is never reused: its mail may have been sent.
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      staticSummary: `${kind}, for review`,
      typedSearchAttributes: new TypedSearchAttributes(attributes),
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return client.workflow.getHandle(workflowId);
    throw error;
  }
}
