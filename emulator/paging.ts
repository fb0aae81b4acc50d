import { z } from 'zod';
import { invalid } from './errors.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;

const cursorSchema = z.object({ k: z.string(), s: z.number() });
type Cursor = z.infer<typeof cursorSchema>;

export interface PageRequest {
  limit: number;
  cursor: Cursor | undefined;
  ascending: boolean;
}

export interface Sorting<T> {
  key(row: T): string;
  seq(row: T): number;
}

export interface Page<T> {
  rows: T[];
  /** The paging fields of a list answer. */
  envelope: { count: number; limit: number; next_page_token?: string };
}

export function parsePageRequest(query: URLSearchParams, ascending = false): PageRequest {
  const limitText = query.get('limit');
  const limit = limitText === null ? DEFAULT_LIMIT : Number(limitText);
  if (!Number.isInteger(limit) || limit < 1) throw invalid('must be a positive whole number', ['limit']);
  const token = query.get('page_token');
  return { limit: Math.min(limit, MAX_LIMIT), cursor: token ? decode(token) : undefined, ascending };
}

/** The cursor is the sort key of the last row shown, so rows arriving meanwhile neither repeat nor hide others. */
export function paginate<T>(rows: T[], request: PageRequest, sorting: Sorting<T>): Page<T> {
  const compare = (a: Cursor, b: Cursor) => (a.k < b.k ? -1 : a.k > b.k ? 1 : a.s - b.s) * (request.ascending ? 1 : -1);
  const cursorOf = (row: T): Cursor => ({ k: sorting.key(row), s: sorting.seq(row) });
  const sorted = rows.map((row) => ({ row, at: cursorOf(row) })).sort((a, b) => compare(a.at, b.at));
  const { cursor } = request;
  const rest = cursor ? sorted.filter(({ at }) => compare(at, cursor) > 0) : sorted;
  const shown = rest.slice(0, request.limit);
  const last = shown.at(-1);
  const next = last && rest.length > shown.length ? { next_page_token: encode(last.at) } : {};
  return { rows: shown.map(({ row }) => row), envelope: { count: shown.length, limit: request.limit, ...next } };
}

const encode = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

function decode(token: string): Cursor {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')));
  } catch {
    throw invalid('is not a token this API gave out', ['page_token']);
  }
}
