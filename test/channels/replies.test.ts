import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { verdictOf } from '../../src/channels/reply.ts';
import { REVIEW_LINK_TTL_MS } from '../../src/channels/token.ts';
import { deliver, received, signed } from '../recipients/support.ts';
import { createDoors, type Doors, person, REVIEW_INBOX, tokens, told, waiting } from './support.ts';

let doors: Doors;
let ana: Awaited<ReturnType<typeof person>>;
let draft: Awaited<ReturnType<typeof waiting>>;
let serial = 0;
let threadId = '';
beforeAll(async () => {
  doors = await createDoors();
});
afterAll(() => doors.close());
beforeEach(async () => {
  ana = await person(doors.store, 'Ana');
  draft = await waiting(doors.store);
  threadId = `thread-${++serial}`;
  await asked(ana.userId, threadId);
  doors.engine.commands.length = 0;
  doors.mail.sent.length = 0;
});

const asked = (personId: string, thread: string, atMs = Date.now()) =>
  doors.store.addReviewMessage({
    ...{ channel: 'email', place: REVIEW_INBOX, messageId: `<${thread}@acme.test>`, threadId: thread },
    ...{ personId, draftId: draft.draftId, revision: 1, digest: draft.record.digest, atMs },
  });
const word = (personId = ana.userId) =>
  tokens.code({ personId, draftId: draft.draftId, revision: 1, digest: draft.record.digest });

async function reply(text: string, change: object = {}, type = 'message.received') {
  const subject = `Re: [Countersign] To review: Your invoice [${word()}]`;
  const message = { inbox_id: REVIEW_INBOX, thread_id: threadId, from: `Ana <${ana.email}>`, subject, text, ...change };
  const response = await deliver(doors, signed(received(message, type)));
  expect(response.status).toBe(200);
}

describe('an answer to a mail that asks', () => {
  test('decides as the person who was asked, once however often it is delivered', async () => {
    const delivery = received({
      ...{ inbox_id: REVIEW_INBOX, thread_id: threadId, from: ana.email, subject: `Re: x [${word()}]` },
      text: 'Approve\n\n> To review: ...\n> reject: never',
    });
    await deliver(doors, signed(delivery));
    await deliver(doors, signed({ ...delivery, event_id: 'evt_again' }));
    expect(doors.engine.commands.map(({ input }) => input)).toMatchObject(
      doors.engine.commands.map(() => ({ decision: 'approve', revision: 1, digest: draft.record.digest })),
    );
    expect(await doors.store.listCommands(draft.draftId)).toMatchObject([
      { actor: { id: ana.userId, kind: 'person', via: 'email_reply' } },
    ]);
    expect(doors.mail.sent).toMatchObject([{ to: [ana.email], text: expect.stringContaining('Done: approved') }]);
  });

  test('rejects with its reason', async () => {
    await reply('reject: the amount is wrong\n\nAna');
    const [command] = await doors.store.listCommands(draft.draftId);
    expect(doors.engine.commands).toMatchObject([{ input: { decision: 'reject' } }]);
    expect(await doors.store.getDocument(draft.draftId, command?.commentRef ?? '')).toBe('the amount is wrong');
  });

  test('rejects with the reason that it begins with', async () => {
    await reply('reject: wrong recipient, Beck left in May');
    expect(doors.engine.commands).toMatchObject([{ input: { decision: 'reject', reasonCode: 'wrong_recipient' } }]);
    const [command] = await doors.store.listCommands(draft.draftId);
    const said = await doors.store.getDocument(draft.draftId, command?.commentRef ?? '');
    expect(said).toBe('wrong recipient, Beck left in May');
  });

  test.each([
    ['another address', () => ({ from: 'Ana <ana@evil.example>' })],
    ['the display name of the person', () => ({ from: `"${ana.email}" <ana@evil.example>` })],
    ['the label unauthenticated', () => ({ labels: ['received', 'unauthenticated'] })],
    ['no word in its subject', () => ({ subject: 'Re: To review' })],
    ['the word of somebody else', () => ({ subject: `Re: [${word('usr_other')}]` })],
    ['another thread', () => ({ thread_id: 'thread-of-nobody' })],
    ['no thread', () => ({ thread_id: null })],
    ['another inbox', () => ({ inbox_id: 'support@acme.test' })],
  ])('with %s decides nothing, and is not answered', async (_, change) => {
    await reply('approve', change());
    expect(doors.engine.commands).toEqual([]);
    expect(await doors.store.listCommands(draft.draftId)).toEqual([]);
    expect(doors.mail.sent).toEqual([]);
  });

  test('that AgentMail does not vouch for decides nothing', async () => {
    await reply('approve', {}, 'message.received.unauthenticated');
    expect([doors.engine.commands, doors.mail.sent]).toEqual([[], []]);
  });

  test('that could mean anything is answered: nothing was decided', async () => {
    await reply('Looks good to me, but could you check the date?');
    expect(doors.engine.commands).toEqual([]);
    expect(doors.mail.sent).toMatchObject([{ to: [ana.email], text: expect.stringContaining('Nothing was decided') }]);
  });

  test('too late, or after somebody else decided, says so', async () => {
    await told(doors.store, draft.draftId, { type: 'rejected', actorId: 'key-ben' }, { status: 'rejected' });
    await reply('approve');
    expect(doors.mail.sent[0]?.text).toMatch(/Nothing was decided\. The draft was rejected by/);
    draft = await waiting(doors.store);
    threadId = 'thread-old';
    await asked(ana.userId, threadId, Date.now() - REVIEW_LINK_TTL_MS - 1_000);
    await reply('approve');
    expect(doors.mail.sent[1]?.text).toContain('too old');
    expect(doors.engine.commands).toEqual([]);
  });
});

test('without leave to do so, no answer decides', async () => {
  const closed = await createDoors({ channels: { tokens, open: { email: true, slack: false } }, store: doors.store });
  const subject = `Re: [${word()}]`;
  const message = { inbox_id: REVIEW_INBOX, thread_id: threadId, from: ana.email, subject, text: 'approve' };
  expect((await deliver(closed, signed(received(message)))).status).toBe(200);
  expect(closed.engine.commands).toEqual([]);
});

test('where policy lets no answer decide, it is answered that nothing was decided', async () => {
  draft = await waiting(doors.store);
  await told(
    doors.store,
    draft.draftId,
    { type: 'revision_written', revision: 1, data: { status: 'in_review' } },
    { status: 'in_review' },
  );
  threadId = 'thread-strict';
  await asked(ana.userId, threadId);
  doors.mail.sent.length = 0;
  await reply('approve');
  expect(await doors.store.listCommands(draft.draftId)).toEqual([]);
  expect(doors.mail.sent).toMatchObject([{ to: [ana.email], text: expect.stringContaining('do not decide') }]);
});

test.each([
  ['approve', 'approve'],
  ['  Approved.  \nAna', 'approve'],
  ['> quoted\n\napprove', 'approve'],
  ['REJECT: no', 'reject'],
  ['changes: shorter', 'request_changes'],
  ['do not approve', null],
  ['approve?', null],
  ['approve this one but not the other', null],
  ['reject', null],
  ['reject:', null],
  ['', null],
  ['> approve', null],
])('%j means %s', (text, decision) => {
  expect(verdictOf(text)?.decision ?? null).toBe(decision);
});
