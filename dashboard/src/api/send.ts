import { call } from './http.ts';

/** A path from parts that may hold any character. */
export const at = (...parts: string[]): string => `/v1/${parts.map((part) => encodeURIComponent(part)).join('/')}`;

type Value = string | number | boolean | undefined;
/** `?a=b`, without what is empty; '' when all is. */
export function queryOf(values: Record<string, Value>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return query && `?${query}`;
}

type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The JSON of the answer. @throws Refused | Unreachable */
export async function send<T>(method: Method, path: string, body?: object): Promise<T> {
  const json = { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const response = await call(path, { method, ...(body !== undefined && json) });
  const answer: T = await response.json();
  return answer;
}

/** For what answers nothing. @throws Refused | Unreachable */
export async function discard(path: string): Promise<void> {
  await call(path, { method: 'DELETE' });
}

/** Saves what a path answers as a file; the key cannot be sent along by a plain link. */
export async function download(path: string, name: string, accept = 'text/csv'): Promise<void> {
  const blob = await (await call(path, { headers: { Accept: accept } })).blob();
  saveAs(blob, name);
}

export function saveAs(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
