import type { Problem } from '../api/schemas/index.ts';
import { CountersignError, errorOf, UnavailableError } from './errors.ts';

export interface HttpOptions {
  /** Such as `http://127.0.0.1:4400`. */
  baseUrl: string;
  /** Absent only for what needs no key. */
  apiKey?: string;
  fetch?: typeof fetch;
  /** Repeats of a request that may be repeated, after the first attempt. 3 when absent. */
  maxRetries?: number;
  /** Limit of one attempt in ms. 60 s when absent. */
  timeoutMs?: number;
}

type QueryValue = string | number | boolean | readonly string[] | undefined;
export interface HttpRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, QueryValue>;
  body?: unknown;
  /** A body that is no JSON, instead of `body`; its type goes into `headers`. */
  bytes?: Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
  /** Whether a repeat does no harm: true for reads and for requests that carry their own id. */
  repeatable?: boolean;
  signal?: AbortSignal;
  timeoutMs?: number;
}

/** Builds a path from parts that may hold any character. */
export const path = (...parts: (string | number)[]) => `/v1/${parts.map((p) => encodeURIComponent(p)).join('/')}`;

/** Speaks HTTP to the server: keys, retries, time-outs, problems as typed errors. */
export class Http {
  readonly #options: HttpOptions;
  readonly #fetch: typeof fetch;

  constructor(options: HttpOptions) {
    this.#options = { ...options, baseUrl: options.baseUrl.replace(/\/+$/, '') };
    this.#fetch = options.fetch ?? ((...args) => fetch(...args));
  }

  /** The JSON of a successful answer. The caller names its type: server and client are built from one contract. */
  async json<T>(request: HttpRequest): Promise<T> {
    const response = await this.send(request);
    const body: T = await response.json();
    return body;
  }

  /** A successful response with its body unread. @throws CountersignError */
  async send(request: HttpRequest): Promise<Response> {
    const { maxRetries = 3 } = this.#options;
    const repeatable = request.repeatable ?? (request.method ?? 'GET') === 'GET';
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#attempt(request);
      } catch (error) {
        const passing = error instanceof UnavailableError;
        if (!passing || !repeatable || attempt >= maxRetries || request.signal?.aborted) throw error;
        await pause(retryDelayMs(attempt, error), request.signal);
      }
    }
  }

  async #attempt(request: HttpRequest): Promise<Response> {
    const { baseUrl, apiKey, timeoutMs = 60_000 } = this.#options;
    const limit = AbortSignal.timeout(request.timeoutMs ?? timeoutMs);
    const signal = request.signal ? AbortSignal.any([request.signal, limit]) : limit;
    const headers: Record<string, string> = { Accept: 'application/json', ...request.headers };
    if (apiKey !== undefined) headers.Authorization = `Bearer ${apiKey}`;
    if (request.body !== undefined) headers['Content-Type'] = 'application/json';
    let response: Response;
    try {
      response = await this.#fetch(urlOf(baseUrl, request), {
        method: request.method ?? 'GET',
        headers,
        body: request.bytes ?? (request.body === undefined ? undefined : JSON.stringify(request.body)),
        signal,
      });
    } catch (cause) {
      if (request.signal?.aborted) throw request.signal.reason;
      if (limit.aborted) throw new UnavailableError('timeout', `${baseUrl} did not answer in time.`, { cause });
      throw new UnavailableError('network', `${baseUrl} cannot be reached. Is the server running?`, { cause });
    }
    if (response.ok) return response;
    throw await failureOf(response);
  }
}

/** Exceeding a stream's first answer is an attempt's matter; the stream itself may last. */
export const STREAM_TIMEOUT_MS = 2 ** 31 - 1;

function urlOf(baseUrl: string, { path, query = {} }: HttpRequest): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) params.set(key, Array.isArray(value) ? value.join(',') : String(value));
  }
  const search = params.toString();
  return `${baseUrl}${path}${search ? `?${search}` : ''}`;
}

/** When a server asks for a pause, in ms; kept beside the error, which is for callers. */
const askedPauses = new WeakMap<CountersignError, number>();

async function failureOf(response: Response): Promise<CountersignError> {
  const { status } = response;
  const body: unknown = await response.json().catch(() => null);
  if (!isProblem(body)) {
    const message = `The server answered ${status} in a form this client does not know. Is the address right?`;
    const passing = status === 502 || status === 503 || status === 504;
    return passing
      ? new UnavailableError('network', message, { status, body })
      : new CountersignError('unexpected', message, { status, body });
  }
  const error = errorOf(body);
  const seconds = Number(response.headers.get('Retry-After'));
  if (seconds > 0) askedPauses.set(error, Math.min(seconds * 1_000, 60_000));
  return error;
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'code' in body && 'message' in body && 'status' in body;

/** Doubling, with jitter so that many clients do not return at once; never sooner than the server asked for. */
function retryDelayMs(attempt: number, error: CountersignError): number {
  const backoffMs = Math.min(250 * 2 ** attempt, 8_000) * (0.5 + Math.random() / 2);
  return Math.max(backoffMs, askedPauses.get(error) ?? 0);
}

export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
