import { StoreInvalid } from './errors.ts';

/**
 * A page's end as an opaque string: the sort keys of its last row, with the name of the list and order they belong to.
 */
export function encodeCursor(list: string, keys: (string | number)[]): string {
  return Buffer.from(JSON.stringify([list, ...keys])).toString('base64url');
}

/**
 * @param shape the type of each key.
 * @throws StoreInvalid when the cursor is not one of this list in this order.
 */
export function decodeCursor<Shape extends ('string' | 'number')[]>(
  list: string,
  cursor: string,
  ...shape: Shape
): { [K in keyof Shape]: Shape[K] extends 'string' ? string : number };
export function decodeCursor(list: string, cursor: string, ...shape: string[]): (string | number)[] {
  const [name, ...keys] = parse(cursor);
  const fits = name === list && keys.length === shape.length && keys.every((key, i) => typeof key === shape[i]);
  if (!fits) throw new StoreInvalid('The cursor does not belong to this list and order: start at the first page.');
  return keys;
}

function parse(cursor: string): (string | number)[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const isKey = (key: unknown) => typeof key === 'string' || Number.isSafeInteger(key);
    return Array.isArray(value) && value.every(isKey) ? value : [];
  } catch {
    return [];
  }
}
