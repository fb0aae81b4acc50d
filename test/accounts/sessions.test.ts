import { afterEach, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { Browser, createPeople, firstAdmin, invited, ORIGIN, PASSWORD, type People, tokenIn } from './support.ts';

let people: People;
afterEach(() => people.close());

describe('the first admin', () => {
  it.each(['PGlite', 'PostgreSQL'])('is made by a link that works once, and then never again (%s)', async (engine) => {
    people = await createPeople({}, engine === 'PGlite' ? { store: await openStore({ memory: true }) } : {});
    const link = await people.accounts.setupLink();
    const again = await people.accounts.setupLink();
    const browser = new Browser(people.app);
    const asked = { name: 'Ada', email: 'Ada@Acme.test', password: PASSWORD };
    expect(await browser.json('POST', '/auth/link/inspect', { token: tokenIn(link?.url) })).toMatchObject({
      purpose: 'setup',
    });
    expect((await browser.send('POST', '/auth/link/redeem', { ...asked, token: tokenIn(link?.url) })).status).toBe(200);
    expect(await browser.json('GET', '/v1/me')).toMatchObject({
      ...{ name: 'Ada', kind: 'person', via: 'session' },
      roles: ['admin', 'reviewer', 'operator'],
    });
    const other = new Browser(people.app);
    const second = { ...asked, email: 'eve@acme.test' };
    for (const { url } of [link, again].filter((made) => made !== null)) {
      const refused = await other.send('POST', '/auth/link/redeem', { ...second, token: tokenIn(url) });
      expect([refused.status, (await refused.json()).code]).toEqual([400, 'LINK_GONE']);
    }
    expect(await people.accounts.setupLink()).toBeNull();
    expect(await people.store.countUsers()).toBe(1);
  });

  it('cannot be made with a link that is guessed or without a proper password', async () => {
    people = await createPeople();
    const link = await people.accounts.setupLink();
    const browser = new Browser(people.app);
    const asked = { name: 'Ada', email: 'ada@acme.test', password: PASSWORD };
    const guessed = await browser.send('POST', '/auth/link/redeem', { ...asked, token: 'x'.repeat(43) });
    expect(guessed.status).toBe(400);
    const short = { ...asked, token: tokenIn(link?.url), password: 'short' };
    expect((await browser.send('POST', '/auth/link/redeem', short)).status).toBe(400);
    expect((await browser.send('POST', '/auth/link/redeem', { ...short, password: PASSWORD })).status).toBe(200);
  });
});

describe('signing in', () => {
  it('by password, out again, and never with a wrong one', async () => {
    people = await createPeople();
    await firstAdmin(people);
    const browser = new Browser(people.app);
    const wrong = await browser.send('POST', '/auth/sign-in/email', {
      email: 'ada@acme.test',
      password: 'not this one',
    });
    expect(wrong.status).toBe(401);
    expect((await browser.send('GET', '/v1/me')).status).toBe(401);
    expect(
      (await browser.send('POST', '/auth/sign-in/email', { email: 'ada@acme.test', password: PASSWORD })).status,
    ).toBe(200);
    const [cookie = ''] = browser.setCookies;
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
    expect((await browser.json('GET', '/v1/me')).name).toBe('Ada Admin');
    const stolen = new Map(browser.cookies);
    expect((await browser.send('POST', '/auth/sign-out', {})).status).toBe(200);
    for (const [name, value] of stolen) browser.cookies.set(name, value);
    expect((await browser.send('GET', '/v1/me')).status).toBe(401);
    const log = await people.store.listAccountLog({ limit: 50 });
    const events = log.items.map(({ event }) => event);
    expect(events).toEqual(expect.arrayContaining(['sign_in_failed', 'signed_in', 'signed_out', 'link_used']));
    expect(log.items.find(({ event }) => event === 'sign_in_failed')?.subject).toBe('ada@acme.test');
    expect(JSON.stringify(log)).not.toContain(PASSWORD);
  });

  it('sends the cookie over TLS only where the desk is behind it', async () => {
    people = await createPeople({ baseUrl: 'https://desk.test' });
    const browser = await firstAdmin(people);
    expect(browser.setCookies[0]).toMatch(/Secure/i);
    expect([...browser.cookies.keys()][0]).toMatch(/^__Secure-/);
  });

  it('by a link in a mail that works once, and only for people who have an account', async () => {
    people = await createPeople();
    await firstAdmin(people);
    const browser = new Browser(people.app);
    const known = await browser.send('POST', '/auth/sign-in/magic-link', { email: 'ada@acme.test' });
    const unknown = await browser.send('POST', '/auth/sign-in/magic-link', { email: 'nobody@acme.test' });
    expect([known.status, await known.json()]).toEqual([unknown.status, await unknown.json()]);
    await expect.poll(() => people.mails.length).toBe(1);
    expect(people.mails[0]?.to).toEqual(['ada@acme.test']);
    const token = tokenIn(people.mails[0]?.text);
    expect((await browser.send('POST', '/auth/magic-link/verify', { token })).status).toBe(200);
    expect((await browser.json('GET', '/v1/me')).name).toBe('Ada Admin');
    const late = new Browser(people.app);
    await late.send('POST', '/auth/magic-link/verify', { token });
    expect((await late.send('GET', '/v1/me')).status).toBe(401);
  });

  it('by a link only where the page of this server asks: no other page signs anybody in as somebody else', async () => {
    people = await createPeople();
    const admin = await firstAdmin(people);
    const rita = await invited(people, admin, 'rita@acme.test', ['reviewer']);
    const before = people.mails.length;
    await new Browser(people.app).send('POST', '/auth/sign-in/magic-link', { email: 'ada@acme.test' });
    await expect.poll(() => people.mails.length).toBe(before + 1);
    const token = tokenIn(people.mails.at(-1)?.text);
    // A page of somebody else's leads there, posts a form there, or asks for it behind the scenes.
    const elsewhere = { 'Sec-Fetch-Site': 'cross-site' };
    const led = await rita.send('GET', `/auth/magic-link/verify?token=${token}`, undefined, elsewhere);
    expect(led.status).toBe(404);
    expect((await rita.send('GET', `/auth/magic-link/verify?token=${token}`)).status).toBe(404);
    const forged = { ...elsewhere, Origin: 'https://evil.test' };
    expect((await rita.send('POST', '/auth/magic-link/verify', { token }, forged)).status).toBe(403);
    expect((await rita.send('POST', `/auth/magic-link/verify?token=${token}`, {}, forged)).status).toBe(403);
    const posted = await rita.send(
      'POST',
      '/auth/sign-in/email',
      { email: 'ada@acme.test', password: PASSWORD },
      forged,
    );
    expect(posted.status).toBe(403);
    expect((await rita.json('GET', '/v1/me')).name).toBe('rita');
    // The link is still good for whom it was mailed to.
    const ada = new Browser(people.app);
    expect((await ada.send('POST', '/auth/magic-link/verify', { token })).status).toBe(200);
    expect((await ada.json('GET', '/v1/me')).name).toBe('Ada Admin');
  });

  it('rests after ten wrong passwords for one address, wherever they come from', async () => {
    people = await createPeople();
    await firstAdmin(people);
    const from = (ip: string) =>
      people.accounts.handle(
        new Request(`${ORIGIN}/auth/sign-in/email`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ email: 'ada@acme.test', password: 'guess guess guess' }),
        }),
        ip,
      );
    const guesses = [];
    for (let i = 1; i <= 11; i += 1) guesses.push((await from(`192.0.2.${i}`)).status);
    expect(guesses).toEqual([...Array(10).fill(401), 429]);
    const browser = new Browser(people.app);
    const right = await browser.send('POST', '/auth/sign-in/email', { email: 'ada@acme.test', password: PASSWORD });
    expect(right.status).toBe(429);
    const { items } = await people.store.listAccountLog({ limit: 50, event: 'sign_in_locked' });
    expect(items).toHaveLength(1);
  });

  it('is limited by the network address that the connection has, not by one that a header claims', async () => {
    people = await createPeople();
    const statuses = [];
    for (let i = 1; i <= 11; i += 1) {
      const request = new Request(`${ORIGIN}/auth/sign-in/email`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'X-Forwarded-For': `192.0.2.${i}`,
          'X-Countersign-Peer': `198.51.100.${i}`,
        },
        body: JSON.stringify({ email: `user-${i}@acme.test`, password: 'guess guess guess' }),
      });
      statuses.push((await people.accounts.handle(request, '203.0.113.9')).status);
    }
    expect(statuses).toEqual([...Array(10).fill(401), 429]);
  });
});

