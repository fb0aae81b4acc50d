import { APIError, createAuthMiddleware, isAPIError } from 'better-auth/api';
import type { Journal } from './journal.ts';
import type { AccountsDeps } from './types.ts';

/** Wrong passwords for one address, from wherever they come, before it rests. */
const MAX_FAILURES = 10;
const WINDOW_MS = 15 * 60_000;

const attempted = (body: unknown): string | null => {
  if (typeof body !== 'object' || body === null || !('email' in body)) return null;
  return typeof body.email === 'string' ? body.email.trim().toLowerCase().slice(0, 320) : null;
};

/** Paths on which a person is signed in or is not. */
const SIGN_INS = ['/sign-in/email', '/magic-link/verify', '/callback/:id', '/link/redeem'];

/**
 * Limits by address what better-auth limits by the caller's network address: a password that is guessed from a thousand
 * machines. It rests by itself, and links and single sign-on still let the person in. Counted in the account log, which
 * all API processes share.
 */
export function lockoutHooks({ store }: Pick<AccountsDeps, 'store'>, journal: Journal) {
  return {
    before: createAuthMiddleware(async (ctx) => {
      if (ctx.path !== '/sign-in/email') return;
      const subject = attempted(ctx.body);
      if (subject === null) return;
      const sinceMs = journal.now() - WINDOW_MS;
      if ((await store.countAccountLog({ event: 'sign_in_failed', subject, sinceMs })) < MAX_FAILURES) return;
      await journal.writeOnce({ event: 'sign_in_locked', subject, ip: peerOf(ctx.headers) });
      const message = 'Too many wrong passwords. Wait 15 minutes, or sign in by a link.';
      throw new APIError(
        'TOO_MANY_REQUESTS',
        { code: 'LOCKED', message },
        { 'Retry-After': String(WINDOW_MS / 1_000) },
      );
    }),
    after: createAuthMiddleware(async (ctx) => {
      const ip = peerOf(ctx.headers);
      const { returned, newSession, session } = ctx.context;
      const failed = isAPIError(returned) ? returned : undefined;
      if (ctx.path === '/change-password' && !failed && session) {
        await journal.write({ event: 'password_set', actorId: session.user.id, subject: session.user.id, ip });
      }
      if (!SIGN_INS.includes(ctx.path) || newSession) return;
      const code = failed?.body?.code ?? 'refused';
      // A sign-in that was locked is no further try at the password.
      if (code === 'LOCKED') return;
      await journal.write({
        event: 'sign_in_failed',
        subject: attempted(ctx.body),
        ip,
        facts: { path: ctx.path, code },
      });
    }),
  };
}

/** The header that `handle` sets, whatever the request said. */
export const PEER_HEADER = 'x-countersign-peer';
export const peerOf = (headers: Headers | undefined): string | null => headers?.get(PEER_HEADER) ?? null;
