import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type BatchInput,
  type BatchProgress,
  cancelBatchUpdate,
  getBatchQuery,
  pauseBatchUpdate,
  resumeBatchUpdate,
} from './batch-messages.ts';
import { batchRecord, batchWork } from './batch-proxies.ts';
import { REFUSED_PREFIX } from './messages.ts';

/** Rows of one activity: few enough that a dead worker's page is done again in a moment. */
const PAGE = 50;
/** Drafts of one batch that are composed at the same time: whatever else goes on gets its turn. */
const MAX_COMPOSING = 20;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 60_000;

/**
 * Starts the drafts of a batch, page by page, until every row has one or is bad. The drafts are workflows of their own
 * and outlive this one. Cancelling the workflow cancels the batch: what has not started never does.
 */
export async function batch(input: BatchInput): Promise<BatchProgress> {
  const run = new BatchRun(input);
  run.register();
  CancellationScope.current().cancelRequested.catch(() => run.cancel());
  return CancellationScope.nonCancellable(async () => {
    if (!input.withdrawOnly) await run.startAll();
    if (input.withdrawOnly || run.progress.status === 'cancelled') await run.withdraw();
    await condition(allHandlersFinished);
    return run.progress;
  });
}

class BatchRun {
  progress: BatchProgress;
  private readonly batchId: string;
  private paused: boolean;
  private cancelled = false;
  /** Every row is started or bad. */
  private finished = false;
  /** The store says the batch is over already: it was cancelled before its workflow came to be. */
  private over = false;
  /** Whether a page is under way: what it began, it finishes. */
  private busy = false;
  private telling = false;
  /** What the store was told last; null until this run told it. */
  private told: BatchProgress['status'] | null = null;

  constructor({ batchId, resume }: BatchInput) {
    this.batchId = batchId;
    this.paused = resume?.paused ?? false;
    this.progress = resume?.progress ?? { status: 'running', waiting: 0, bad: 0, started: 0, withdrawn: 0 };
  }

  register(): void {
    // Answered once it holds: after a pause or cancel is confirmed, no further draft is started.
    const on = (change: () => void) => async () => {
      change();
      await this.tell();
      await condition(() => !this.busy);
      return this.progress;
    };
    const validator = () => {
      if (!this.finished && !this.cancelled && !this.over) return;
      throw ApplicationFailure.nonRetryable('The batch is over.', `${REFUSED_PREFIX}already_ended`);
    };
    const pause = on(() => {
      this.paused = true;
    });
    const resume = on(() => {
      this.paused = false;
    });
    setHandler(pauseBatchUpdate, pause, { validator });
    setHandler(resumeBatchUpdate, resume, { validator });
    setHandler(
      cancelBatchUpdate,
      on(() => this.cancel()),
      { validator },
    );
    setHandler(getBatchQuery, () => this.progress);
  }

  cancel(): void {
    this.cancelled = true;
  }

  async startAll(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (!this.cancelled && !this.over) {
      await this.tell();
      if (this.cancelled || this.over) break;
      if (this.paused) {
        await condition(() => !this.paused || this.cancelled);
        continue;
      }
      const blocked = await this.page();
      if (this.progress.waiting === 0) {
        this.finished = true;
        break;
      }
      await this.continueWhenLong();
      if (blocked) {
        await condition(() => this.paused || this.cancelled, pauseMs);
        pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
      } else {
        pauseMs = FIRST_PAUSE_MS;
      }
    }
    await this.tell();
  }

  /** Ends undecided drafts, when whoever cancelled the batch asked for that. */
  async withdraw(): Promise<void> {
    const { batchId } = this;
    for (let after: string | null = ''; after !== null; ) {
      const page: { withdrawn: number; after: string | null } = await batchWork.withdrawBatchDrafts({
        batchId,
        after,
        count: PAGE,
      });
      after = page.after;
      this.show({ withdrawn: this.progress.withdrawn + page.withdrawn });
    }
  }

  /** Answers whether there was no room for more drafts in composition. */
  private async page(): Promise<boolean> {
    this.busy = true;
    try {
      const { batchId } = this;
      const { blocked, ...counts } = await batchWork.startBatchRows({
        batchId,
        count: PAGE,
        maxComposing: MAX_COMPOSING,
      });
      this.show(counts);
      return blocked;
    } finally {
      this.busy = false;
    }
  }

  /** Tells the store where the batch is, until it knows the newest; two tellers would overtake each other. */
  private async tell(): Promise<void> {
    while (!this.over && this.told !== this.status()) {
      if (this.telling) {
        await condition(() => !this.telling);
        continue;
      }
      this.telling = true;
      const status = this.status();
      const { over, ...counts } = await batchRecord.tellBatch({ batchId: this.batchId, status, nowMs: Date.now() });
      this.told = status;
      this.over = over;
      this.telling = false;
      this.show({ ...counts, status: over ? 'cancelled' : status });
    }
  }

  private status(): BatchProgress['status'] {
    if (this.finished) return 'finished';
    if (this.cancelled) return 'cancelled';
    return this.paused ? 'paused' : 'running';
  }

  private async continueWhenLong(): Promise<void> {
    if (!workflowInfo().continueAsNewSuggested || this.cancelled) return;
    await condition(allHandlersFinished);
    // A next run would not know of a cancel request.
    if (this.cancelled) return;
    const { batchId, progress, paused } = this;
    await continueAsNew<typeof batch>({ batchId, resume: { progress, paused } });
  }

  private show(change: Partial<BatchProgress>): void {
    this.progress = { ...this.progress, ...change };
    const { status, waiting, bad, started, withdrawn } = this.progress;
    const lines = [`**${status}**`, `- ${started} drafts started, ${waiting} rows waiting, ${bad} bad`];
    if (withdrawn > 0) lines.push(`- ${withdrawn} drafts withdrawn`);
    setCurrentDetails(lines.join('\n'));
  }
}
