import { pathToFileURL } from 'node:url';
import type { ActivityDeps } from '../activities/index.ts';
import { createRegistry, type Recipe, recipes as shipped } from '../compose/index.ts';
import { type Config, ConfigError } from '../config.ts';

export type RecipeBook = Pick<ActivityDeps, 'recipes' | 'customSources'>;

/**
 * The shipped recipes and those of the module that the configuration names. It exports `recipes`, a list of what
 * `defineRecipe` made, and may export `sources`: functions by the name that sources of type `activity` ask for.
 * @throws ConfigError naming COUNTERSIGN_RECIPES
 */
export async function loadRecipes({ recipesModule }: Config): Promise<RecipeBook> {
  if (recipesModule === undefined) return { recipes: shipped, customSources: {} };
  const fail = (reason: string, cause?: unknown) => new ConfigError(`COUNTERSIGN_RECIPES: ${reason}`, { cause });
  const own: Record<string, unknown> = await import(pathToFileURL(recipesModule).href).catch((error: unknown) => {
    throw fail(`${recipesModule} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`, error);
  });
  const { recipes, sources = {} } = own;
  if (!Array.isArray(recipes) || !recipes.every(isRecipe)) {
    throw fail(`${recipesModule} must export "recipes", a list of what defineRecipe made`);
  }
  if (!isSources(sources)) throw fail(`"sources" of ${recipesModule} must be functions by name`);
  return { recipes: createRegistry([...shipped.values(), ...recipes]), customSources: sources };
}

const isRecipe = (value: unknown): value is Recipe =>
  typeof value === 'object' && value !== null && 'plan' in value && typeof value.plan === 'function' && 'name' in value;

const isSources = (value: unknown): value is ActivityDeps['customSources'] =>
  typeof value === 'object' && value !== null && Object.values(value).every((source) => typeof source === 'function');
