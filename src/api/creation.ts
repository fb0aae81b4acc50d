import { randomUUID } from 'node:crypto';
import { DEFAULT_PRIORITY } from '../domain/content.ts';
import { jsonDigest } from '../domain/digest.ts';
import { draftIdFor } from '../domain/ids.ts';
import { mayUseInbox } from '../domain/permissions.ts';
import type { DraftCreation } from '../store/types.ts';
import { prepareContent, storeBlobs } from './contents.ts';
import type { Api } from './context.ts';
import type { Caller, RecipeEntry } from './deps.ts';
import { ApiProblem } from './problems.ts';
import { checkRecipeInput, RecipeInputError } from './recipe-input.ts';
import type { ParsedCreateDraft } from './schemas/index.ts';

/** Creates a draft and starts its workflow, or finds both: the same request id with the same body is one draft. */
export async function createDraft(
  api: Api,
  caller: Caller,
  body: ParsedCreateDraft,
  key: string | undefined,
): Promise<{ draftId: string; created: boolean }> {
  if (!mayUseInbox(caller, body.inbox)) throw invalid('inbox', 'this key is bound to other inboxes');
  const requestId = requestIdOf(body, key);
  const kind = body.recipe?.name ?? (body.adopt ? 'adopted' : 'content');
  const draftId = draftIdFor(kind, caller.id, requestId);
  const request = await prepare(api, body);
  const creation = creationOf(api, caller, body, draftId, request);
  await assertUnused(api, caller, requestId, creation);
  if (creation.adoptDraftId !== null) await assertFree(api, draftId, creation.adoptDraftId);
  await storeBlobs(api.store, request.blobs);
  if (request.document !== undefined) {
    creation.documentRef = await api.store.putDocument(draftId, request.document);
  }
  const { created, stored } = await api.store.createDraft(creation);
  if (stored.requestDigest !== creation.requestDigest) throw conflict(draftId);
  const { mode } = await api.store.getInbox(creation.inboxId);
  // Also for a known draft: the first attempt may have died between its row and its workflow.
  const started = await api.engine.start(stored, mode);
  if (started === 'unavailable') throw notStarted(draftId, requestId);
  return { draftId, created };
}

/** The body's id and the header are the same thing; one is made up when both are absent. */
export function requestIdOf(body: { requestId?: string }, key: string | undefined): string {
  if (body.requestId !== undefined && key !== undefined && body.requestId !== key) {
    throw invalid('requestId', 'differs from the Idempotency-Key header; send one of them');
  }
  return body.requestId ?? key ?? randomUUID();
}

interface PreparedRequest {
  /** The content, or the recipe's input; attachments are named by hash. */
  document: unknown;
  blobs: Uint8Array[];
}

async function prepare(api: Api, body: ParsedCreateDraft): Promise<PreparedRequest> {
  if (body.content) {
    const { content, blobs } = prepareContent(body.content);
    return { document: content, blobs };
  }
  return body.recipe ? prepareRecipe(api, body.recipe) : { document: undefined, blobs: [] };
}

async function prepareRecipe(api: Api, { name, input }: { name: string; input?: unknown }): Promise<PreparedRequest> {
  try {
    return await checkRecipeInput(recipeOf(api, name, 'recipe.name'), input);
  } catch (error) {
    if (error instanceof RecipeInputError) throw invalid('recipe.input', error.message);
    throw error;
  }
}

/** @throws ApiProblem naming `field` and the recipes there are */
export function recipeOf(api: Api, name: string, field: string): RecipeEntry {
  const recipe = api.recipes.get(name);
  if (recipe) return recipe;
  const known = [...api.recipes.keys()].join(', ') || 'none';
  throw invalid(field, `there is no recipe of this name; there are: ${known}`);
}

export const invalid = (path: string, message: string) =>
  new ApiProblem('invalid_request', `${path}: ${message}`, { extra: { fields: [{ path, message }] } });

function creationOf(
  api: Api,
  caller: Caller,
  body: ParsedCreateDraft,
  draftId: string,
  { document = null }: PreparedRequest,
): DraftCreation {
  const { inbox, schedule, holdMs, reviewTimeoutMs, content, recipe, adopt, category = null, priority } = body;
  const source = content ? 'content' : recipe ? 'recipe' : 'adopted';
  const adoptDraftId = adopt?.draftId ?? null;
  const asked = { inbox, schedule, holdMs, reviewTimeoutMs, source, recipe: recipe?.name ?? null, adoptDraftId };
  // Left out when they say nothing, as in requests of callers that do not know them.
  const extra = { ...(category !== null && { category }), ...(priority !== DEFAULT_PRIORITY && { priority }) };
  const { id, kind, roles, ownerId } = caller;
  return {
    draftId,
    requestDigest: jsonDigest({ ...asked, ...extra, document }),
    inboxId: inbox,
    creator: { id, kind, roles, ...(ownerId !== undefined && { ownerId }) },
    source,
    documentRef: null,
    adoptDraftId,
    recipe: asked.recipe,
    category,
    batchId: null,
    priority,
    schedule,
    holdMs,
    reviewTimeoutMs,
    createdAtMs: api.now(),
  };
}

/** The draft's id holds its kind, so a request id that was used for another kind has to be looked for. */
async function assertUnused(api: Api, caller: Caller, requestId: string, creation: DraftCreation): Promise<void> {
  const kinds = ['content', 'adopted', ...api.recipes.keys()];
  const ids = new Set(kinds.map((kind) => draftIdFor(kind, caller.id, requestId)));
  for (const id of ids) {
    const known = await api.store.getDraft(id);
    if (known && known.requestDigest !== creation.requestDigest) throw conflict(id);
  }
}

/** Two drafts over one AgentMail draft would each send, restore or delete what people approved in the other. */
async function assertFree(api: Api, draftId: string, adoptDraftId: string): Promise<void> {
  const owner = await api.store.ownerOf(adoptDraftId);
  if (owner === null || owner === draftId) return;
  // Not which one: it may be another agent's.
  const message = 'This AgentMail draft is under way already; it can be handed over again once that is over.';
  throw new ApiProblem('already_adopted', message);
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
