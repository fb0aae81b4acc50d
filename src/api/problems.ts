import { REFUSALS, type RefusalCode } from '../domain/reasons.ts';
import type { Problem, ProblemCode } from './schemas/index.ts';

type StatusCode = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 500 | 502 | 503;
type OwnCode = Exclude<ProblemCode, RefusalCode>;

const STATUS: Record<OwnCode, StatusCode> = {
  invalid_request: 422,
  malformed_json: 400,
  unsupported_media_type: 415,
  payload_too_large: 413,
  unauthenticated: 401,
  not_found: 404,
  method_not_allowed: 405,
  idempotency_conflict: 409,
  already_adopted: 409,
  already_exists: 409,
  last_admin: 409,
  key_revoked: 409,
  group_in_use: 409,
  batch_conflict: 409,
  operation_conflict: 409,
  upload_gap: 409,
  too_many: 409,
  too_many_requests: 429,
  policy_conflict: 409,
  engine_unavailable: 503,
  store_unavailable: 503,
  provider_unavailable: 502,
  internal: 500,
};
/** Refusals that are about who asks; every other one is a conflict with the state of the draft. */
const FORBIDDEN: readonly RefusalCode[] = [
  'agent_approval',
  'self_approval',
  'forbidden',
  'unauthorized',
  'unverified_signal',
];

const TITLES: Record<StatusCode, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

export const isRefusal = (code: string): code is RefusalCode => Object.hasOwn(REFUSALS, code);

type Extra = Partial<Pick<Problem, 'fields' | 'current' | 'decisionId' | 'draftId' | 'expectedOffset'>>;

/** An answer that is not 2xx. The message is read by people: what happened, and what to do. */
export class ApiProblem extends Error {
  override name = 'ApiProblem';
  readonly code: ProblemCode;
  readonly status: StatusCode;
  readonly extra: Extra;
  readonly headers: Record<string, string>;

  constructor(
    code: ProblemCode,
    message: string,
    options: { extra?: Extra; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.status = isRefusal(code) ? statusOfRefusal(code) : STATUS[code];
    this.extra = options.extra ?? {};
    this.headers = options.headers ?? {};
  }

  body(requestId: string): Problem {
    const { status, code, message, extra } = this;
    return { status, title: TITLES[status], code, message, requestId, ...extra };
  }
}

function statusOfRefusal(code: RefusalCode): StatusCode {
  if (code === 'agentmail_unavailable') return 503;
  return FORBIDDEN.includes(code) ? 403 : 409;
}

export const refusal = (code: RefusalCode, extra: Extra = {}) => new ApiProblem(code, REFUSALS[code], { extra });
export const draftNotFound = (id: string) =>
  new ApiProblem('not_found', `There is no draft ${id}, or this key may not see it.`);
