import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DraftProjection } from '../../src/domain/audit.ts';
import { createOptOutTokens, OPT_OUT_TTL_MS, type OptOutSubject } from '../../src/domain/opt-out.ts';
import { suppression } from '../support/suppress.ts';
import { createHooked, draftTo, type HookedEdge, INBOX } from './support.ts';

const SECRETS = ['the present secret, long enough to sign', 'the former secret, it is still believed'];
const [present = '', former = ''] = SECRETS;
const tokens = createOptOutTokens(SECRETS);
let edge: HookedEdge;
let serial = 0;
beforeAll(async () => {
  edge = await createHooked({ optOut: tokens });
});
afterAll(() => edge.close());

const someone = () => `p${process.pid}-${++serial}@example.com`;
const get = (token: string, headers = {}) => edge.app.request(`/u/${token}`, { headers });
const post = (token: string, fields: Record<string, string>) =>
  edge.app.request(`/u/${token}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  });
const optedOut = async (address: string) => (await edge.store.getPreference(address))?.optedOut ?? [];
const suppressed = (address: string) => edge.store.suppressedAmong([address], { inboxId: INBOX, nowMs: Date.now() });

/** A draft to these, and the link in its mail. */
async function linked(to: string[], change: Partial<OptOutSubject> = {}, state: Partial<DraftProjection> = {}) {
  const category = change.category === undefined ? 'newsletter' : change.category;
  const draftId = await draftTo(edge.store, to, { status: 'sent', toldAtMs: Date.now(), category, ...state });
  const address = to.length === 1 ? (to[0] ?? null) : null;
  const subject = { draftId, category, issuedAtMs: Date.now(), address, ...change };
  return { draftId, token: tokens.sign(subject), subject };
}

describe('an opt-out link', () => {
  it('shows its page without changing anything: no script, no login, nothing kept', async () => {
    const to = someone();
    const { token } = await linked([`Ann <${to}>`]);
    for (const method of ['GET', 'HEAD']) {
      const response = await edge.app.request(`/u/${token}`, { method });
      expect(response.status).toBe(200);
      expect(response.headers.get('Content-Security-Policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
      expect(response.headers.get('Cache-Control')).toBe('no-store');
      expect(response.headers.get('Referrer-Policy')).toBe('no-referrer');
    }
    const page = await (await get(token)).text();
    expect(page).toContain('Stop “newsletter” emails');
    expect(page).toContain('Stop all emails');
    expect(page).not.toContain(to);
    expect(page).not.toMatch(/<script|src=|<link/i);
    expect(page).not.toContain('type="email"');
    expect(token).not.toContain(Buffer.from(to).toString('base64url').slice(0, 8));
    expect([await optedOut(to), await edge.store.recipientEvents(to)]).toEqual([[], []]);
  });

  it('speaks the language its recipient prefers, else that of the browser', async () => {
    const to = someone();
    const { token } = await linked([to]);
    const german = await get(token, { 'Accept-Language': 'de-AT,de;q=0.9,en;q=0.8' });
    expect(await german.text()).toMatch(/lang="de"[\s\S]*Gar keine E-Mails mehr/);
    expect(await (await get(token, { 'Accept-Language': 'es' })).text()).toContain('No recibir más correos');
    await edge.store.putPreference(to, { language: 'de-CH' }, { by: 'x', atMs: 1 });
    expect(await (await get(token, { 'Accept-Language': 'es' })).text()).toContain('Gar keine E-Mails mehr');
    await edge.store.putPreference(to, { language: 'ja' }, { by: 'x', atMs: 1 });
    expect(await (await get(token, { 'Accept-Language': 'es' })).text()).toContain('No recibir más correos');
  });

  it('stops a category, takes it back, and does each once', async () => {
    const to = someone();
    const { token, draftId } = await linked([to]);
    for (let i = 0; i < 2; i += 1) {
      const done = await post(token, { choice: 'category' });
      expect([done.status, await done.text()]).toEqual([
        200,
        expect.stringContaining('will get no more “newsletter” emails'),
      ]);
      expect([await optedOut(to), await suppressed(to)]).toEqual([['newsletter'], []]);
    }
    for (let i = 0; i < 2; i += 1) {
      expect(await (await post(token, { choice: 'category', undo: '1' })).text()).toContain('Undone');
      expect(await optedOut(to)).toEqual([]);
    }
    const log = (await edge.store.recipientEvents(to)).map(({ action, by, source, data }) => [
      action,
      by,
      source,
      data,
    ]);
    expect(log).toEqual([
      ['opted_out', 'recipient', `optout:${draftId}`, { category: 'newsletter' }],
      ['opt_out_undone', 'recipient', `optout:${draftId}`, { category: 'newsletter' }],
    ]);
  });

  it('stops everything, tells waiting drafts, and lifts only its own suppression', async () => {
    const to = someone();
    const { token } = await linked([to]);
    const waiting = await draftTo(edge.store, [to]);
    await edge.store.addSuppression(suppression(to, { reason: 'complaint' }));
    edge.engine.noticed.length = 0;
    expect((await post(token, { choice: 'everything' })).status).toBe(200);
    expect(await optedOut(to)).toEqual(['*']);
    await expect.poll(() => edge.engine.noticed).toContain(waiting);
    const reasons = async () =>
      (await edge.store.listSuppressions({ text: to, limit: 9 })).items.map(({ reason }) => reason);
    expect(await reasons()).toEqual(['complaint', 'unsubscribed']);
    expect((await post(token, { choice: 'everything', undo: '1' })).status).toBe(200);
    expect([await optedOut(to), await reasons()]).toEqual([[], ['complaint']]);
    await expect.poll(() => edge.engine.noticed.filter((id) => id === waiting)).toHaveLength(2);
    await edge.store.addSuppression(suppression(to, { reason: 'unsubscribed', source: 'proposal:1' }));
    const undone = await (await post(token, { choice: 'everything', undo: '1' })).text();
    expect(await reasons()).toEqual(['complaint', 'unsubscribed']);
    expect(undone).toContain('still gets no such emails');
    expect(undone).not.toContain('will get these emails again');
  });

  it.each([
    ['urlencoded', 'newsletter', ['newsletter']],
    ['multipart', null, ['*']],
  ])('takes the one click of RFC 8058, %s', async (form, category, expected) => {
    const to = someone();
    const { token } = await linked([to], { category });
    const fields = { 'List-Unsubscribe': 'One-Click' };
    const multipart = new FormData();
    multipart.set('List-Unsubscribe', 'One-Click');
    const clicked =
      form === 'multipart'
        ? await edge.app.request(`/u/${token}`, { method: 'POST', body: multipart })
        : await post(token, fields);
    expect(clicked.status).toBe(200);
    expect(await optedOut(to)).toEqual(expected);
  });

  it('asks who it is where the mail went to several, and tells nobody who the others are', async () => {
    const [ann, bo, eve] = [someone(), someone(), someone()];
    const { token } = await linked([`Ann <${ann}>`, bo]);
    const page = await (await get(token)).text();
    expect(page).toContain('type="email"');
    for (const address of [ann, bo]) expect(page).not.toContain(address);
    expect((await post(token, { choice: 'category' })).status).toBe(400);
    expect((await post(token, { 'List-Unsubscribe': 'One-Click' })).status).toBe(400);
    const wrong = await post(token, { choice: 'category', address: eve });
    expect([wrong.status, await wrong.text()]).toEqual([400, expect.not.stringContaining(ann)]);
    expect(await optedOut(eve)).toEqual([]);
    expect((await post(token, { choice: 'category', address: ann.toUpperCase() })).status).toBe(200);
    expect([await optedOut(ann), await optedOut(bo)]).toEqual([['newsletter'], []]);
  });

  it('stays with whom it was made for, also where copies went to others', async () => {
    const [ann, bo] = [someone(), someone()];
    const { token } = await linked([ann, bo], { address: `Ann <${ann}>` });
    expect((await post(token, { choice: 'category', address: bo })).status).toBe(200);
    expect([await optedOut(ann), await optedOut(bo)]).toEqual([['newsletter'], []]);
  });

  it('is believed when signed with the former secret, not with another', async () => {
    const to = someone();
    const { subject } = await linked([to]);
    const foreign = createOptOutTokens(['another secret, one that nobody knows.']).sign(subject);
    expect((await post(foreign, { choice: 'category' })).status).toBe(404);
    expect(await optedOut(to)).toEqual([]);
    expect((await post(createOptOutTokens([former]).sign(subject), { choice: 'category' })).status).toBe(200);
    expect(await optedOut(to)).toEqual(['newsletter']);
    expect(createOptOutTokens([present]).sign(subject)).toBe(tokens.sign(subject));
  });

  it('is refused when forged in any place, and says so when it has expired', async () => {
    const [to, victim] = [someone(), someone()];
    const { token, subject } = await linked([to]);
    const other = await linked([victim]);
    const [version, key, payload = '', mac] = token.split('.');
    const stolen = [version, key, other.token.split('.')[2], mac].join('.');
    const forged = [
      ...['x', '', 'v1...', stolen, `${token}0`, token.slice(0, -1), token.toUpperCase(), `${token}.x`],
      ...[
        ['v2', key, payload, mac],
        [version, '00000000', payload, mac],
        [version, key, payload, ''],
      ].map((p) => p.join('.')),
    ];
    for (const one of forged) {
      for (const response of [await get(one), await post(one, { choice: 'everything' })]) {
        expect([one, response.status]).toEqual([one, 404]);
      }
    }
    const ghost = tokens.sign({ ...subject, draftId: 'draft-that-never-was' });
    expect((await get(ghost)).status).toBe(404);
    const longAgo = Date.now() - OPT_OUT_TTL_MS - 86_400_000;
    const old = await linked([to], { issuedAtMs: longAgo }, { toldAtMs: longAgo });
    const expired = await post(old.token, { choice: 'everything' });
    expect([expired.status, await expired.text()]).toEqual([410, expect.stringContaining('has expired')]);
    expect([await optedOut(to), await optedOut(victim)]).toEqual([[], []]);
  });

  it.each([
    ['sent today', { status: 'sent' }],
    ['of which no send is on record', { status: 'needs_attention' }],
  ] as const)('made years before its mail was %s holds', async (_, state) => {
    const to = someone();
    const made = { issuedAtMs: Date.now() - 2 * OPT_OUT_TTL_MS };
    const { token } = await linked([to], made, state);
    expect((await post(token, { choice: 'category' })).status).toBe(200);
    expect(await optedOut(to)).toEqual(['newsletter']);
  });

  it.each([
    ['a choice of everything', (to: string) => edge.store.optOut(to, '*', true, { by: 'x', atMs: 1 })],
    ['a bounce', (to: string) => edge.store.addSuppression(suppression(to, { reason: 'hard_bounce' }))],
    [
      'an open proposal',
      (to: string) =>
        edge.store.addProposal({
          ...{ proposalId: to, address: to, inboxId: INBOX, messageId: to, threadId: null, language: 'en' },
          ...{ foundIn: 'text', status: 'open', createdAtMs: 1, decidedBy: null, decidedAtMs: null },
        }),
    ],
  ])('promises no mail after an undo while %s still stops it', async (_, stop) => {
    const to = someone();
    const { token } = await linked([to]);
    await post(token, { choice: 'category' });
    await stop(to);
    expect(await (await post(token, { choice: 'category', undo: '1' })).text()).toContain('still gets no such emails');
  });

  it('takes no form larger than a choice', async () => {
    const { token } = await linked([someone()]);
    expect((await post(token, { choice: 'category', address: 'x'.repeat(20_000) })).status).toBe(413);
  });
});
