import {
  CountersignError,
  InvalidRequestError,
  NotFoundError,
  RefusedError,
  UnavailableError,
} from '../client/index.ts';

/** Exit codes are API: scripts act on them. */
export const EXIT = { ok: 0, error: 1, usage: 2, refused: 3, notFound: 4, unavailable: 5 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command was not given as it must be; the message says how. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** Ends the command with a code of its own, after it has said what there is to say. */
export class ExitWith extends Error {
  override name = 'ExitWith';
  readonly code: ExitCode;

  constructor(code: ExitCode, message = '') {
    super(message);
    this.code = code;
  }
}

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof ExitWith) return error.code;
  if (error instanceof UsageError || error instanceof InvalidRequestError) return EXIT.usage;
  if (error instanceof RefusedError) return EXIT.refused;
  if (error instanceof NotFoundError) return EXIT.notFound;
  if (error instanceof UnavailableError) return EXIT.unavailable;
  if (error instanceof CountersignError && error.code === 'timeout') return EXIT.unavailable;
  return EXIT.error;
}