describe('a session', () => {
  it('acts for pages of this server alone', async () => {
    people = await createPeople();
    const admin = await firstAdmin(people);
    const group = { members: [] };
    const forged: Record<string, string>[] = [
      { Origin: 'https://evil.test', 'Sec-Fetch-Site': 'cross-site' },
      { Origin: 'https://evil.test' },
      { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site', Origin: 'http://evil.desk.test' },
    ];
    for (const headers of forged) {
      const response = await admin.send('PUT', '/v1/groups/finance', group, headers);
      expect([headers, response.status]).toEqual([headers, 403]);
      expect((await admin.send('POST', '/auth/sign-out', {}, headers)).status).toBe(403);
    }
    const cookie = [...admin.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const bare = await people.app.request(`${ORIGIN}/v1/groups/finance`, {
      method: 'PUT',
      headers: { Cookie: cookie, 'Content-Type': 'application/json' },
      body: JSON.stringify(group),
    });
    expect(bare.status).toBe(403);
    expect((await admin.json('GET', '/v1/groups')).items).toEqual([]);
    expect((await admin.send('PUT', '/v1/groups/finance', group)).status).toBe(200);
  });

  it('ends at once when the person is switched off, and its rights change with the roles', async () => {
    people = await createPeople();
    const admin = await firstAdmin(people);
    const rita = await invited(people, admin, 'rita@acme.test', ['reviewer']);
    const { id } = await rita.json('GET', '/v1/me');
    expect((await rita.send('GET', '/v1/account-log')).status).toBe(403);
    await admin.send('PATCH', `/v1/users/${id}`, { roles: ['auditor'], groups: ['finance'] });
    expect(await rita.json('GET', '/v1/me')).toMatchObject({ roles: ['auditor'], groups: ['finance'] });
    expect((await rita.send('GET', '/v1/account-log')).status).toBe(200);
    await admin.send('PATCH', `/v1/users/${id}`, { disabled: true });
    expect((await rita.send('GET', '/v1/me')).status).toBe(401);
    const again = await rita.send('POST', '/auth/sign-in/email', { email: 'rita@acme.test', password: PASSWORD });
    expect(again.status).toBe(403);
  });

  it('is seen and ended by the person it is of, however long ago they signed in, and by nobody else', async () => {
    people = await createPeople();
    const admin = await firstAdmin(people);
    const rita = await invited(people, admin, 'rita@acme.test', ['reviewer']);
    const elsewhere = [new Browser(people.app), new Browser(people.app), new Browser(people.app)] as const;
    for (const one of elsewhere)
      await one.send('POST', '/auth/sign-in/email', { email: 'rita@acme.test', password: PASSWORD });
    const { orm, schema } = people.store.authTables;
    await orm.update(schema.session).set({ createdAt: new Date(Date.now() - 5 * 86_400_000) });
    const all: { token: string }[] = await rita.json('GET', '/auth/list-sessions');
    expect(all).toHaveLength(4);
    expect(all[0]).toMatchObject({ createdAt: expect.any(String), updatedAt: expect.any(String) });
    const { session: first } = await elsewhere[0].json('GET', '/auth/get-session');

    await admin.send('POST', '/auth/revoke-session', { token: first.token });
    expect((await elsewhere[0].send('GET', '/v1/me')).status).toBe(200);
    expect((await rita.send('POST', '/auth/revoke-session', { token: first.token })).status).toBe(200);
    expect((await elsewhere[0].send('GET', '/v1/me')).status).toBe(401);
    expect((await elsewhere[1].send('GET', '/v1/me')).status).toBe(200);
    expect((await rita.send('POST', '/auth/revoke-other-sessions', {})).status).toBe(200);
    expect((await elsewhere[1].send('GET', '/v1/me')).status).toBe(401);
    expect((await rita.send('GET', '/v1/me')).status).toBe(200);
    expect((await admin.send('GET', '/v1/me')).status).toBe(200);
    const { items } = await people.store.listAccountLog({ limit: 50, event: 'signed_out' });
    const { id } = await rita.json('GET', '/v1/me');
    expect(items.map(({ subject }) => subject)).toEqual([id, id, id]);
    expect((await new Browser(people.app).send('GET', '/auth/list-sessions')).status).toBe(401);
  });

  it('ends with a new password everywhere but where that was set', async () => {
    people = await createPeople();
    const admin = await firstAdmin(people);
    const other = new Browser(people.app);
    await other.send('POST', '/auth/sign-in/email', { email: 'ada@acme.test', password: PASSWORD });
    const change = { newPassword: 'another horse battery staple', revokeOtherSessions: true };
    const wrong = await admin.send('POST', '/auth/change-password', { ...change, currentPassword: 'not the password' });
    expect([wrong.status, (await wrong.json()).code]).toEqual([400, 'INVALID_PASSWORD']);
    const right = await admin.send('POST', '/auth/change-password', { ...change, currentPassword: PASSWORD });
    expect(right.status).toBe(200);
    expect((await admin.send('GET', '/v1/me')).status).toBe(200);
    expect((await other.send('GET', '/v1/me')).status).toBe(401);
    const { items } = await people.store.listAccountLog({ limit: 50, event: 'password_set' });
    expect(items.length).toBeGreaterThan(0);
  });

  it('is nothing an account without any role gets further with', async () => {
    people = await createPeople();
    const admin = await firstAdmin(people);
    const rita = await invited(people, admin, 'rita@acme.test', ['reviewer']);
    const { id } = await rita.json('GET', '/v1/me');
    await admin.send('PATCH', `/v1/users/${id}`, { roles: [] });
    expect((await rita.send('GET', '/v1/drafts')).status).toBe(403);
  });

  it('never lets the last admin go', async () => {
    people = await createPeople();
    const admin = await firstAdmin(people);
    const { id } = await admin.json('GET', '/v1/me');
    for (const change of [{ roles: ['reviewer'] }, { disabled: true }]) {
      const refused = await admin.send('PATCH', `/v1/users/${id}`, change);
      expect([refused.status, (await refused.json()).code]).toEqual([409, 'last_admin']);
    }
    await invited(people, admin, 'bea@acme.test', ['admin']);
    expect((await admin.send('PATCH', `/v1/users/${id}`, { roles: ['reviewer'] })).status).toBe(200);
  });
});

it('opens nothing else of better-auth', async () => {
  people = await createPeople({ sendMail: undefined });
  const browser = await firstAdmin(people);
  for (const path of [
    'sign-up/email',
    'update-user',
    'delete-user',
    'revoke-sessions',
    'sign-in/social',
    'sign-in/magic-link',
    'local-session',
  ]) {
    expect([path, (await browser.send('POST', `/auth/${path}`, {})).status]).toEqual([path, 404]);
  }
  expect((await browser.send('GET', '/auth/list-accounts')).status).toBe(404);
});
