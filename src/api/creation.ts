import { randomUUID } from 'node:crypto';
import { jsonDigest } from '../domain/digest.ts';
import { draftIdFor } from '../domain/ids.ts';
import type { DraftCreation } from '../store/types.ts';
import { prepareContent, storeBlobs } from './contents.ts';
import type { Api } from './context.ts';
import type { Caller } from './deps.ts';
import { ApiProblem } from './problems.ts';
import type { ParsedCreateDraft } from './schemas/index.ts';

/** Creates a draft and starts its workflow, or finds both: the same request id with the same body is one draft. */
export async function createDraft(
  api: Api,
  caller: Caller,
  body: ParsedCreateDraft,
  key: string | undefined,
): Promise<{ draftId: string; created: boolean }> {
  const requestId = requestIdOf(body, key);
  const kind = body.recipe?.name ?? (body.adopt ? 'adopted' : 'content');
  assertRecipe(api, body);
  const draftId = draftIdFor(kind, caller.id, requestId);
  const { creation, store } = prepare(api, caller, body, draftId);
  await assertUnused(api, caller, requestId, creation);
  await store();
  const { created, stored } = await api.store.createDraft(creation);
  if (stored.requestDigest !== creation.requestDigest) throw conflict(draftId);
  const { mode } = await api.store.getInbox(creation.inboxId);
  // Also for a known draft: the first attempt may have died between its row and its workflow.
  const started = await api.engine.start(stored, mode);
  if (started === 'unavailable') throw notStarted(draftId, requestId);
  return { draftId, created };
}

function requestIdOf(body: ParsedCreateDraft, key: string | undefined): string {
  if (body.requestId !== undefined && key !== undefined && body.requestId !== key) {
    const message = 'requestId: differs from the Idempotency-Key header; send one of them';
    throw new ApiProblem('invalid_request', message, { extra: { fields: [{ path: 'requestId', message }] } });
  }
  return body.requestId ?? key ?? randomUUID();
}

/** The creation, and the writes that must precede it. Attachments enter the request's digest by their hash. */
function prepare(api: Api, caller: Caller, body: ParsedCreateDraft, draftId: string) {
  const { requestId: _, content, recipe, adopt, ...rest } = body;
  const prepared = content && prepareContent(content);
  const document = prepared?.content ?? recipe?.input;
  const { id, kind, roles } = caller;
  const creation: DraftCreation = {
    draftId,
    requestDigest: jsonDigest({
      ...rest,
      content: prepared?.content ?? null,
      recipe: recipe ?? null,
      adopt: adopt ?? null,
    }),
    inboxId: body.inbox,
    creator: { id, kind, roles },
    source: content ? 'content' : recipe ? 'recipe' : 'adopted',
    documentRef: null,
    adoptDraftId: adopt?.draftId ?? null,
    recipe: recipe?.name ?? null,
    schedule: body.schedule,
    holdMs: body.holdMs,
    reviewTimeoutMs: body.reviewTimeoutMs,
    createdAtMs: api.now(),
  };
  return {
    creation,
    store: async () => {
      await storeBlobs(api.store, prepared?.blobs ?? []);
      if (document !== undefined) creation.documentRef = await api.store.putDocument(draftId, document);
    },
  };
}

/** The draft's id holds its kind, so a request id that was used for another kind has to be looked for. */
async function assertUnused(api: Api, caller: Caller, requestId: string, creation: DraftCreation): Promise<void> {
  const kinds = ['content', 'adopted', ...api.recipes.map(({ name }) => name)];
  const ids = new Set(kinds.map((kind) => draftIdFor(kind, caller.id, requestId)));
  for (const id of ids) {
    const known = await api.store.getDraft(id);
    if (known && known.requestDigest !== creation.requestDigest) throw conflict(id);
  }
}

function assertRecipe(api: Api, body: ParsedCreateDraft): void {
  if (!body.recipe) return;
  const { name, input } = body.recipe;
  const recipe = api.recipes.find((entry) => entry.name === name);
  const invalid = (path: string, message: string) =>
    new ApiProblem('invalid_request', `${path}: ${message}`, { extra: { fields: [{ path, message }] } });
  if (!recipe) {
    const known = api.recipes.map((entry) => entry.name).join(', ') || 'none';
    throw invalid('recipe.name', `there is no recipe of this name; there are: ${known}`);
  }
  try {
    recipe.plan(input);
  } catch (error) {
    throw invalid('recipe.input', error instanceof Error ? error.message : String(error));
  }
}

function conflict(draftId: string): ApiProblem {
  const message = `This request id was used for another draft (${draftId}). Give every email its own id.`;
  return new ApiProblem('idempotency_conflict', message, { extra: { draftId } });
}

function notStarted(draftId: string, requestId: string): ApiProblem {
  const message =
    'The draft is recorded, but Temporal did not take it in time. ' +
    `Repeat the request with the Idempotency-Key ${requestId}: it starts once.`;
  return new ApiProblem('engine_unavailable', message, { extra: { draftId }, headers: { 'Retry-After': '2' } });
}
