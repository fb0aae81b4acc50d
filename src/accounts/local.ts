import { timingSafeEqual } from 'node:crypto';
import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import type { Journal } from './journal.ts';
import { hashToken } from './tokens.ts';
import type { AccountsDeps, LocalUser } from './types.ts';

/**
 * On one's own machine the key in the data folder is proof enough: whoever may read it gets a session as the local
 * person, whose account is made when it is first needed. There is no such endpoint elsewhere.
 */
export function localSession({ store }: Pick<AccountsDeps, 'store'>, journal: Journal, local: LocalUser) {
  const { keySha256, ...person } = local;
  const expected = Buffer.from(keySha256, 'hex');
  return {
    id: 'countersign-local',
    endpoints: {
      localSession: createAuthEndpoint('/local-session', { method: 'POST', requireHeaders: true }, async (ctx) => {
        const key = /^Bearer +(\S+)$/i.exec(ctx.headers.get('authorization') ?? '')?.[1] ?? '';
        const presented = Buffer.from(hashToken(key), 'hex');
        if (presented.length !== expected.length || !timingSafeEqual(presented, expected)) {
          // No error: whoever opens the desk with another key goes on with that one.
          return ctx.json({ userId: null });
        }
        if (await store.createUser({ ...person, createdAtMs: journal.now() })) {
          const facts = { roles: person.roles };
          await journal.write({ event: 'user_created', actorId: null, subject: person.userId, facts });
        }
        const user = await ctx.context.internalAdapter.findUserById(person.userId);
        const session = user && (await ctx.context.internalAdapter.createSession(user.id));
        if (!session) throw new APIError('FORBIDDEN', { message: 'The local account cannot sign in.' });
        await setSessionCookie(ctx, { session, user });
        return ctx.json({ userId: user.id });
      }),
    },
  } satisfies BetterAuthPlugin;
}
