import type { RecipeEntry } from '../deps.ts';
import { fieldsOf, type Kind, kindsAt } from './json-schema.ts';

/** Where a column's cells go in the input; null: nowhere. */
export type Column = { path: string[]; kinds: Set<Kind> } | null;

/** These would reach into every object of the process. */
const DANGEROUS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * What each column of a CSV means for a recipe: its name is a dotted path into the input, or has one in the mapping;
 * with a mapping, columns it does not name are left out. `problems` tells everything that is wrong with the header.
 */
export function planColumns(
  header: readonly string[],
  recipe: Pick<RecipeEntry, 'name' | 'inputJsonSchema'>,
  mapping: Record<string, string> | null,
): { columns: Column[]; problems: string[] } {
  const names = header.map((name) => name.trim());
  const problems = [...doubles(names, mapping), ...missingMapped(names, mapping)];
  const columns = names.map((name, index): Column => {
    if (mapping !== null && !Object.hasOwn(mapping, name)) return null;
    const dotted = mapping === null ? name : (mapping[name] ?? '');
    if (dotted === '') {
      problems.push(`column ${index + 1} has no name`);
      return null;
    }
    const path = dotted.split('.');
    const kinds = path.some((part) => part === '' || DANGEROUS.has(part))
      ? null
      : kindsAt(recipe.inputJsonSchema, path);
    if (kinds !== null) return { path, kinds };
    problems.push(`${quoted(name)}: the recipe ${recipe.name} has no field ${dotted}${known(recipe)}`);
    return null;
  });
  const paths = columns.flatMap((column) => (column === null ? [] : [column.path]));
  // One thing at a time: a column that is there twice collides, one that is misnamed may be the one that is missing.
  if (problems.length === 0) problems.push(...collisions(paths));
  if (problems.length === 0) problems.push(...missing(paths, recipe));
  return { columns, problems };
}

const quoted = (name: string) => `column ${JSON.stringify(name)}`;
const known = (recipe: Pick<RecipeEntry, 'inputJsonSchema'>) => {
  const { known } = fieldsOf(recipe.inputJsonSchema);
  return known.length === 0 ? '' : ` (it has ${known.join(', ')}; deeper ones are joined by dots)`;
};

function doubles(names: string[], mapping: Record<string, string> | null): string[] {
  const twice = names.filter((name, index) => name !== '' && names.indexOf(name) < index);
  const used = mapping === null ? twice : twice.filter((name) => Object.hasOwn(mapping, name));
  return [...new Set(used)].map((name) => `${quoted(name)} is there twice`);
}

function missingMapped(names: string[], mapping: Record<string, string> | null): string[] {
  const absent = Object.keys(mapping ?? {}).filter((name) => !names.includes(name));
  return absent.map((name) => `${quoted(name)} of the mapping is not in the file`);
}

/** Two columns for one place, or one for a place inside another's. */
function collisions(paths: string[][]): string[] {
  const dotted = paths.map((path) => path.join('.')).sort();
  return dotted.flatMap((path, index) => {
    const next = dotted[index + 1];
    if (next === path) return [`two columns go to ${path}`];
    return next?.startsWith(`${path}.`) ? [`columns go to ${path} and to ${next}, which lies inside it`] : [];
  });
}

function missing(paths: string[][], recipe: Pick<RecipeEntry, 'name' | 'inputJsonSchema'>): string[] {
  const given = new Set(paths.map(([first]) => first));
  const absent = fieldsOf(recipe.inputJsonSchema).required.filter((name) => !given.has(name));
  return absent.map((name) => `no column gives ${name}, which the recipe ${recipe.name} needs`);
}

/** The input that one record's cells make. Empty cells are left out. */
export function inputOf(cells: readonly string[], columns: readonly Column[]): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [index, column] of columns.entries()) {
    const cell = cells[index] ?? '';
    if (column !== null && cell !== '') put(input, column.path, cellValue(cell, column.kinds));
  }
  return input;
}

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** A cell as the JSON type its field wants. What does not look like it stays text, for the recipe to refuse by name. */
function cellValue(cell: string, kinds: ReadonlySet<Kind>): unknown {
  const text = cell.trim();
  if ((kinds.has('array') && text.startsWith('[')) || (kinds.has('object') && text.startsWith('{'))) {
    try {
      return JSON.parse(text);
    } catch {
      return cell;
    }
  }
  if (kinds.has('string')) return cell;
  if (kinds.has('null') && text === 'null') return null;
  if (kinds.has('boolean') && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  if ((kinds.has('number') || kinds.has('integer')) && NUMBER.test(text)) return Number(text);
  return cell;
}

function put(target: Record<string, unknown>, [first = '', ...deeper]: string[], value: unknown): void {
  const [next] = deeper;
  if (next === undefined) {
    target[first] = value;
    return;
  }
  const empty = /^\d+$/.test(next) ? [] : {};
  const held = Object.hasOwn(target, first) ? target[first] : undefined;
  const inner = isRecord(held) ? held : empty;
  target[first] = inner;
  if (isRecord(inner)) put(inner, deeper, value);
}

/** Arrays too: their indexes are names like any other. */
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
