import { createHash, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type HttpServer, startHttp } from '../../src/runtime/http.ts';
import { Browser, createPeople, firstAdmin, type People } from './support.ts';

/** An identity provider: hands out a code for whoever is named, and a signed token for the code. */
class Provider {
  readonly #keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  readonly #codes = new Map<string, { nonce: string; challenge: string; person: object }>();
  #http: HttpServer | undefined;
  /** As a provider that is not the one of the discovery document would sign. */
  forge = false;

  get url(): string {
    return this.#http?.url ?? '';
  }
  async start() {
    this.#http = await startHttp({
      fetch: (request) => this.#answer(request),
      host: '127.0.0.1',
      port: 0,
      variable: 'none',
    });
  }
  stop = () => this.#http?.close();

  /** What the person does at the provider: the address the browser is then sent back to. */
  signIn(authorization: string, person: object): string {
    const asked = new URL(authorization).searchParams;
    const code = randomUUID();
    const nonce = asked.get('nonce') ?? '';
    this.#codes.set(code, { nonce, challenge: asked.get('code_challenge') ?? '', person });
    const back = new URL(asked.get('redirect_uri') ?? '');
    return `${back.pathname}?code=${code}&state=${encodeURIComponent(asked.get('state') ?? '')}`;
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === '/.well-known/openid-configuration') {
      return Response.json({
        issuer: this.url,
        authorization_endpoint: `${this.url}/authorize`,
        token_endpoint: `${this.url}/token`,
        userinfo_endpoint: `${this.url}/userinfo`,
        jwks_uri: `${this.url}/jwks`,
        id_token_signing_alg_values_supported: ['RS256'],
      });
    }
    if (pathname === '/jwks') {
      const jwk = this.#keys.publicKey.export({ format: 'jwk' });
      return Response.json({ keys: [{ ...jwk, kid: 'one', alg: 'RS256', use: 'sig' }] });
    }
    const form = new URLSearchParams(await request.text());
    const known = this.#codes.get(form.get('code') ?? '');
    const verifier = form.get('code_verifier') ?? '';
    const proven = createHash('sha256').update(verifier).digest('base64url') === known?.challenge;
    if (pathname !== '/token' || !known || !proven) return Response.json({ error: 'invalid_grant' }, { status: 400 });
    return Response.json({ access_token: 'at', token_type: 'Bearer', expires_in: 300, id_token: this.#token(known) });
  }

  #token({ nonce, person }: { nonce: string; person: object }): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const seconds = Math.floor(Date.now() / 1_000);
    const claims = { iss: this.url, aud: 'desk', iat: seconds, exp: seconds + 300, nonce, ...person };
    const signed = `${part({ alg: 'RS256', kid: 'one' })}.${part(claims)}`;
    const key = this.forge ? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey : this.#keys.privateKey;
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key, 'base64url')}`;
  }
}

const provider = new Provider();
const opened: People[] = [];
beforeAll(() => provider.start());
afterAll(async () => {
  for (const people of opened) await people.close();
  await provider.stop();
});

async function withProvider(newUserRoles: ('reviewer' | 'auditor')[]): Promise<People> {
  const oidc = { issuer: provider.url, clientId: 'desk', clientSecret: 'secret', name: 'Acme SSO' };
  const people = await createPeople({ oidc: { ...oidc, scopes: ['openid', 'email', 'profile'], newUserRoles } });
  opened.push(people);
  return people;
}

async function signIn({ app }: People, person: object): Promise<Browser> {
  const browser = new Browser(app);
  const { url } = await browser.json('POST', '/auth/sign-in/social', { provider: 'oidc', callbackURL: '/' });
  await browser.send('GET', provider.signIn(url, person));
  return browser;
}
const rita = { sub: 'rita-1', email: 'rita@acme.test', email_verified: true, name: 'Rita' };

it('lets in who was invited, as that person, and nobody else', async () => {
  const people = await withProvider([]);
  const admin = await firstAdmin(people);
  expect((await admin.json('GET', '/v1/sign-in-methods')).sso).toEqual({ name: 'Acme SSO' });
  expect((await (await signIn(people, rita)).send('GET', '/v1/me')).status).toBe(401);
  const { user } = await admin.json('POST', '/v1/users', {
    email: 'rita@acme.test',
    name: 'Rita',
    roles: ['reviewer'],
  });
  const browser = await signIn(people, rita);
  expect(await browser.json('GET', '/v1/me')).toMatchObject({ id: user.id, roles: ['reviewer'], via: 'session' });
  await admin.send('PATCH', `/v1/users/${user.id}`, { disabled: true });
  expect((await (await signIn(people, rita)).send('GET', '/v1/me')).status).toBe(401);
  const { items } = await people.store.listAccountLog({ limit: 50, event: 'sign_in_failed' });
  expect(items.length).toBeGreaterThanOrEqual(2);
});

it('makes an account with the configured roles where the operator trusts the provider with that', async () => {
  const people = await withProvider(['auditor']);
  const browser = await signIn(people, { ...rita, sub: 'new-1', email: 'new@acme.test' });
  expect(await browser.json('GET', '/v1/me')).toMatchObject({ name: 'Rita', roles: ['auditor'] });
});

it('believes no token that the provider did not sign', async () => {
  const people = await withProvider(['reviewer']);
  provider.forge = true;
  const browser = await signIn(people, rita).finally(() => {
    provider.forge = false;
  });
  expect((await browser.send('GET', '/v1/me')).status).toBe(401);
  expect(await people.store.countUsers()).toBe(0);
});

it('is not offered as long as the provider cannot be asked, and the rest works', async () => {
  const oidc = { issuer: 'http://127.0.0.1:1', clientId: 'desk', clientSecret: 'secret', name: 'Acme SSO' };
  const people = await createPeople({ oidc: { ...oidc, scopes: ['openid'], newUserRoles: [] } });
  opened.push(people);
  const browser = await firstAdmin(people);
  expect((await browser.send('GET', '/v1/me')).status).toBe(200);
  const refused = await new Browser(people.app).send('POST', '/auth/sign-in/social', { provider: 'oidc' });
  expect(refused.ok).toBe(false);
});
