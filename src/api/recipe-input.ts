import { splitAttachments } from '../compose/attachments.ts';
import { ComposeError } from '../compose/errors.ts';
import { sha256Hex } from '../domain/digest.ts';
import type { RecipeEntry } from './deps.ts';

/** A recipe's input, checked: attachments are named by hash, their bytes apart. */
export interface RecipeInput {
  document: unknown;
  blobs: Uint8Array[];
}

/** The input does not fit its recipe; the message names the fields at fault. */
export class RecipeInputError extends Error {
  override name = 'RecipeInputError';
}

/**
 * Runs the recipe's own validation now: the agent learns what is wrong from this answer, not from a failed draft.
 * @throws RecipeInputError
 */
export async function checkRecipeInput(recipe: RecipeEntry, input: unknown): Promise<RecipeInput> {
  if (isDeep(input)) throw new RecipeInputError(`is nested deeper than ${MAX_DEPTH} levels`);
  if (namesStoredBytes(input)) {
    throw new RecipeInputError('send attachments with their bytes (base64); a hash alone is not accepted');
  }
  const blobs: Uint8Array[] = [];
  try {
    const document = await splitAttachments(input, async (bytes) => {
      blobs.push(bytes);
      return sha256Hex(bytes);
    });
    recipe.plan(document);
    return { document, blobs };
  } catch (error) {
    if (error instanceof ComposeError) throw new RecipeInputError(error.message, { cause: error });
    throw error;
  }
}

/** Far beyond any recipe; what walks the input calls itself. */
const MAX_DEPTH = 64;

function isDeep(input: unknown): boolean {
  let level = [input];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return false;
}

/** A hash would open another draft's attachment to whoever knows it. */
function namesStoredBytes(input: unknown): boolean {
  if (typeof input !== 'object' || input === null) return false;
  return ('sha256' in input && 'filename' in input) || Object.values(input).some(namesStoredBytes);
}
