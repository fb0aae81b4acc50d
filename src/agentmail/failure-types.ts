/** What an AgentMail failure means: for a retry, and for the question whether a posted send was taken. */
export interface FailureMeaning {
  nonRetryable: boolean;
  /** `refused`: AgentMail definitely did not take the request. `not_found`: its 404. `unknown`: it may have. */
  answer: 'refused' | 'not_found' | 'unknown';
}

/** Every `type` an ApplicationFailure of this adapter can carry. Names are API: add, never rename. */
export const FAILURES = {
  /** 400, 422: the request itself is wrong. */
  'agentmail.validation': { nonRetryable: true, answer: 'refused' },
  'agentmail.not_found': { nonRetryable: true, answer: 'not_found' },
  /** 409: the draft is being sent, a race, or the key's first request still runs: waiting may resolve it. */
  'agentmail.conflict': { nonRetryable: false, answer: 'unknown' },
  /** 403: send lists, a suspended account, an attachment that cannot be fetched. */
  'agentmail.message_rejected': { nonRetryable: true, answer: 'refused' },
  'agentmail.missing_permission': { nonRetryable: true, answer: 'refused' },
  /** 403 `limit_exceeded`: the plan's messages are used up. It says nothing of the draft, and time mends it. */
  'agentmail.quota_exhausted': { nonRetryable: true, answer: 'refused' },
  /** Any other 403 that AgentMail explains: inactive inbox, unverified domain, scope of the key. */
  'agentmail.forbidden': { nonRetryable: true, answer: 'refused' },
  /**
   * 401, or the 403 without a code with which AgentMail's gateway refuses a key. A new key may come: activities try
   * for some minutes (key-patience.ts). A posted send was refused all the same.
   */
  'agentmail.unauthorized': { nonRetryable: false, answer: 'refused' },
  'agentmail.too_large': { nonRetryable: true, answer: 'refused' },
  'agentmail.rate_limited': { nonRetryable: false, answer: 'unknown' },
  'agentmail.unavailable': { nonRetryable: false, answer: 'unknown' },
  'agentmail.timeout': { nonRetryable: false, answer: 'unknown' },
  'agentmail.network': { nonRetryable: false, answer: 'unknown' },
  /** An answer that is not AgentMail's: a proxy's page, broken JSON, a missing field. */
  'agentmail.unexpected_response': { nonRetryable: false, answer: 'unknown' },
  'agentmail.download_failed': { nonRetryable: false, answer: 'unknown' },
  'agentmail.attachment_too_large': { nonRetryable: true, answer: 'unknown' },
} as const satisfies Record<string, FailureMeaning>;
export type FailureType = keyof typeof FAILURES;

export function isFailureType(type: string | null | undefined): type is FailureType {
  return typeof type === 'string' && Object.hasOwn(FAILURES, type);
}
