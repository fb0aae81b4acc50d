import { createRoute } from '@hono/zod-openapi';
import { KEPT, parsePlan, readAnswer, readWriter, type SourceStep, sourceSteps } from '../../compose/index.ts';
import { type Api, callerOf, visibleDraft } from '../context.ts';
import { type DraftSources, draftParams, type SourceView, sourcesQuery, sourcesSchema } from '../schemas/index.ts';
import { isoOrNull } from '../views.ts';
import { guard, json, newRouter, PROBLEMS } from './shared.ts';

// Not for agents: an answer may have been fetched with a secret of the operator's that the agent does not hold.
const sources = createRoute({
  operationId: 'getSources',
  ...guard(['reviewer', 'operator']),
  method: 'get',
  path: '/v1/drafts/{id}/sources',
  summary: 'What the draft was composed from, and who wrote it',
  request: { params: draftParams, query: sourcesQuery },
  responses: { 200: json(sourcesSchema, 'In the order of the recipe; empty for ready-made content.'), ...PROBLEMS },
});

export function sourceRoutes(api: Api) {
  const { store } = api;
  return newRouter().openapi(sources, async (c) => {
    const { draftId } = await visibleDraft(api, callerOf(c), c.req.valid('param').id);
    const { maxLength } = c.req.valid('query');
    const kept = await store.getStep(draftId, KEPT.plan);
    if (kept === null || kept === undefined) return c.json(READY_MADE, 200);
    const plan = parsePlan(kept);
    const writer = readWriter(await store.getStep(draftId, KEPT.generated));
    const items: SourceView[] = [];
    // One after the other: together they may be many times what one answer is.
    for (const step of sourceSteps(plan)) {
      items.push(sourceView(step, await store.getStep(draftId, KEPT.source(step.id)), maxLength));
    }
    const recipe = { name: plan.recipe, version: plan.version };
    return c.json({ recipe, writtenBy: writer?.writtenBy ?? null, model: writer?.model ?? null, items }, 200);
  });
}

/** What a cut may leave at the end. */
const HALF_CHARACTER = /[\ud800-\udbff]$/;
const READY_MADE: DraftSources = { recipe: null, writtenBy: null, model: null, items: [] };

function sourceView({ id, source }: SourceStep, kept: unknown, maxLength: number): SourceView {
  const answer = readAnswer(kept);
  const text = answer === null ? null : (JSON.stringify(answer.data, null, 2) ?? 'null');
  return {
    id,
    kind: source.type,
    asked: askedOf(source),
    fetchedAt: isoOrNull(answer?.fetchedAtMs ?? null),
    answer: text === null ? null : text.slice(0, maxLength).replace(HALF_CHARACTER, ''),
    length: text?.length ?? 0,
    truncated: text !== null && text.length > maxLength,
  };
}

function askedOf(source: SourceStep['source']): string | null {
  switch (source.type) {
    case 'thread':
      return source.messageId;
    case 'http':
      return source.url;
    case 'activity':
      return source.name;
    case 'inline':
      return null;
  }
}
