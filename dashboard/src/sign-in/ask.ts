/** What the sign-in page tells a person when it did not work. */
export class Denied extends Error {
  override name = 'Denied';
}

const SAYINGS: Record<string, string> = {
  INVALID_EMAIL_OR_PASSWORD: 'Address and password do not fit together.',
  INVALID_PASSWORD: 'That is not your present password.',
  CREDENTIAL_ACCOUNT_NOT_FOUND:
    'This account has no password: you sign in by a link or single sign-on. An admin can make a link that sets one.',
  PASSWORD_TOO_SHORT: 'The password needs at least 12 characters.',
};

/** Asks `/auth/*`. @throws Denied with a sentence for people */
export async function ask<T>(path: string, body?: object): Promise<T> {
  const init = body && {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  };
  const response = await fetch(`/auth/${path}`, init).catch(() => null);
  if (response === null) throw new Denied('The server cannot be reached. Is Countersign running?');
  if (response.ok) {
    const answer: T = await response.json().catch(() => null);
    return answer;
  }
  if (response.status === 429) throw new Denied(retryIn(response.headers.get('Retry-After')));
  const { code, message } = await problemIn(response);
  throw new Denied(SAYINGS[code ?? ''] ?? message ?? `The server answered ${response.status}.`);
}

async function problemIn(response: Response): Promise<{ code?: string; message?: string }> {
  const answer: unknown = await response.json().catch(() => null);
  return typeof answer === 'object' && answer !== null ? answer : {};
}

function retryIn(seconds: string | null): string {
  const minutes = Math.ceil(Number(seconds ?? 60) / 60);
  return `Too many tries. Wait ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, then try again.`;
}
