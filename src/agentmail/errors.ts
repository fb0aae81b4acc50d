import { ApplicationFailure } from '@temporalio/common';
import { AgentMailError, AgentMailTimeoutError } from 'agentmail';
import { z } from 'zod';
import type { ReasonCode } from '../domain/reasons.ts';
import { FAILURES, type FailureMeaning, type FailureType, isFailureType } from './failure-types.ts';
import { retryAfterMs } from './retry-after.ts';

/** The facts a failure keeps (as its only detail): never text of AgentMail's, which may quote addresses or content. */
export const failureFactsSchema = z.object({
  status: z.int().nullable(),
  code: z.string().nullable(),
  /** A send list refused a recipient. */
  sendList: z.boolean(),
});
export type FailureFacts = z.infer<typeof failureFactsSchema>;

/** AgentMail's error body, as far as it is trusted: `code` decides, `name` where an older answer has no code. */
const errorBodySchema = z.object({
  name: z.string().optional().catch(undefined),
  code: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  fix: z.string().optional().catch(undefined),
});
type ErrorBody = z.infer<typeof errorBodySchema>;

const NO_FACTS: FailureFacts = { status: null, code: null, sendList: false };

/** The one way failures are made. Its message enters workflow history in clear text: type, status and code only. */
export function failure(
  type: FailureType,
  facts: Partial<FailureFacts> = {},
  nextRetryDelayMs?: number,
): ApplicationFailure {
  const kept = { ...NO_FACTS, ...facts };
  const message = [type, kept.status, kept.code].filter((part) => part !== null).join(' ');
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable: FAILURES[type].nonRetryable,
    details: [kept],
    nextRetryDelay: nextRetryDelayMs,
  });
}

/**
 * Turns whatever a call of the SDK threw into an ApplicationFailure. The original is dropped, not kept as `cause`:
 * its message quotes the answer's body, and a cause is written to history.
 */
export function classify(error: unknown, nowMs: number = Date.now()): ApplicationFailure {
  if (error instanceof ApplicationFailure && isFailureType(error.type)) return error;
  // Not a subclass of AgentMailError, so it has to be asked for on its own.
  if (error instanceof AgentMailTimeoutError) return failure('agentmail.timeout');
  if (!(error instanceof AgentMailError)) return failure('agentmail.unexpected_response');
  const status = error.statusCode;
  // The SDK drops the status of an error whose body is broken JSON, so this also covers those: retryable, unknown.
  if (status === undefined) return failure('agentmail.network');
  const parsed = errorBodySchema.safeParse(error.body);
  const body = parsed.success ? parsed.data : null;
  const type = typeOf(status, body);
  const facts = {
    status,
    code: safeCode(body?.code),
    sendList: type === 'agentmail.message_rejected' && namesSendList(body),
  };
  return failure(type, facts, retryAfterMs(error.rawResponse?.headers.get('retry-after') ?? null, nowMs));
}

function typeOf(status: number, body: ErrorBody | null): FailureType {
  if (status === 413) return 'agentmail.too_large';
  if (status === 429) return 'agentmail.rate_limited';
  if (status >= 500 || status === 408) return 'agentmail.unavailable';
  // A page of some proxy proves nothing about the draft: a wrong path's 404 must not read as "the draft is gone".
  if (body === null) return 'agentmail.unexpected_response';
  switch (status) {
    case 400:
    case 422:
      return 'agentmail.validation';
    case 401:
      return 'agentmail.unauthorized';
    case 403:
      return forbiddenType(body);
    case 404:
      return 'agentmail.not_found';
    case 409:
      return 'agentmail.conflict';
    default:
      return 'agentmail.unexpected_response';
  }
}

/** Codes that refuse the key itself; documented under 401, but 403 is also what an unknown key gets. */
const KEY_CODE = /^(unauthorized|missing_authorization|invalid_token_type|\w+_api_key|api_key_\w+)$/;

/** The SDK throws MessageRejectedError for every 403 of a send, so its class says nothing; the code does. */
function forbiddenType(body: ErrorBody): FailureType {
  if (body.code === 'missing_permission') return 'agentmail.missing_permission';
  if (body.code === 'message_rejected') return 'agentmail.message_rejected';
  if (body.code === 'limit_exceeded') return 'agentmail.quota_exhausted';
  if (body.code !== undefined && KEY_CODE.test(body.code)) return 'agentmail.unauthorized';
  if (body.code !== undefined) return 'agentmail.forbidden';
  if (body.name === 'MessageRejectedError') return 'agentmail.message_rejected';
  return body.name === undefined ? 'agentmail.unauthorized' : 'agentmail.forbidden';
}

/** `message_rejected` has several causes under one code; its remedy names the list when a list was the cause. */
function namesSendList(body: ErrorBody | null): boolean {
  return /lists\/send\/|\b(allow|block) ?list/i.test(`${body?.fix ?? ''} ${body?.message ?? ''}`);
}

/** Only what looks like a code passes into history. */
function safeCode(code: string | undefined): string | null {
  return code !== undefined && /^[a-z0-9_]{1,64}$/.test(code) ? code : null;
}

/** What the failure of a posted send says about it (for `postVerdict`). Anything not classified is unknown. */
export function answerOf(error: unknown): FailureMeaning['answer'] {
  const { type } = classify(error);
  return isFailureType(type) ? FAILURES[type].answer : 'unknown';
}

/** The reason a person reads when AgentMail refused a send or a draft. */
export function refusalReason(
  error: unknown,
): Extract<ReasonCode, 'recipient_blocked' | 'missing_permission' | 'provider_refused'> {
  const { type, details } = classify(error);
  if (type === 'agentmail.missing_permission' || type === 'agentmail.unauthorized') return 'missing_permission';
  const facts = failureFactsSchema.safeParse(details?.[0]);
  return facts.success && facts.data.sendList ? 'recipient_blocked' : 'provider_refused';
}

/** True for this adapter's failure of that type. */
export function isFailure(error: unknown, type: FailureType): boolean {
  return error instanceof ApplicationFailure && error.type === type;
}

/** The result, or null where AgentMail answered 404. */
export async function nullIfGone<T>(result: Promise<T>): Promise<T | null> {
  try {
    return await result;
  } catch (error) {
    if (isFailure(error, 'agentmail.not_found')) return null;
    throw error;
  }
}
