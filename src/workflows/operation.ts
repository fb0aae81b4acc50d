import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { OperationActivities } from '../activities/types-operations.ts';
import { REFUSED_PREFIX } from './messages.ts';
import {
  cancelOperationUpdate,
  getOperationQuery,
  type OperationInput,
  type OperationProgress,
} from './operation-messages.ts';

/** Drafts of one activity: few enough that a dead worker's page is done again in a moment. */
const PAGE = 50;
/** Drafts composed anew at the same time: whatever else goes on gets its turn. */
const MAX_COMPOSING = 20;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 60_000;

/** Our own database: idempotent, milliseconds, tried for as long as it takes. */
const record = proxyLocalActivities<Pick<OperationActivities, 'tellOperation'>>({
  startToCloseTimeout: '20s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '20s' },
  localRetryThreshold: '5s',
});

/** A page of drafts: idempotent one by one. A dead worker is noticed by its missing heartbeat. */
const work = proxyActivities<Pick<OperationActivities, 'operateOnDrafts'>>({
  startToCloseTimeout: '10m',
  heartbeatTimeout: '15s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
});

const NOTHING: OperationProgress = { status: 'running', waiting: 0, done: 0, skipped: 0, failed: 0, changed: 0 };

/**
 * Takes the drafts of a fleet operation page by page until each has its result. Cancelling it leaves the rest as they
 * are; what was done stays done.
 */
export async function operation({ operationId, resume }: OperationInput): Promise<OperationProgress> {
  let progress = resume ?? NOTHING;
  let cancelled = false;

  const show = (change: Partial<OperationProgress>) => {
    progress = { ...progress, ...change };
    const { status, waiting, done, skipped, failed } = progress;
    setCurrentDetails(`**${status}**\n- ${done} drafts done, ${waiting} waiting, ${skipped} left, ${failed} failed`);
  };
  const tell = async (status: OperationProgress['status']) => {
    const { over, ...counts } = await record.tellOperation({ operationId, status, nowMs: Date.now() });
    show({ ...counts, status: over ? 'cancelled' : status });
  };

  const validator = () => {
    if (progress.status === 'running') return;
    throw ApplicationFailure.nonRetryable('The operation is over.', `${REFUSED_PREFIX}already_ended`);
  };
  // Answered once it holds: after a cancel is confirmed, no further draft is touched.
  const cancel = async () => {
    cancelled = true;
    await condition(() => progress.status !== 'running');
    return progress;
  };
  setHandler(cancelOperationUpdate, cancel, { validator });
  setHandler(getOperationQuery, () => progress);
  CancellationScope.current().cancelRequested.catch(() => {
    cancelled = true;
  });

  return CancellationScope.nonCancellable(async () => {
    await tell('running');
    let pauseMs = FIRST_PAUSE_MS;
    while (!cancelled && progress.status === 'running') {
      const page = { operationId, count: PAGE, maxComposing: MAX_COMPOSING };
      const { blocked, over, ...counts } = await work.operateOnDrafts(page);
      show(counts);
      // Cancelled in the store, where whoever cancels says so first.
      if (over) cancelled = true;
      if (cancelled || counts.waiting === 0) break;
      if (workflowInfo().continueAsNewSuggested) {
        // A next run would not know of a cancel request.
        await condition(() => cancelled || allHandlersFinished());
        if (!cancelled) await continueAsNew<typeof operation>({ operationId, resume: progress });
      }
      if (blocked) await condition(() => cancelled, pauseMs);
      pauseMs = blocked ? Math.min(pauseMs * 2, MAX_PAUSE_MS) : FIRST_PAUSE_MS;
    }
    if (progress.status === 'running') await tell(cancelled && progress.waiting > 0 ? 'cancelled' : 'finished');
    await condition(allHandlersFinished);
    return progress;
  });
}
