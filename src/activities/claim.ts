import { ApplicationFailure, Context } from '@temporalio/activity';
import { z } from 'zod';
import { splitAttachments } from '../compose/index.ts';
import { categorySchema, DEFAULT_PRIORITY, emailContentSchema } from '../domain/content.ts';
import { jsonDigest } from '../domain/digest.ts';
import { sendIdFor } from '../domain/ids.ts';
import type { PlanStep } from '../domain/plan.ts';
import { scheduleSchema } from '../domain/schedule.ts';
import type { DraftCreation, DraftRow } from '../store/types.ts';
import type { DraftInput } from '../workflows/messages.ts';
import { ensurePlan } from './compose.ts';
import { currentDraftId, loadDraft } from './context.ts';
import type { ActivityDeps } from './deps.ts';
import { dueOf, waitUntilMs } from './due.ts';
import type { DraftActivities } from './types.ts';

export const DEFAULT_REVIEW_TIMEOUT_MS = 7 * 86_400_000;
const MAX_WAIT_MS = 10 * 366 * 86_400_000;

/** No control characters and no halves of pairs: the database refuses them, for as often as it is asked. */
const plainText = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), 'must not contain control characters');

/** A start by hand: exactly one of content, adopt, recipe. */
const handInputSchema = z
  .strictObject({
    inbox: plainText(320),
    content: emailContentSchema.optional(),
    adopt: z.strictObject({ draftId: z.string().min(1).max(200) }).optional(),
    recipe: z.strictObject({ name: z.string().min(1).max(100), input: z.unknown() }).optional(),
    category: categorySchema.optional(),
    schedule: scheduleSchema.default({ kind: 'now' }),
    holdMs: z.int().min(0).max(MAX_WAIT_MS).default(0),
    reviewTimeoutMs: z.int().min(1_000).max(MAX_WAIT_MS).default(DEFAULT_REVIEW_TIMEOUT_MS),
    createdBy: plainText(100).optional(),
  })
  .refine((input) => [input.content, input.adopt, input.recipe].filter(Boolean).length === 1, {
    message: 'exactly one of content, adopt and recipe',
  });

export function claimActivities(deps: ActivityDeps): Pick<DraftActivities, 'claimDraft'> {
  const { store, clock } = deps;

  /** Makes this run the owner of its draft before any mail I/O, and reads what was asked for. */
  async function claimDraft({ input, firstRunId, nowMs }: { input: DraftInput; firstRunId: string; nowMs: number }) {
    const draftId = currentDraftId();
    if (!input?.stored) await storeHandInput(draftId, input);
    const claim = await store.claimDraft(draftId, firstRunId);
    if (claim === 'duplicate') {
      throw ApplicationFailure.nonRetryable('another workflow run owns this draft id', 'duplicate_draft');
    }
    if (claim === 'missing') {
      throw ApplicationFailure.nonRetryable(
        'nothing was asked for under this id; start it through the API',
        'invalid_input',
      );
    }
    const row = await loadDraft(store);
    const { plan, refused } = await planned(row);
    const { mode } = await store.getInbox(row.inboxId);
    const due = await dueOf(row.schedule, { draftId, nowMs }, deps.recipientZone);
    return {
      refused,
      facts: {
        draftId,
        sendId: sendIdFor(Context.current().info.namespace, draftId, firstRunId),
        source: row.source,
        recipe: row.recipe,
        creatorId: row.creator.id,
        inboxMode: mode,
        plan,
      },
      schedule: row.schedule,
      dueAtMs: waitUntilMs(due, nowMs),
      holdMs: row.holdMs,
      reviewTimeoutMs: row.reviewTimeoutMs,
    };
  }

  /** A recipe that will not plan ends the draft, on record; only what may pass is tried again. */
  async function planned(row: DraftRow): Promise<{ plan: PlanStep[]; refused: string | null }> {
    // Between its row and its start the batch may have been cancelled, and people were told that it is.
    const batch = row.batchId === null ? null : await store.getBatch(row.batchId);
    if (batch?.status === 'cancelled') return { plan: [], refused: 'batch_cancelled' };
    if (row.source !== 'recipe') return { plan: [], refused: null };
    try {
      return { plan: await ensurePlan(deps, row), refused: null };
    } catch (error) {
      if (error instanceof ApplicationFailure && error.nonRetryable)
        return { plan: [], refused: error.type ?? 'refused' };
      throw error;
    }
  }

  const storeBlob = (bytes: Uint8Array) => store.putBlob(bytes);

  async function storeHandInput(draftId: string, input: DraftInput): Promise<void> {
    const parsed = handInputSchema.safeParse(input);
    if (!parsed.success) {
      const issues = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`);
      throw ApplicationFailure.nonRetryable(`not a valid draft: ${issues.join('; ')}`, 'invalid_input');
    }
    const { inbox, content, adopt, recipe, category, schedule, holdMs, reviewTimeoutMs, createdBy } = parsed.data;
    const document = content ?? (recipe && (await splitAttachments(recipe.input, storeBlob)));
    const creation: DraftCreation = {
      draftId,
      requestDigest: jsonDigest(JSON.parse(JSON.stringify(input))),
      inboxId: inbox,
      creator: { id: `unverified:${createdBy ?? 'starter'}`, kind: 'unverified', roles: [] },
      source: content ? 'content' : adopt ? 'adopted' : 'recipe',
      documentRef: document === undefined ? null : await store.putDocument(draftId, document),
      adoptDraftId: adopt?.draftId ?? null,
      recipe: recipe?.name ?? null,
      category: category ?? null,
      batchId: null,
      priority: DEFAULT_PRIORITY,
      schedule,
      holdMs,
      reviewTimeoutMs,
      createdAtMs: clock(),
    };
    const { stored } = await store.createDraft(creation);
    if (stored.requestDigest !== creation.requestDigest) {
      throw ApplicationFailure.nonRetryable('another workflow run owns this draft id', 'duplicate_draft');
    }
  }

  return { claimDraft };
}
