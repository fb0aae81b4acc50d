import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from '../../src/config.ts';
import { loadRecipes } from '../../src/runtime/recipes.ts';

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const load = (module?: string) => loadRecipes(loadConfig({ COUNTERSIGN_RECIPES: module }));

describe('the recipe book', () => {
  it('has the shipped recipes', async () => {
    const { recipes } = await load();
    expect([...recipes.keys()]).toEqual(['reply-to-thread', 'invoice-reminder']);
  });

  it('adds those of the module that is named, and its sources', async () => {
    const { recipes, customSources } = await load(fixture('own-recipes.mjs'));
    expect([...recipes.keys()]).toEqual(['reply-to-thread', 'invoice-reminder', 'welcome']);
    await expect(customSources.loyalty?.({})).resolves.toBe('gold');
  });

  it('says what is wrong with a module, by the name of the variable', async () => {
    await expect(load(fixture('absent.mjs'))).rejects.toThrow(/^COUNTERSIGN_RECIPES: .*absent\.mjs cannot be loaded/);
    await expect(load(fixture('not-recipes.mjs'))).rejects.toThrow(/^COUNTERSIGN_RECIPES: .*must export "recipes"/);
    await expect(load(fixture('not-recipes.mjs'))).rejects.toBeInstanceOf(ConfigError);
  });
});
