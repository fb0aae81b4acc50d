import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { REVIEW_LINK_TTL_MS } from '../../src/channels/token.ts';
import { revision } from '../store/fixtures.ts';
import { createDoors, type Doors, person, tokens, told, waiting } from './support.ts';

let doors: Doors;
let ana: Awaited<ReturnType<typeof person>>;
let draft: Awaited<ReturnType<typeof waiting>>;
beforeAll(async () => {
  doors = await createDoors();
});
afterAll(() => doors.close());
beforeEach(async () => {
  ana = await person(doors.store, 'Ana');
  draft = await waiting(doors.store);
  doors.engine.commands.length = 0;
});

const linkFor = (atMs = Date.now(), change: object = {}) => {
  const { draftId, record } = draft;
  const subject = { personId: ana.userId, draftId, revision: 1, digest: record.digest, ...change };
  return `/r/${tokens.sign(subject, atMs)}`;
};
const get = (path: string, method = 'GET') => doors.app.request(path, { method });
const post = (path: string, fields: Record<string, string>) =>
  doors.app.request(path, { method: 'POST', body: new URLSearchParams(fields) });

describe('a link to decide', () => {
  test('a thousand looks by scanners decide nothing and use nothing up; then one POST decides', async () => {
    const path = linkFor();
    for (let look = 0; look < 1_000; look += 1) {
      const response = await get(path, look % 4 === 0 ? 'HEAD' : 'GET');
      if (response.status !== 200) throw new Error(`${look}: ${response.status}`);
    }
    expect(doors.engine.commands).toEqual([]);
    expect(await doors.store.listCommands(draft.draftId)).toEqual([]);
    const done = await post(path, { decision: 'approve', comment: '' });
    expect([done.status, await done.text()]).toEqual([200, expect.stringContaining('Done: approved')]);
    expect(doors.engine.commands).toMatchObject([
      { name: 'decide', input: { decision: 'approve', revision: 1, digest: draft.record.digest } },
    ]);
    expect(await doors.store.listCommands(draft.draftId)).toMatchObject([
      { actor: { id: ana.userId, kind: 'person', via: 'email_link' } },
    ]);
  });

  test('shows the text, escaped, under a policy that lets nothing run', async () => {
    const { content } = draft.record;
    const response = await get(linkFor());
    const page = await response.text();
    expect(page).toContain('Approve');
    expect(page).toContain(content.text.split('\n')[0]);
    expect(page).not.toMatch(/<script|<img|<iframe| on\w+=/i);
    expect(response.headers.get('Content-Security-Policy')).toMatch(/default-src 'none'.*form-action 'self'/);
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(response.headers.get('Referrer-Policy')).toBe('no-referrer');
  });

  test('decides once: a second, other decision shows what happened', async () => {
    const path = linkFor();
    await post(path, { decision: 'approve' });
    await post(path, { decision: 'approve' });
    expect((await post(path, { decision: 'approve', comment: 'something else' })).status).toBe(409);
    const second = await post(path, { decision: 'reject', comment: 'no' });
    expect([second.status, await second.text()]).toEqual([409, expect.stringContaining('This link was used')]);
    const commands = await doors.store.listCommands(draft.draftId);
    expect(commands).toHaveLength(1);
    expect(await (await get(path)).text()).not.toContain('<form');
  });

  test('a rejection and a wish for changes say why', async () => {
    const path = linkFor();
    for (const decision of ['reject', 'request_changes']) {
      expect((await post(path, { decision, comment: '  ' })).status).toBe(400);
    }
    expect(doors.engine.commands).toEqual([]);
    expect((await post(path, { decision: 'request_changes', comment: 'shorter' })).status).toBe(200);
    const [command] = await doors.store.listCommands(draft.draftId);
    expect(await doors.store.getDocument(draft.draftId, command?.commentRef ?? '')).toBe('shorter');
  });

  test('a rejection may name its reason instead, and keeps it while it cannot be confirmed', async () => {
    const path = linkFor();
    expect(await (await get(path)).text()).toContain('<option value="wrong_recipient" >Wrong recipient</option>');
    const { outcome } = doors.engine;
    doors.engine.outcome = { kind: 'unavailable', cause: undefined };
    const fields = { decision: 'reject', comment: '', reasonCode: 'wrong_recipient' };
    expect((await post(path, { ...fields, reasonCode: 'boredom' })).status).toBe(400);
    const later = await post(path, fields);
    expect([later.status, await later.text()]).toEqual([
      503,
      expect.stringContaining('<option value="wrong_recipient" selected>'),
    ]);
    doors.engine.outcome = outcome;
    expect((await post(path, { ...fields, reasonCode: 'tone' })).status).toBe(409);
    expect((await post(path, fields)).status).toBe(200);
    expect(doors.engine.commands.at(-1)?.input).toMatchObject({ decision: 'reject', reasonCode: 'wrong_recipient' });
  });

  test('a reason counts for a rejection alone', async () => {
    expect((await post(linkFor(), { decision: 'approve', reasonCode: 'tone' })).status).toBe(200);
    expect(doors.engine.commands.at(-1)?.input).not.toHaveProperty('reasonCode');
  });

  test('a refused decision uses nothing up', async () => {
    const path = linkFor();
    const { outcome } = doors.engine;
    doors.engine.outcome = { kind: 'refused', code: 'self_approval' };
    expect((await post(path, { decision: 'approve' })).status).toBe(409);
    doors.engine.outcome = outcome;
    expect((await post(path, { decision: 'reject', comment: 'wrong amount' })).status).toBe(200);
  });

  test.each([
    ['changed', () => `${linkFor()}x`, 404],
    ['of another secret', () => linkFor().replace(/\.[^.]+$/, `.${'A'.repeat(43)}`), 404],
    ['too old', () => linkFor(Date.now() - REVIEW_LINK_TTL_MS - 1_000), 410],
    ['of nobody', () => linkFor(Date.now(), { personId: 'usr_gone' }), 403],
  ])('a link that is %s decides nothing', async (_, path, status) => {
    const at = path();
    expect((await get(at)).status).toBe(status);
    expect((await post(at, { decision: 'approve' })).status).toBe(status);
    expect(doors.engine.commands).toEqual([]);
  });

  test('of a person who may not review any more decides nothing', async () => {
    const path = linkFor();
    await doors.store.changeUser(ana.userId, { roles: ['operator'] }, 2);
    expect((await post(path, { decision: 'approve' })).status).toBe(403);
    await doors.store.changeUser(ana.userId, { roles: ['reviewer'], disabled: true }, 3);
    expect((await post(path, { decision: 'approve' })).status).toBe(403);
    expect(doors.engine.commands).toEqual([]);
  });

  test('of a revision that is no more the current one shows what changed, and decides nothing', async () => {
    const path = linkFor();
    const { content } = draft.record;
    const digest = 'b'.repeat(64);
    const newer = revision(draft.draftId, {
      revision: 2,
      digest,
      content: { ...content, text: 'Dear Bob,\nall new\n' },
    });
    await doors.store.saveRevision(newer);
    await told(
      doors.store,
      draft.draftId,
      { type: 'edited', actorId: ana.userId },
      { status: 'in_review', revision: 2, digest },
    );
    const page = await (await get(path)).text();
    expect(page).toMatch(/What changed from revision 1 to 2[\s\S]*<ins>\+ all new<\/ins>/);
    expect(page).not.toContain('<form');
    doors.engine.outcome = { kind: 'refused', code: 'stale_revision' };
    const answer = await post(path, { decision: 'approve' });
    expect(answer.status).toBe(409);
    expect(await answer.text()).toContain('Another revision is there now');
  });

  test('after a decision elsewhere it says what happened', async () => {
    const path = linkFor();
    await told(doors.store, draft.draftId, { type: 'rejected', actorId: ana.userId }, { status: 'rejected' });
    const page = await (await get(path)).text();
    expect(page).toContain('The draft was rejected by');
    expect(page).not.toContain('<form');
  });
});
