import type { Hook } from '@hono/zod-openapi';
import type { Context, ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { z } from 'zod';
import { StoreInvalid, StoreUnavailable } from '../store/errors.ts';
import type { ApiDeps, ApiEnv } from './deps.ts';
import { ApiProblem } from './problems.ts';

export function sendProblem(c: Context<ApiEnv>, problem: ApiProblem): Response {
  return c.body(JSON.stringify(problem.body(c.var.requestId)), problem.status, {
    ...problem.headers,
    'Content-Type': 'application/problem+json',
  });
}

/** The one place where errors become answers. What nobody foresaw is logged and told without its text. */
export function errorHandler(deps: Pick<ApiDeps, 'log'>): ErrorHandler<ApiEnv> {
  return (error, c) => {
    const problem = asProblem(error);
    if (problem.status >= 500) {
      const { requestId } = c.var;
      const { method, path } = c.req;
      deps.log?.error({ err: error, requestId, method, path, code: problem.code }, 'request failed');
    }
    return sendProblem(c, problem);
  };
}

export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof HTTPException) return fromHttpException(error);
  if (isProviderFailure(error)) {
    const message = 'AgentMail did not answer as expected. Nothing was changed; try again in a moment.';
    return new ApiProblem('provider_unavailable', message, { cause: error, headers: { 'Retry-After': '5' } });
  }
  if (error instanceof StoreInvalid) {
    const message = 'The request holds something that cannot be stored or looked up (an old cursor, a NUL character).';
    return new ApiProblem('invalid_request', message, { cause: error });
  }
  if (error instanceof StoreUnavailable) {
    const message = 'The database cannot be reached. Nothing is known to be lost; repeat the request with the same id.';
    return new ApiProblem('store_unavailable', message, { cause: error, headers: { 'Retry-After': '2' } });
  }
  const message = 'Something failed that should not. The server log has it under this request id.';
  return new ApiProblem('internal', message, { cause: error });
}

/** Hono's own: a body that is no JSON, or of another type than the route reads. */
function fromHttpException(error: HTTPException): ApiProblem {
  if (error.status === 415 || /content-type/i.test(error.message)) {
    return new ApiProblem('unsupported_media_type', 'Send the body as application/json.');
  }
  if (error.status === 400) return new ApiProblem('malformed_json', 'The body is not valid JSON.');
  return new ApiProblem('internal', 'Something failed that should not.', { cause: error });
}

const isProviderFailure = (error: unknown) =>
  error instanceof Error && 'type' in error && typeof error.type === 'string' && error.type.startsWith('agentmail.');

/** Body fields in which callers hope to name who acts. */
const ACTOR_FIELDS = ['actor', 'approver', 'approvedBy', 'reviewer', 'createdBy', 'creator', 'roles', 'user', 'by'];

type Issue = z.core.$ZodIssue;
export function fieldsOf(issues: readonly Issue[], prefix: PropertyKey[] = []): { path: string; message: string }[] {
  return issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: unknownField(key) }));
    }
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      // The branch with the fewest complaints is the one that was meant.
      const [closest = []] = [...issue.errors].sort((a, b) => a.length - b.length);
      return fieldsOf(closest, path);
    }
    return [{ path: path.join('.'), message: issue.message }];
  });
}

const unknownField = (key: string) =>
  ACTOR_FIELDS.includes(key) ? 'unknown field: who acts is known from the API key alone' : 'unknown field';

/** Turns a failed validation into a problem that names every field at fault. */
export const onInvalid: Hook<unknown, ApiEnv, string, unknown> = (result) => {
  if (result.success) return;
  const fields = fieldsOf(result.error.issues);
  const listed = fields.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  throw new ApiProblem('invalid_request', `The request is not valid: ${listed}`, { extra: { fields } });
};
