import type { PersonRole } from '../domain/actor.ts';
import type { Store } from '../store/types.ts';

/** An OpenID Connect provider people may sign in with. */
export interface OidcSettings {
  /** Its discovery document is below it, at `/.well-known/openid-configuration`. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** What the button says. */
  name: string;
  scopes: string[];
  /** Roles of people it vouches for whom nobody invited; without any, only invited people get in. */
  newUserRoles: PersonRole[];
}

/** The person at the machine of an embedded system: who holds its key may have a session without a password. */
export interface LocalUser {
  userId: string;
  name: string;
  email: string;
  roles: PersonRole[];
  /** SHA-256 of the key that proves it, in lower-case hex. */
  keySha256: string;
}

export interface OperatorMessage {
  to: string[];
  subject: string;
  text: string;
}

export interface AccountsDeps {
  store: Store;
  /** Where people reach the desk, without a slash at the end. Its scheme decides whether cookies are `Secure`. */
  baseUrl: string;
  /** Signs cookies, the same in every API process. Kept in the database when absent. */
  secret?: string;
  oidc?: OidcSettings;
  /** Delivers invitations and sign-in links; without it there are no sign-in links by mail. */
  sendMail?: (message: OperatorMessage, idempotencyKey: string) => Promise<void>;
  /** `sendMail` shows its messages at the server's own terminal: nothing reaches the person. False when absent. */
  mailIsPrinted?: boolean;
  localUser?: LocalUser;
  clock?: { now(): number };
  log?: {
    error(fields: object, message: string): void;
    warn(fields: object, message: string): void;
    info(fields: object, message: string): void;
  };
}

/** Ways to sign in, for the page that offers them. */
export interface SignInMethods {
  magicLink: boolean;
  oidc: { name: string } | null;
  /** Whether the key of the data folder opens a session. */
  local: boolean;
}

export interface OneTimeLink {
  url: string;
  expiresAtMs: number;
  /** Whether it was handed over to be mailed to the person. */
  mailed: boolean;
}

export interface Accounts {
  methods: SignInMethods;
  /** Answers `/auth/*`. `peer` is the caller's address as the server knows it, never as a header claims. */
  handle(request: Request, peer: string | null): Promise<Response>;
  /** The person whose session cookie the request carries. */
  sessionUser(headers: Headers): Promise<string | null>;
  /** A link with which the person sets a password and is signed in. */
  passwordLink(user: { userId: string; email: string }, madeBy: string): Promise<OneTimeLink>;
  /** While nobody is admin: a link that makes the first one. */
  setupLink(): Promise<OneTimeLink | null>;
}
