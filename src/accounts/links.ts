import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { z } from 'zod';
import type { PersonRole } from '../domain/actor.ts';
import type { Journal } from './journal.ts';
import { peerOf } from './lockout.ts';
import { hashToken, newUserId } from './tokens.ts';
import type { AccountsDeps } from './types.ts';

export const PASSWORD_LENGTH = { min: 12, max: 128 };
/** Of whoever sets the system up: alone at first, so able to do everything. */
const FIRST_ROLES: PersonRole[] = ['admin', 'reviewer', 'operator'];

/** What a one-time link is for, as it is kept beside its hash. */
const grantSchema = z.discriminatedUnion('purpose', [
  z.object({ purpose: z.literal('setup') }),
  z.object({ purpose: z.literal('password'), userId: z.string() }),
]);
export type LinkGrant = z.infer<typeof grantSchema>;
export const linkIdentifier = (token: string) => `link:${hashToken(token)}`;

const token = z.string().min(20).max(100);
const inspectBody = z.object({ token });
const redeemBody = z.object({
  token,
  name: z.string().trim().min(1).max(200).optional(),
  email: z.email().max(254).toLowerCase().optional(),
  password: z.string().min(PASSWORD_LENGTH.min).max(PASSWORD_LENGTH.max),
});

const gone = () =>
  new APIError('BAD_REQUEST', {
    code: 'LINK_GONE',
    message: 'This link was used already, or is too old. Ask for a new one.',
  });

function grantOf(value: string | undefined): LinkGrant {
  const parsed = grantSchema.safeParse(value === undefined ? undefined : JSON.parse(value));
  if (parsed.success) return parsed.data;
  throw gone();
}

/**
 * One-time links with which a person gets an account: the first admin's, and those an admin makes for others. A GET of
 * the link shows a page and does nothing; the page posts what the link holds behind `#`, where no server log sees it.
 */
export function oneTimeLinks({ store }: Pick<AccountsDeps, 'store'>, journal: Journal) {
  const adminExists = async () =>
    (await store.listUsers()).some(({ roles, disabledAtMs }) => disabledAtMs === null && roles.includes('admin'));

  async function firstAdmin({ name, email }: z.infer<typeof redeemBody>): Promise<string> {
    const userId = newUserId();
    const known = { userId, name: name ?? '', email: email ?? '', roles: FIRST_ROLES, createdAtMs: journal.now() };
    if (!(await store.createUser(known))) throw new APIError('CONFLICT', { message: 'This address has an account.' });
    await journal.write({ event: 'user_created', actorId: userId, subject: userId, facts: { roles: FIRST_ROLES } });
    return userId;
  }

  return {
    id: 'countersign-links',
    endpoints: {
      inspectLink: createAuthEndpoint('/link/inspect', { method: 'POST', body: inspectBody }, async (ctx) => {
        const kept = await ctx.context.internalAdapter.findVerificationValue(linkIdentifier(ctx.body.token));
        if (!kept || kept.expiresAt.getTime() < Date.now()) throw gone();
        const grant = grantOf(kept.value);
        const user = grant.purpose === 'password' ? await store.getUser(grant.userId) : null;
        return ctx.json({ purpose: grant.purpose, name: user?.name ?? null, email: user?.email ?? null });
      }),

      redeemLink: createAuthEndpoint('/link/redeem', { method: 'POST', body: redeemBody }, async (ctx) => {
        const { internalAdapter, password } = ctx.context;
        const identifier = linkIdentifier(ctx.body.token);
        // Looked at before it is used up: a form with a field missing may be sent again.
        const kept = await internalAdapter.findVerificationValue(identifier);
        const grant = grantOf(kept?.value);
        if (grant.purpose === 'setup' && !(ctx.body.name && ctx.body.email)) {
          throw new APIError('BAD_REQUEST', { code: 'INCOMPLETE', message: 'Give your name and email address.' });
        }
        const hash = await password.hash(ctx.body.password);
        if (!(await internalAdapter.consumeVerificationValue(identifier))) throw gone();
        if (grant.purpose === 'setup' && (await adminExists())) throw gone();
        const userId = grant.purpose === 'setup' ? await firstAdmin(ctx.body) : grant.userId;
        const row = await store.getUser(userId);
        if (row === null || row.disabledAtMs !== null) throw gone();
        if (grant.purpose === 'password' && ctx.body.name)
          await internalAdapter.updateUser(userId, { name: ctx.body.name });
        await setPassword(internalAdapter, userId, hash);
        // Whoever was signed in with the password of before is not any more.
        await store.endSessions(userId);
        const ip = peerOf(ctx.headers);
        await journal.write({
          event: 'link_used',
          actorId: userId,
          subject: userId,
          ip,
          facts: { purpose: grant.purpose },
        });
        await journal.write({ event: 'password_set', actorId: userId, subject: userId, ip });
        const user = await internalAdapter.findUserById(userId);
        const session = await internalAdapter.createSession(userId);
        if (!user || !session) throw gone();
        await setSessionCookie(ctx, { session, user });
        return ctx.json({ userId });
      }),
    },
  } satisfies BetterAuthPlugin;
}

/** What of better-auth's adapter setting a password takes. */
interface Passwords {
  findAccounts(userId: string): Promise<{ providerId: string }[]>;
  updatePassword(userId: string, password: string): Promise<unknown>;
  linkAccount(account: { userId: string; providerId: string; accountId: string; password: string }): Promise<unknown>;
}

async function setPassword(adapter: Passwords, userId: string, password: string): Promise<void> {
  const accounts = await adapter.findAccounts(userId);
  if (accounts.some(({ providerId }) => providerId === 'credential')) await adapter.updatePassword(userId, password);
  else await adapter.linkAccount({ userId, providerId: 'credential', accountId: userId, password });
}
