import { z } from 'zod';
import { PERSON_ROLES, type PersonRole } from './domain/actor.ts';

const list = z.string().transform((text) => text.split(/[\s,]+/).filter(Boolean));

/** Variables of people's accounts. */
export const accountsEnvironment = {
  COUNTERSIGN_AUTH_SECRET: z.string().min(32, 'expected at least 32 characters').optional(),
  COUNTERSIGN_ACCOUNTS_INBOX: z.string().optional(),
  COUNTERSIGN_TRUST_PROXY: z.stringbool('expected true or false').default(false),
  COUNTERSIGN_OIDC_ISSUER: z.url({ protocol: /^https?$/, error: 'expected an http:// or https:// URL' }).optional(),
  COUNTERSIGN_OIDC_CLIENT_ID: z.string().optional(),
  COUNTERSIGN_OIDC_CLIENT_SECRET: z.string().optional(),
  COUNTERSIGN_OIDC_NAME: z.string().default('single sign-on'),
  COUNTERSIGN_OIDC_SCOPES: list.default(['openid', 'email', 'profile']),
  COUNTERSIGN_OIDC_ROLES: list.pipe(z.array(z.enum(PERSON_ROLES))).default([]),
};
type AccountsEnvironment = z.infer<z.ZodObject<typeof accountsEnvironment>>;

export type AccountsConfig = {
  /** Signs session cookies; kept in the database when absent. */
  secret?: string;
  /** Inbox of our own from which people get invitations and sign-in links. */
  inboxId?: string;
  /** Whether a proxy in front says in X-Forwarded-For where requests come from. */
  trustProxy: boolean;
  oidc?: {
    issuer: string;
    clientId: string;
    clientSecret: string;
    name: string;
    scopes: string[];
    newUserRoles: PersonRole[];
  };
};

/** Null when only some of the identity provider's variables are set. */
export function accountsOf(env: AccountsEnvironment): AccountsConfig | null {
  const { COUNTERSIGN_OIDC_ISSUER: issuer, COUNTERSIGN_OIDC_CLIENT_ID: clientId } = env;
  const clientSecret = env.COUNTERSIGN_OIDC_CLIENT_SECRET;
  const oidc = issuer && clientId && clientSecret ? { issuer, clientId, clientSecret } : undefined;
  if (!oidc && (issuer ?? clientId ?? clientSecret)) return null;
  const { COUNTERSIGN_OIDC_NAME: name, COUNTERSIGN_OIDC_SCOPES: scopes, COUNTERSIGN_OIDC_ROLES: newUserRoles } = env;
  return {
    secret: env.COUNTERSIGN_AUTH_SECRET,
    inboxId: env.COUNTERSIGN_ACCOUNTS_INBOX,
    trustProxy: env.COUNTERSIGN_TRUST_PROXY,
    ...(oidc && { oidc: { ...oidc, name, scopes, newUserRoles } }),
  };
}
