import { z } from 'zod';
import { AUTH_PATH, type BetterAuth, createBetterAuth } from './better-auth.ts';
import { createJournal } from './journal.ts';
import { type LinkGrant, linkIdentifier } from './links.ts';
import { PEER_HEADER } from './lockout.ts';
import { hashToken, newToken } from './tokens.ts';
import type { Accounts, AccountsDeps, OneTimeLink } from './types.ts';

export { AUTH_PATH, ownOrigins } from './better-auth.ts';
export { hashToken, newKey, newKeyId, newToken, newUserId } from './tokens.ts';
export type {
  Accounts,
  AccountsDeps,
  LocalUser,
  OidcSettings,
  OneTimeLink,
  OperatorMessage,
  SignInMethods,
} from './types.ts';

const MAGIC_LINK = `${AUTH_PATH}/magic-link/verify`;
const tokenBody = z.object({ token: z.string().max(200) });
const HOUR_MS = 3_600_000;
const PASSWORD_LINK_MS = 72 * HOUR_MS;
const SETUP_LINK_MS = 24 * HOUR_MS;

/** What of better-auth can be reached: what has no use here is not there. */
const PATHS = new Set(
  [
    'POST /sign-in/email',
    'POST /sign-out',
    'POST /change-password',
    'GET /get-session',
    'GET /list-sessions',
    'POST /revoke-session',
    'POST /revoke-other-sessions',
    'POST /link/inspect',
    'POST /link/redeem',
    'GET /error',
  ].map((line) => line.replace(' /', ` ${AUTH_PATH}/`)),
);

/** People's accounts: sessions in cookies, ways to sign in, one-time links. */
export async function createAccounts(deps: AccountsDeps): Promise<Accounts> {
  const { store, baseUrl, sendMail, mailIsPrinted = false, oidc, localUser, log } = deps;
  const journal = createJournal(deps);
  const secret = deps.secret ?? (await store.sharedSecret('session_cookies', newToken()));
  const paths = new Set(PATHS);
  if (sendMail) paths.add(`POST ${AUTH_PATH}/sign-in/magic-link`).add(`POST ${MAGIC_LINK}`);
  if (oidc) paths.add(`POST ${AUTH_PATH}/sign-in/social`).add(`GET ${AUTH_PATH}/callback/oidc`);
  if (localUser) paths.add(`POST ${AUTH_PATH}/local-session`);
  const auth = await untilComplete(deps, () => createBetterAuth(deps, secret, journal));

  async function makeLink(grant: LinkGrant, lifeMs: number): Promise<{ url: string; expiresAtMs: number }> {
    const token = newToken();
    const expiresAtMs = journal.now() + lifeMs;
    const { internalAdapter } = await auth().$context;
    await internalAdapter.createVerificationValue({
      identifier: linkIdentifier(token),
      value: JSON.stringify(grant),
      expiresAt: new Date(expiresAtMs),
    });
    return { url: `${baseUrl}/#${grant.purpose}=${token}`, expiresAtMs };
  }

  return {
    methods: {
      magicLink: sendMail !== undefined,
      oidc: oidc ? { name: oidc.name } : null,
      local: localUser !== undefined,
    },

    async handle(request, peer) {
      const { pathname } = new URL(request.url);
      if (!paths.has(`${request.method} ${pathname}`)) return new Response(null, { status: 404 });
      const headers = new Headers(request.headers);
      headers.delete(PEER_HEADER);
      if (peer !== null) headers.set(PEER_HEADER, peer);
      const asked = pathname === MAGIC_LINK ? await verifying(request, headers) : new Request(request, { headers });
      const response = await auth().handler(asked);
      const retryAfter = response.headers.get('X-Retry-After');
      if (response.status !== 429 || retryAfter === null) return response;
      const subject = `${peer ?? 'unknown'} ${pathname}`;
      await journal.writeOnce({ event: 'sign_in_locked', subject, ip: peer, facts: { path: pathname } });
      return new Response(response.body, {
        status: 429,
        headers: { ...plain(response.headers), 'Retry-After': retryAfter },
      });
    },

    async sessionUser(headers) {
      // Most requests carry no cookie at all.
      if (!headers.has('Cookie')) return null;
      const session = await auth().api.getSession({ headers, query: { disableRefresh: true } });
      return session?.user.id ?? null;
    },

    async passwordLink({ userId, email }, madeBy): Promise<OneTimeLink> {
      const link = await makeLink({ purpose: 'password', userId }, PASSWORD_LINK_MS);
      await journal.write({ event: 'link_made', actorId: madeBy, subject: userId, facts: { purpose: 'password' } });
      if (!sendMail) return { ...link, mailed: false };
      const text = `You have an account on ${baseUrl}. Choose a password here, within three days:\n\n${link.url}`;
      const message = { to: [email], subject: 'Your account for Countersign', text };
      const mailed = await sendMail(message, hashToken(link.url)).then(
        () => !mailIsPrinted,
        (err: unknown) => {
          log?.error({ err, userId }, 'an invitation could not be mailed');
          return false;
        },
      );
      return { ...link, mailed };
    },

    async setupLink(): Promise<OneTimeLink | null> {
      const people = await store.listUsers();
      if (people.some(({ roles, disabledAtMs }) => disabledAtMs === null && roles.includes('admin'))) return null;
      const link = await makeLink({ purpose: 'setup' }, SETUP_LINK_MS);
      await journal.write({ event: 'link_made', facts: { purpose: 'setup' } });
      return { ...link, mailed: false };
    },
  };
}

/**
 * better-auth takes a mailed link's token by GET, which any page can make a browser send: it would be signed in as somebody
 * else without a word. Here only a POST signs in, and pages of others can make none that is let through.
 */
async function verifying(request: Request, headers: Headers): Promise<Request> {
  const body: unknown = await request.json().catch(() => null);
  const url = new URL(MAGIC_LINK, request.url);
  url.searchParams.set('token', tokenBody.safeParse(body).data?.token ?? '');
  for (const name of ['Content-Type', 'Content-Length']) headers.delete(name);
  return new Request(url, { headers });
}

const plain = (headers: Headers) => Object.fromEntries(headers);

/** How long a provider that could not be asked for its discovery document is left alone. */
const RETRY_MS = 30_000;

/**
 * better-auth reads a provider's discovery document once, when it is made, and goes without the provider when that
 * fails. It is then made anew from time to time, so that a provider's bad minute does not last until the next restart.
 */
async function untilComplete({ oidc, log }: AccountsDeps, create: () => BetterAuth): Promise<() => BetterAuth> {
  let current = create();
  if (!oidc) return () => current;
  const complete = async (auth: BetterAuth) => (await auth.$context).socialProviders.length > 0;
  const retry = () => {
    log?.warn({ issuer: oidc.issuer }, 'the identity provider cannot be reached; trying again');
    setTimeout(async () => {
      const next = create();
      if (await complete(next).catch(() => false)) current = next;
      else retry();
    }, RETRY_MS).unref();
  };
  if (!(await complete(current))) retry();
  return () => current;
}
