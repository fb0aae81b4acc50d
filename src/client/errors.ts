import type { Problem, ProblemCode } from '../api/schemas/index.ts';

/** `network`: no answer at all. `timeout`: none in time. `unexpected`: an answer this client cannot read. */
export type ErrorCode = ProblemCode | 'network' | 'timeout' | 'unexpected';

/** Every failure of the client. `code` is stable; `message` is for people and says what to do. */
export class CountersignError extends Error {
  override name = 'CountersignError';
  readonly code: ErrorCode;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** The server's whole problem body; null when there was none. */
  readonly problem: Problem | null;
  /** What the server answered when that was no problem body. */
  readonly body: unknown;

  constructor(
    code: ErrorCode,
    message: string,
    options: { status?: number; problem?: Problem; body?: unknown; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.status = options.status ?? null;
    this.problem = options.problem ?? null;
    this.body = options.body;
  }
}
/** The draft's state, or who you are, does not allow it. `problem.current` has the draft's state. */
export class RefusedError extends CountersignError {
  override name = 'RefusedError';
}
/** There is no such thing, or this key may not see it. */
export class NotFoundError extends CountersignError {
  override name = 'NotFoundError';
}
/** The API key is missing or unknown. */
export class UnauthorizedError extends CountersignError {
  override name = 'UnauthorizedError';
}
/** The request is not valid; `problem.fields` names each fault. */
export class InvalidRequestError extends CountersignError {
  override name = 'InvalidRequestError';
}
/** Not carried out in time, or not reachable. Repeating with the same id is safe. */
export class UnavailableError extends CountersignError {
  override name = 'UnavailableError';
}

export function errorOf(problem: Problem): CountersignError {
  const { code, message, status } = problem;
  const options = { status, problem };
  switch (status) {
    case 400:
    case 413:
    case 415:
    case 422:
      return new InvalidRequestError(code, message, options);
    case 401:
      return new UnauthorizedError(code, message, options);
    case 403:
    case 409:
      return new RefusedError(code, message, options);
    case 404:
      return new NotFoundError(code, message, options);
    case 502:
    case 503:
      return new UnavailableError(code, message, options);
    default:
      return new CountersignError(code, message, options);
  }
}
