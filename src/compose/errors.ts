export type ComposeErrorCode =
  | 'recipe_unknown'
  | 'recipe_input'
  | 'plan_invalid'
  | 'template_invalid'
  | 'source_refused'
  | 'source_failed'
  | 'source_invalid'
  | 'model_failed'
  | 'model_invalid';

/**
 * A composition step that cannot go on. The message names the step and the reason, never what a source answered: error
 * messages are kept in workflow history, and a source's body may hold personal data.
 */
export class ComposeError extends Error {
  override name = 'ComposeError';
  readonly code: ComposeErrorCode;
  /** Id of the failing step; null where the fault is outside of a plan. */
  readonly step: string | null;
  /** Whether another attempt of the same step may succeed. */
  readonly retryable: boolean;
  /** What the other side asked to wait before the next attempt, in ms. */
  readonly retryAfterMs: number | null;

  constructor(
    code: ComposeErrorCode,
    message: string,
    options: { step?: string; retryable?: boolean; retryAfterMs?: number | null; cause?: unknown } = {},
  ) {
    super(options.step === undefined ? message : `step ${options.step}: ${message}`, { cause: options.cause });
    this.code = code;
    this.step = options.step ?? null;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
