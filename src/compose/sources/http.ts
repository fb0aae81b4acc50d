import { urlOf } from '../../domain/url.ts';
import { ComposeError } from '../errors.ts';
import { hostAllowed, hostListed, normalHost } from '../hosts.ts';
import type { SourceStep } from '../plan.ts';
import { guardedFetch, PrivateAddressError, type SourceFetch, type SourceResponse } from './guarded-fetch.ts';
import { isLoopbackHost } from './private-address.ts';

/** A customer record is some kilobytes; a megabyte is a mistake or an attack. */
const MAX_BYTES = 1_000_000;
const MAX_REDIRECTS = 3;
/** Headers that would change how the request is understood. */
const FORBIDDEN_HEADERS = /^(?:host|connection|content-length|transfer-encoding|te|upgrade|expect)$/i;

export interface HttpSourceOptions {
  /** The operator's list: a host exactly, or `*.suffix`. Empty allows none. */
  allowedHosts: readonly string[];
  /** Values of headers by the name that plans use. */
  secrets?: Readonly<Record<string, string>>;
  fetch?: SourceFetch;
  signal?: AbortSignal;
}

/**
 * Gets the JSON of an HTTP source. Allowed are https and the operator's hosts; plain http and private addresses only for
 * a host the list names exactly (http: this machine alone). Redirects stay within the allowed hosts, and secrets do not
 * follow to another origin. At most 1 MB.
 * @throws ComposeError naming the step: `source_refused` (not allowed, 4xx), `source_failed` (worth another attempt: network,
 * time-out, 408, 429, 5xx; `retryAfterMs` from Retry-After), `source_invalid` (not JSON, too large)
 */
export async function fetchHttpSource(step: SourceStep, options: HttpSourceOptions): Promise<unknown> {
  if (step.source.type !== 'http') throw new ComposeError('plan_invalid', 'not an HTTP source', { step: step.id });
  const deadline = AbortSignal.timeout(step.timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  const start = new URL(step.source.url);
  let url = start;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const allowPrivate = guardUrl(step, url, options.allowedHosts);
    const headers = {
      accept: 'application/json',
      ...(url.origin === start.origin ? secretHeaders(step, options) : {}),
    };
    const response = await request(step, url, options.fetch ?? guardedFetch, { headers, signal, allowPrivate });
    if (response.status < 300 || response.status > 399) return readAnswer(step, response);
    url = redirectTarget(step, url, response);
  }
  throw new ComposeError('source_refused', `more than ${MAX_REDIRECTS} redirects`, { step: step.id });
}

/** Whether the host may resolve to a private address. @throws ComposeError `source_refused` when it may not be asked at all */
function guardUrl(step: SourceStep, url: URL, operatorHosts: readonly string[]): boolean {
  const refuse = (reason: string) => new ComposeError('source_refused', reason, { step: step.id });
  const host = normalHost(url.hostname);
  const narrowed = step.source.type === 'http' ? step.source.allowedHosts : [];
  if (!hostAllowed(host, operatorHosts)) throw refuse(`host ${host} is not on the list of hosts for HTTP sources`);
  if (narrowed.length > 0 && !hostAllowed(host, narrowed)) throw refuse(`host ${host} is not one the recipe allows`);
  if (url.username !== '' || url.password !== '') throw refuse('the URL carries a password; use a secret header');
  const listed = hostListed(host, operatorHosts);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && listed && isLoopbackHost(host))) {
    throw refuse(`https is needed for ${host}`);
  }
  return listed;
}

function secretHeaders(step: SourceStep, options: HttpSourceOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  if (step.source.type !== 'http') return headers;
  for (const [header, name] of Object.entries(step.source.headers)) {
    const value = Object.hasOwn(options.secrets ?? {}, name) ? options.secrets?.[name] : undefined;
    if (FORBIDDEN_HEADERS.test(header)) {
      throw new ComposeError('source_refused', `the header ${header} cannot be set`, { step: step.id });
    }
    if (value === undefined) {
      throw new ComposeError('source_refused', `the secret ${name} is not configured`, { step: step.id });
    }
    headers[header.toLowerCase()] = value;
  }
  return headers;
}

async function request(
  step: SourceStep,
  url: URL,
  fetch: SourceFetch,
  options: Parameters<SourceFetch>[1],
): Promise<SourceResponse> {
  try {
    return await fetch(url, options);
  } catch (error) {
    throw networkError(step, url, error);
  }
}

/** The code alone (ECONNREFUSED, …): messages of the network stack repeat URLs, and those may name a customer. */
function networkError(step: SourceStep, url: URL, error: unknown): ComposeError {
  if (error instanceof PrivateAddressError) {
    return new ComposeError('source_refused', `${url.hostname}: ${error.message}`, { step: step.id });
  }
  const name = error instanceof Error ? error.name : 'error';
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : name;
  const reason = /Timeout|Abort|ABORT/.test(`${code} ${name}`) ? 'no answer in time' : code;
  return new ComposeError('source_failed', `${url.hostname} cannot be reached: ${reason}`, {
    step: step.id,
    retryable: true,
  });
}

function redirectTarget(step: SourceStep, from: URL, response: SourceResponse): URL {
  const location = response.headers.get('location');
  const target = location === null ? null : urlOf(location, from.href);
  if (![301, 302, 303, 307, 308].includes(response.status) || target === null) {
    throw new ComposeError('source_invalid', `answered ${response.status} without a target`, { step: step.id });
  }
  return target;
}

async function readAnswer(step: SourceStep, response: SourceResponse): Promise<unknown> {
  const { status } = response;
  if (status === 408 || status === 429 || status >= 500) {
    const retryAfterMs = retryAfter(response.headers.get('retry-after'));
    throw new ComposeError('source_failed', `answered ${status}`, { step: step.id, retryable: true, retryAfterMs });
  }
  if (status < 200 || status > 299) throw new ComposeError('source_refused', `answered ${status}`, { step: step.id });
  const type = response.headers.get('content-type') ?? '';
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(type)) {
    throw new ComposeError('source_invalid', 'the answer is not JSON by its content type', { step: step.id });
  }
  const text = await readLimited(step, response);
  try {
    return JSON.parse(text);
  } catch {
    // No cause: the parser's message quotes the body.
    throw new ComposeError('source_invalid', 'the answer is not valid JSON', { step: step.id });
  }
}

async function readLimited(step: SourceStep, response: SourceResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body) {
      size += chunk.length;
      // Breaking out of the loop closes the connection.
      if (size > MAX_BYTES) break;
      chunks.push(chunk);
    }
  } catch {
    throw new ComposeError('source_failed', 'the answer broke off', { step: step.id, retryable: true });
  }
  if (size > MAX_BYTES) throw new ComposeError('source_invalid', 'the answer is larger than 1 MB', { step: step.id });
  return Buffer.concat(chunks).toString('utf8');
}

/** Retry-After in seconds or as a date, in ms; at most ten minutes. */
function retryAfter(value: string | null): number | null {
  if (value === null) return null;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 600_000) : null;
}
