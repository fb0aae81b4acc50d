import { failure } from './errors.ts';

/** One page as a list route answers it; `nextPageToken` undefined on the last. */
interface Page<T> {
  items: T[];
  nextPageToken: string | undefined;
}

/** Every page in order. A token that comes twice would loop for ever and is no valid answer. */
export async function* pages<T>(read: (pageToken: string | undefined) => Promise<Page<T>>): AsyncGenerator<T[]> {
  const seen = new Set<string>();
  let token: string | undefined;
  do {
    const page = await read(token);
    yield page.items;
    token = page.nextPageToken;
    if (token !== undefined && seen.has(token)) throw failure('agentmail.unexpected_response');
    if (token !== undefined) seen.add(token);
  } while (token !== undefined);
}

export async function allItems<T>(read: (pageToken: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  for await (const items of pages(read)) all.push(...items);
  return all;
}
