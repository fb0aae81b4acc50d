import { ApplicationFailure } from '@temporalio/common';
import { AgentMail, AgentMailClient, AgentMailError, AgentMailTimeoutError } from 'agentmail';
import { describe, expect, test } from 'vitest';
import {
  answerOf,
  classify,
  FAILURES,
  type FailureType,
  failureFactsSchema,
  refusalReason,
} from '../../src/agentmail/index.ts';
import { json, startServer } from './http-server.ts';

const SECRET = 'ada@example.com wants the secret subject';
const body = (code?: string, name = 'SomeError', more = {}) => ({ name, code, message: SECRET, ...more });
const plain = (statusCode: number | undefined, content?: unknown) =>
  new AgentMailError({ statusCode, body: content, message: SECRET });

interface Row {
  error: unknown;
  type: FailureType;
  retryable: boolean;
  answer: 'refused' | 'not_found' | 'unknown';
  reason?: 'recipient_blocked' | 'missing_permission' | 'provider_refused';
}

const rows: Record<string, Row> = {
  'validation error': {
    error: new AgentMail.ValidationError(body('validation_error')),
    type: 'agentmail.validation',
    retryable: false,
    answer: 'refused',
    reason: 'provider_refused',
  },
  'unprocessable, of its class': {
    error: new AgentMail.UnprocessableError(body('unprocessable')),
    type: 'agentmail.validation',
    retryable: false,
    answer: 'refused',
    reason: 'provider_refused',
  },
  'unprocessable, untyped': {
    error: plain(422, body('unprocessable')),
    type: 'agentmail.validation',
    retryable: false,
    answer: 'refused',
  },
  unauthorized: {
    error: plain(401, body('unknown_api_key')),
    type: 'agentmail.unauthorized',
    retryable: true,
    answer: 'refused',
    reason: 'missing_permission',
  },
  'unknown key as a 403': {
    error: plain(403, body('unknown_api_key', 'ForbiddenError')),
    type: 'agentmail.unauthorized',
    retryable: true,
    answer: 'refused',
    reason: 'missing_permission',
  },
  'key refused by the gateway': {
    error: new AgentMail.MessageRejectedError({ message: 'Forbidden' } as AgentMail.ErrorResponse),
    type: 'agentmail.unauthorized',
    retryable: true,
    answer: 'refused',
    reason: 'missing_permission',
  },
  'missing permission on a send': {
    error: new AgentMail.MessageRejectedError(body('missing_permission', 'ForbiddenError')),
    type: 'agentmail.missing_permission',
    retryable: false,
    answer: 'refused',
    reason: 'missing_permission',
  },
  'missing permission elsewhere': {
    error: plain(403, body('missing_permission')),
    type: 'agentmail.missing_permission',
    retryable: false,
    answer: 'refused',
    reason: 'missing_permission',
  },
  'rejected by a block list': {
    error: new AgentMail.MessageRejectedError(
      body('message_rejected', 'MessageRejectedError', { fix: 'DELETE /v0/inboxes/i/lists/send/block/example.com' }),
    ),
    type: 'agentmail.message_rejected',
    retryable: false,
    answer: 'refused',
    reason: 'recipient_blocked',
  },
  'rejected by an allow list': {
    error: new AgentMail.MessageRejectedError(
      body('message_rejected', 'MessageRejectedError', { fix: 'Add them via POST /v0/lists/send/allow' }),
    ),
    type: 'agentmail.message_rejected',
    retryable: false,
    answer: 'refused',
    reason: 'recipient_blocked',
  },
  'rejected for another reason': {
    error: new AgentMail.MessageRejectedError(body('message_rejected')),
    type: 'agentmail.message_rejected',
    retryable: false,
    answer: 'refused',
    reason: 'provider_refused',
  },
  'rejected, named but without a code': {
    error: new AgentMail.MessageRejectedError(body(undefined, 'MessageRejectedError')),
    type: 'agentmail.message_rejected',
    retryable: false,
    answer: 'refused',
  },
  'quota used up': {
    error: plain(403, body('limit_exceeded', 'LimitExceededError')),
    type: 'agentmail.quota_exhausted',
    retryable: false,
    answer: 'refused',
  },
  'inactive inbox': {
    error: plain(403, body('inbox_inactive')),
    type: 'agentmail.forbidden',
    retryable: false,
    answer: 'refused',
    reason: 'provider_refused',
  },
  'forbidden by name only': {
    error: plain(403, body(undefined, 'ForbiddenError')),
    type: 'agentmail.forbidden',
    retryable: false,
    answer: 'refused',
  },
  'name taken': {
    error: new AgentMail.IsTakenError(body('resource_taken')),
    type: 'agentmail.forbidden',
    retryable: false,
    answer: 'refused',
  },
  'not found': {
    error: new AgentMail.NotFoundError(body('not_found')),
    type: 'agentmail.not_found',
    retryable: false,
    answer: 'not_found',
  },
  conflict: {
    error: new AgentMail.ConflictError(body('conflict')),
    type: 'agentmail.conflict',
    retryable: true,
    answer: 'unknown',
  },
  'too large, from the gateway': {
    error: plain(413, { message: 'Request Entity Too Large' }),
    type: 'agentmail.too_large',
    retryable: false,
    answer: 'refused',
    reason: 'provider_refused',
  },
  'rate limited': {
    error: plain(429, body('rate_limit_exceeded')),
    type: 'agentmail.rate_limited',
    retryable: true,
    answer: 'unknown',
  },
  'request time-out of a server': {
    error: plain(408),
    type: 'agentmail.unavailable',
    retryable: true,
    answer: 'unknown',
  },
  'internal error': {
    error: plain(500, body('internal_error')),
    type: 'agentmail.unavailable',
    retryable: true,
    answer: 'unknown',
  },
  'bad gateway page': {
    error: plain(502, '<h1>Bad gateway</h1>'),
    type: 'agentmail.unavailable',
    retryable: true,
    answer: 'unknown',
  },
  'service unavailable': {
    error: plain(503, body('service_unavailable')),
    type: 'agentmail.unavailable',
    retryable: true,
    answer: 'unknown',
  },
  'a status nobody expects': {
    error: plain(418, body('teapot')),
    type: 'agentmail.unexpected_response',
    retryable: true,
    answer: 'unknown',
  },
  "a proxy's own 404 page": {
    error: plain(404, '<h1>Nothing here</h1>'),
    type: 'agentmail.unexpected_response',
    retryable: true,
    answer: 'unknown',
  },
  "a proxy's own 403 page": {
    error: plain(403, 'Blocked'),
    type: 'agentmail.unexpected_response',
    retryable: true,
    answer: 'unknown',
  },
  'no answer': { error: plain(undefined), type: 'agentmail.network', retryable: true, answer: 'unknown' },
  'time-out': {
    error: new AgentMailTimeoutError(SECRET),
    type: 'agentmail.timeout',
    retryable: true,
    answer: 'unknown',
  },
  'an error of no known class': {
    error: new TypeError(SECRET),
    type: 'agentmail.unexpected_response',
    retryable: true,
    answer: 'unknown',
  },
  'no error at all': { error: undefined, type: 'agentmail.unexpected_response', retryable: true, answer: 'unknown' },
};

