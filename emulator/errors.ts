/** Statuses the emulated API answers with on refusal. */
export type ErrorStatus = 400 | 401 | 403 | 404 | 409 | 413 | 422 | 429;

export interface FieldIssue {
  path: (string | number)[];
  message: string;
}

/** The wire form of a refusal: branch on `code`, not on the text. */
export interface ErrorBody {
  name: string;
  code: string;
  message: string;
  fix?: string;
  errors?: FieldIssue[];
}

export class ApiError extends Error {
  readonly status: ErrorStatus;
  readonly body: ErrorBody;
  readonly headers: Record<string, string>;

  constructor(status: ErrorStatus, body: ErrorBody, headers: Record<string, string> = {}) {
    super(body.message);
    this.name = body.name;
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export function invalid(message: string, path: (string | number)[] = [], code = 'validation_error'): ApiError {
  return invalidFields([{ path, message }], code);
}

export function invalidFields(errors: FieldIssue[], code = 'validation_error'): ApiError {
  const message = errors.map((issue) => [issue.path.join('.'), issue.message].filter(Boolean).join(': ')).join('; ');
  return new ApiError(400, { name: 'ValidationError', code, message, errors });
}

export function notFound(what: string): ApiError {
  return new ApiError(404, { name: 'NotFoundError', code: 'not_found', message: `${what} not found` });
}

export function conflict(code: string, message: string, fix?: string): ApiError {
  return new ApiError(409, { name: 'ConflictError', code, message, fix });
}

export function taken(message: string): ApiError {
  return new ApiError(403, { name: 'IsTakenError', code: 'is_taken', message });
}

export function rejected(message: string, fix?: string): ApiError {
  return new ApiError(403, { name: 'MessageRejectedError', code: 'message_rejected', message, fix });
}

export function missingPermission(permission: string): ApiError {
  return new ApiError(403, {
    name: 'ForbiddenError',
    code: 'missing_permission',
    message: `This API key lacks the permission ${permission}`,
    fix: `Use a key that has ${permission}, or update this key's permissions`,
  });
}

export function tooLarge(limitBytes: number): ApiError {
  return new ApiError(413, {
    name: 'RequestTooLargeError',
    code: 'request_too_large',
    message: `The request body is over ${limitBytes} bytes`,
    fix: 'Attach large files by url instead of content',
  });
}

export function tooManyRequests(retryAfterSeconds: number): ApiError {
  return new ApiError(
    429,
    { name: 'RateLimitError', code: 'rate_limit_exceeded', message: 'Too many requests for this API key' },
    { 'Retry-After': String(retryAfterSeconds) },
  );
}

/** A month's mail is used up. The documents name the limits, not their error: status and code are a guess. */
export function quotaExceeded(limit: number): ApiError {
  return new ApiError(403, {
    name: 'LimitExceededError',
    code: 'limit_exceeded',
    message: `The plan's ${limit} emails of this month are used up`,
    fix: 'Wait for the next month or take a larger plan',
  });
}
