import { ApplicationFailure, Context } from '@temporalio/activity';
import {
  ComposeError,
  fetchHttpSource,
  generate,
  getRecipe,
  KEPT,
  parsePlan,
  planSteps,
  RECIPIENT_LANGUAGE,
  type RecipePlan,
  readAnswer,
  render,
  type SourceStep,
  sourceSteps,
  stepOf,
  threadSource,
  UNSUBSCRIBE_URL,
} from '../compose/index.ts';
import type { AuditType } from '../domain/audit.ts';
import { allRecipients, type EmailContent } from '../domain/content.ts';
import type { PlanStep } from '../domain/plan.ts';
import type { DraftRow, Store } from '../store/types.ts';
import { currentDraftId, loadDraft, withHeartbeat } from './context.ts';
import type { ActivityDeps } from './deps.ts';
import type { DraftActivities } from './types.ts';

/**
 * Plans a recipe's draft once: the plan is stored whole, so neither a changed recipe nor a retry changes it.
 * Answers the part of it that may enter history.
 */
export async function ensurePlan(deps: ActivityDeps, row: DraftRow): Promise<PlanStep[]> {
  const { store } = deps;
  const stored = await store.getStep(row.draftId, KEPT.plan);
  if (stored !== null && stored !== undefined) return planSteps(parsePlan(stored));
  return makePlan(deps, row);
}

async function makePlan({ store, recipes }: ActivityDeps, row: DraftRow): Promise<PlanStep[]> {
  const input = row.documentRef === null ? {} : await store.getDocument(row.draftId, row.documentRef);
  const plan = await classified(async () => getRecipe(row.recipe ?? '', recipes).plan(input));
  await store.putStep(row.draftId, KEPT.plan, plan);
  return planSteps(plan);
}

export function composeActivities(
  deps: ActivityDeps,
): Pick<DraftActivities, 'planAgain' | 'fetchSource' | 'generate' | 'render'> {
  const { store } = deps;

  async function fetchSource({ stepId }: { stepId: string }): Promise<void> {
    const row = await loadDraft(store);
    const plan = await loadPlan(store, row.draftId);
    const step = sourceSteps(plan).find(({ id }) => id === stepId);
    if (!step) throw ApplicationFailure.nonRetryable('the plan has no such step', 'compose.plan_invalid');
    const data = await withHeartbeat(() => classified(() => fetchOne(deps, row, step)));
    // Called off: a next round may have fetched it again already.
    if (Context.current().cancellationSignal.aborted) return;
    await store.putStep(row.draftId, KEPT.source(stepId), { data, fetchedAtMs: deps.clock() });
  }

  async function generateText(): Promise<void> {
    const row = await loadDraft(store);
    const { draftId } = row;
    const plan = await loadPlan(store, draftId);
    const sources = await loadSources(store, draftId, plan);
    const comments = await reviewComments(store, draftId);
    const signal = Context.current().cancellationSignal;
    const { generator } = deps;
    const variables = await ownVariables(deps, row, plan);
    const generated = await classified(() => generate(plan, sources, { comments, generator, signal, variables }));
    await store.putStep(draftId, KEPT.generated, generated);
  }

  async function renderText(): Promise<void> {
    const draftId = currentDraftId();
    const plan = await loadPlan(store, draftId);
    const { markdown } = await loadGenerated(store, draftId);
    const rendered = await classified(async () => render(markdown, stepOf(plan, 'render').options));
    await store.putStep(draftId, KEPT.rendered, rendered);
  }

  return {
    planAgain: async () => makePlan(deps, await loadDraft(store)),
    fetchSource,
    generate: generateText,
    render: renderText,
  };
}

/** What every template may use besides its sources: the opt-out link, and the language its only recipient prefers. */
async function ownVariables(
  { optOut, store }: ActivityDeps,
  row: DraftRow,
  plan: RecipePlan,
): Promise<Record<string, string>> {
  const { draftId, category, createdAtMs: issuedAtMs } = row;
  const [only = null, ...others] = allRecipients(plan.initial);
  const address = others.length === 0 ? only : null;
  const [preference] = address === null ? [] : await store.preferencesOf([address]);
  return {
    ...(preference?.language && { [RECIPIENT_LANGUAGE]: preference.language }),
    ...(optOut && { [UNSUBSCRIBE_URL]: optOut.urlFor({ draftId, category, issuedAtMs, address }) }),
  };
}