describe('classify', () => {
  test.each(Object.entries(rows))('%s', (_, row) => {
    const failure = classify(row.error);
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure.type).toBe(row.type);
    expect(failure.nonRetryable).toBe(!row.retryable);
    expect(answerOf(row.error)).toBe(row.answer);
    expect(answerOf(failure)).toBe(row.answer);
    if (row.reason) expect(refusalReason(row.error)).toBe(row.reason);
    if (row.reason) expect(refusalReason(failure)).toBe(row.reason);
  });

  test.each(Object.entries(rows))('%s keeps nothing of the answer', (_, row) => {
    const failure = classify(row.error);
    const written = JSON.stringify([failure.message, failure.stack, failure.details, failure.cause]);
    expect(failure.cause).toBeUndefined();
    expect(written).not.toMatch(/secret|ada@|lists\/send|Blocked|<h1>/);
  });

  test('every failure type an answer can have is in a row', () => {
    const ours = ['agentmail.download_failed', 'agentmail.attachment_too_large'];
    const covered = new Set(Object.values(rows).map(({ type }) => type));
    expect(Object.keys(FAILURES).filter((type) => !covered.has(type as FailureType))).toEqual(ours);
  });

  test('keeps status and code, and a code only when it looks like one', () => {
    const facts = (code: string) => failureFactsSchema.parse(classify(plain(403, body(code))).details?.[0]);
    expect(facts('inbox_inactive')).toEqual({ status: 403, code: 'inbox_inactive', sendList: false });
    expect(facts('Mail to ada@example.com')).toEqual({ status: 403, code: null, sendList: false });
    expect(classify(plain(403, body('inbox_inactive'))).message).toBe('agentmail.forbidden 403 inbox_inactive');
  });

  test('leaves its own failures as they are', () => {
    const failure = classify(plain(409, body('conflict')));
    expect(classify(failure)).toBe(failure);
  });
});

describe('Retry-After', () => {
  const nowMs = Date.parse('2026-03-01T12:00:00Z');
  test.each([
    ['30', 30_000],
    ['0.5', 500],
    ['86400', 3_600_000],
    ['Sun, 01 Mar 2026 12:02:00 GMT', 120_000],
    ['Sun, 01 Mar 2026 20:00:00 GMT', 3_600_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', undefined],
    ['0', undefined],
    ['-5', undefined],
    ['soon', undefined],
  ])('%s waits %s ms', async (header, expected) => {
    const server = await startServer((_, response) =>
      json(response, 429, body('rate_limit_exceeded'), { 'retry-after': header }),
    );
    try {
      const client = new AgentMailClient({ apiKey: 'k', baseUrl: server.baseUrl, maxRetries: 0 });
      const error = await client.inboxes.drafts.get('i', 'd').catch((thrown: unknown) => thrown);
      expect(classify(error, nowMs).nextRetryDelay).toBe(expected);
      expect(server.received).toHaveLength(1);
    } finally {
      await server.close();
    }
  });
});
