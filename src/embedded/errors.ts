/** Something the person at the terminal can act on: printed as one line, without a stack. */
export class StartupError extends Error {
  override name = 'StartupError';
}

/** Whether an unknown error is a system error with one of these codes. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
