import { ComposeError } from '../errors.ts';
import type { Recipe } from '../recipe.ts';
import { invoiceReminder } from './invoice-reminder.ts';
import { replyToThread } from './reply-to-thread.ts';

/** Builds a registry; a name given twice is a mistake worth stopping for. */
export function createRegistry(list: readonly Recipe[]): ReadonlyMap<string, Recipe> {
  const registry = new Map<string, Recipe>();
  for (const recipe of list) {
    if (registry.has(recipe.name)) throw new ComposeError('plan_invalid', `two recipes are named ${recipe.name}`);
    registry.set(recipe.name, recipe);
  }
  return registry;
}

/** The recipes that ship with Countersign, by name. */
export const recipes: ReadonlyMap<string, Recipe> = createRegistry([replyToThread, invoiceReminder]);

/** @throws ComposeError `recipe_unknown` naming the known ones */
export function getRecipe(name: string, registry: ReadonlyMap<string, Recipe> = recipes): Recipe {
  const recipe = registry.get(name);
  if (recipe) return recipe;
  const known = [...registry.keys()].join(', ');
  throw new ComposeError('recipe_unknown', `no recipe is named ${JSON.stringify(name.slice(0, 100))}; known: ${known}`);
}
