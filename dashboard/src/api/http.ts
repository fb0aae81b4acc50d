import type { Problem } from '../../../src/api/schemas/index.ts';
import { session } from './session.ts';

/** The server understood and said no; `message` is meant for people. */
export class Refused extends Error {
  override name = 'Refused';
  readonly status: number;
  readonly code: string;
  readonly problem: Partial<Problem>;
  constructor(status: number, problem: Partial<Problem>) {
    super(problem.message ?? `The server answered ${status}.`);
    this.status = status;
    this.code = problem.code ?? 'internal';
    this.problem = problem;
  }
}

/** No answer arrived. What was asked for may or may not have happened. */
export class Unreachable extends Error {
  override name = 'Unreachable';
  constructor(cause: unknown) {
    super('The server cannot be reached.', { cause });
  }
}

/** Worth asking again with the same decision id: it takes effect once. */
export function isPassing(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof Refused && [502, 503, 504].includes(error.status));
}

/** @throws Refused | Unreachable */
export async function call(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  const by = session.get();
  if (by?.kind === 'key') headers.set('Authorization', `Bearer ${by.key}`);
  // With a key, the cookie of somebody else who uses this browser must not speak.
  const credentials = by?.kind === 'cookie' ? 'same-origin' : 'omit';
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers, credentials });
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new Unreachable(cause);
  }
  if (response.ok) return response;
  throw new Refused(response.status, await problemOf(response));
}

async function problemOf(response: Response): Promise<Partial<Problem>> {
  try {
    const problem: Partial<Problem> = await response.json();
    return problem;
  } catch {
    return {};
  }
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await call(path, { signal });
  const body: T = await response.json();
  return body;
}

export async function postJson<T>(path: string, body: object): Promise<T> {
  const response = await call(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer: T = await response.json();
  return answer;
}