/** The email as far as the plan knows it before its text exists. */
export async function plannedContent(store: Store, draftId: string): Promise<EmailContent> {
  const { initial } = await loadPlan(store, draftId);
  return { ...initial, text: '', html: '' };
}

/** The composed email, and what its checks look at: the plan, the variables nobody had, the sources. */
export async function composedContent(store: Store, draftId: string) {
  const plan = await loadPlan(store, draftId);
  const { subject, missing } = await loadGenerated(store, draftId);
  const rendered = await store.getStep(draftId, KEPT.rendered);
  if (!isRendered(rendered)) throw ApplicationFailure.nonRetryable('nothing was rendered yet', 'compose.plan_invalid');
  const content: EmailContent = { ...plan.initial, subject, text: rendered.text, html: rendered.html };
  return { content, plan, missing, sources: await loadSources(store, draftId, plan) };
}

async function loadSources(store: Store, draftId: string, plan: RecipePlan): Promise<Record<string, unknown>> {
  const sources: Record<string, unknown> = {};
  for (const { id } of sourceSteps(plan)) {
    const answer = readAnswer(await store.getStep(draftId, KEPT.source(id)));
    if (answer) sources[id] = answer.data;
  }
  return sources;
}

const ASKS: ReadonlySet<AuditType> = new Set(['changes_requested', 'recompose_asked']);

/** What reviewers asked for, oldest first: comments of decisions that took effect. */
async function reviewComments(store: Store, draftId: string): Promise<string[]> {
  const events = await store.listEvents(draftId);
  const refs = events.flatMap(({ type, data }) => (ASKS.has(type) ? (data.commentRef ?? []) : []));
  const documents = await Promise.all(refs.map((ref) => store.getDocument(draftId, ref)));
  return documents.filter((document) => typeof document === 'string');
}

function fetchOne(deps: ActivityDeps, row: DraftRow, step: SourceStep): Promise<unknown> {
  const signal = Context.current().cancellationSignal;
  // What a foreign function throws may quote a customer's data; only that it failed may enter history.
  const failedSource = (error: unknown) => {
    const failure = error instanceof Error ? error.name : typeof error;
    deps.log.warn({ draftId: row.draftId, step: step.id, failure }, 'a custom source failed');
    throw new ComposeError('source_failed', 'the custom source failed', { step: step.id, retryable: true });
  };
  const { source } = step;
  switch (source.type) {
    case 'inline':
      return Promise.resolve(source.data);
    case 'http':
      return fetchHttpSource(step, { allowedHosts: deps.httpSourceHosts, secrets: deps.sourceSecrets, signal });
    case 'thread':
      return deps.mail.threadOf(row.inboxId, source.messageId).then((messages) => {
        if (messages) return threadSource(messages, { messageId: source.messageId });
        throw new ComposeError('source_failed', 'the message is not in the inbox', { step: step.id });
      });
    case 'activity': {
      const custom = deps.customSources[source.name];
      if (custom) return custom(source.input).catch(failedSource);
      throw new ComposeError('source_refused', `no custom source is named ${source.name}`, { step: step.id });
    }
  }
}

async function loadPlan(store: Store, draftId: string): Promise<RecipePlan> {
  return parsePlan(await store.getStep(draftId, KEPT.plan));
}

async function loadGenerated(
  store: Store,
  draftId: string,
): Promise<{ subject: string; markdown: string; missing: string[] }> {
  const generated = await store.getStep(draftId, KEPT.generated);
  if (!isGenerated(generated))
    throw ApplicationFailure.nonRetryable('nothing was generated yet', 'compose.plan_invalid');
  return generated;
}

const isGenerated = (value: unknown): value is { subject: string; markdown: string; missing: string[] } =>
  typeof value === 'object' && value !== null && 'subject' in value && 'markdown' in value && 'missing' in value;

const isRendered = (value: unknown): value is { html: string; text: string } =>
  typeof value === 'object' && value !== null && 'html' in value && 'text' in value;

/** Turns a composition error into a failure Temporal can act on: by code, with the patience it asks for. */
async function classified<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // A pure step that broke once breaks again; without an end it would be tried for ever.
    if (error instanceof TypeError || error instanceof RangeError) {
      throw ApplicationFailure.nonRetryable('the step broke', 'compose.broken');
    }
    if (!(error instanceof ComposeError)) throw error;
    throw ApplicationFailure.create({
      message: error.message,
      type: `compose.${error.code}`,
      nonRetryable: !error.retryable,
      ...(error.retryAfterMs !== null && { nextRetryDelay: error.retryAfterMs }),
    });
  }
}
