import { betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { APIError } from 'better-auth/api';
import { genericOAuth } from 'better-auth/plugins/generic-oauth';
import { magicLink } from 'better-auth/plugins/magic-link';
import type { Journal } from './journal.ts';
import { oneTimeLinks, PASSWORD_LENGTH } from './links.ts';
import { localSession } from './local.ts';
import { lockoutHooks, PEER_HEADER, peerOf } from './lockout.ts';
import { hashToken, newUserId } from './tokens.ts';
import type { AccountsDeps, OidcSettings } from './types.ts';

export const AUTH_PATH = '/auth';
export const OIDC_PROVIDER = 'oidc';
const DAY_S = 86_400;
const MAGIC_LINK_S = 10 * 60;
/** Paths on which a person ends a session, this one or another. */
const SIGN_OUTS = ['/sign-out', '/revoke-session', '/revoke-other-sessions'];

/** better-auth over our tables, with nothing of it open that is not needed; `handle` lists its paths. */
export function createBetterAuth(deps: AccountsDeps, secret: string, journal: Journal) {
  const { store, baseUrl, oidc, localUser } = deps;
  const { orm, schema } = store.authTables;
  const { protocol, port } = new URL(baseUrl);
  return betterAuth({
    appName: 'Countersign',
    baseURL: baseUrl,
    basePath: AUTH_PATH,
    secret,
    telemetry: { enabled: false },
    database: drizzleAdapter(orm, { provider: 'pg', schema }),
    // The page's own address is trusted, however this server is reached; nobody but it can make a browser send it.
    trustedOrigins: (request) => (request ? ownOrigins(request) : []),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
    },
    account: { accountLinking: { enabled: true, trustedProviders: [OIDC_PROVIDER] } },
    // Whoever is signed in sees their sessions, however long ago that was: who ends one must not sign in first.
    session: { expiresIn: 7 * DAY_S, updateAge: DAY_S, freshAge: 0 },
    rateLimit: {
      enabled: true,
      storage: 'database',
      window: 60,
      max: 120,
      customRules: {
        '/sign-in/email': { window: 60, max: 10 },
        '/sign-in/magic-link': { window: 60, max: 5 },
        '/magic-link/verify': { window: 60, max: 10 },
        '/link/*': { window: 60, max: 20 },
        '/local-session': { window: 60, max: 60 },
        '/change-password': { window: 60, max: 5 },
        '/get-session': false,
      },
    },
    advanced: {
      // Cookies know no ports: two systems on one machine would sign each other's people out.
      cookiePrefix: port ? `countersign-${port}` : 'countersign',
      useSecureCookies: protocol === 'https:',
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' },
      ipAddress: { ipAddressHeaders: [PEER_HEADER] },
      // better-auth would leave both out under a test runner.
      disableCSRFCheck: false,
      disableOriginCheck: false,
      database: {
        generateId: ({ model }) => (model === 'user' ? newUserId() : hashToken(crypto.randomUUID()).slice(0, 32)),
      },
    },
    hooks: lockoutHooks(deps, journal),
    databaseHooks: {
      user: {
        create: {
          after: async (user) => {
            // Only single sign-on makes people by itself.
            const roles = oidc?.newUserRoles ?? [];
            await store.changeUser(user.id, { roles }, journal.now());
            const facts = { roles, by: OIDC_PROVIDER };
            await journal.write({ event: 'user_created', actorId: user.id, subject: user.id, facts });
          },
        },
      },
      session: {
        create: {
          before: async ({ userId }) => {
            const row = await store.getUser(userId);
            if (row !== null && row.disabledAtMs === null) return;
            throw new APIError('FORBIDDEN', {
              code: 'DISABLED',
              message: 'This account is switched off. Ask an admin.',
            });
          },
          after: async ({ userId }, ctx) => {
            const facts = { path: ctx?.path ?? null };
            await journal.write({
              event: 'signed_in',
              actorId: userId,
              subject: userId,
              ip: peerOf(ctx?.headers),
              facts,
            });
          },
        },
        delete: {
          after: async ({ userId }, ctx) => {
            // Sessions also end by age and with a new password.
            if (!ctx || !SIGN_OUTS.includes(ctx.path)) return;
            await journal.write({ event: 'signed_out', actorId: userId, subject: userId, ip: peerOf(ctx.headers) });
          },
        },
      },
    },
    onAPIError: { errorURL: `${baseUrl}/` },
    logger: {
      disabled: deps.log === undefined,
      level: 'error',
      log: (_, message) => deps.log?.error({}, `better-auth: ${message}`),
    },
    plugins: [
      oneTimeLinks(deps, journal),
      magicLink({
        disableSignUp: true,
        storeToken: 'hashed',
        expiresIn: MAGIC_LINK_S,
        sendMagicLink: async ({ email, token }) => sendSignInLink(deps, email, token),
      }),
      ...(oidc ? [genericOAuth({ config: [oidcConfig(oidc)] })] : []),
      ...(localUser ? [localSession(deps, journal, localUser)] : []),
    ],
  });
}
export type BetterAuth = ReturnType<typeof createBetterAuth>;

/** Behind a proxy that speaks TLS the scheme is not known here; the host is. */
export function ownOrigins(request: Request): string[] {
  const { host } = new URL(request.url);
  return [`https://${host}`, `http://${host}`];
}

function oidcConfig({ issuer, clientId, clientSecret, name, scopes, newUserRoles }: OidcSettings) {
  const inviteOnly = newUserRoles.length === 0;
  return {
    providerId: OIDC_PROVIDER,
    name,
    discoveryUrl: `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`,
    requireIdTokenVerification: true,
    ...{ clientId, clientSecret, scopes },
    disableImplicitSignUp: inviteOnly,
    disableSignUp: inviteOnly,
    mapProfileToUser: (profile: Record<string, unknown>) => ({
      name: [profile.name, profile.preferred_username, profile.email].find(isText) ?? 'Unnamed',
    }),
  };
}
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** In the background, and the answer the same for every address: it must not tell who has an account here. */
async function sendSignInLink({ store, baseUrl, sendMail, log }: AccountsDeps, email: string, token: string) {
  const user = await store.findUser(email.toLowerCase());
  if (!sendMail || user === null || user.disabledAtMs !== null) return;
  const text = [
    `Sign in to the review desk of ${baseUrl}:`,
    `${baseUrl}/#magic=${token}`,
    `The link works once, within ${MAGIC_LINK_S / 60} minutes. If you did not ask for it, leave it alone.`,
  ].join('\n\n');
  sendMail({ to: [user.email], subject: 'Sign in to Countersign', text }, hashToken(token)).catch((err: unknown) => {
    log?.error({ err, userId: user.userId }, 'a sign-in link could not be mailed');
  });
}
