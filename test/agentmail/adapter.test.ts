import { AgentMailClient } from 'agentmail';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/index.ts';
import {
  contentDifferences,
  createAgentMail,
  type DraftWrite,
  type MailProvider,
  messageDifferences,
  refusalReason,
  snapshotDifferences,
  snapshotOf,
} from '../../src/agentmail/index.ts';
import type { EmailContentInput } from '../../src/domain/content.ts';
import { emailContentSchema } from '../../src/domain/content.ts';
import { sha256Hex } from '../../src/domain/digest.ts';

let emulator: Emulator;
let sdk: AgentMailClient;
let mail: MailProvider;
let inboxId: string;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());
beforeEach(async () => {
  await emulator.control.reset();
  sdk = new AgentMailClient({ apiKey: 'key', baseUrl: emulator.url, maxRetries: 0 });
  mail = createAgentMail({ apiKey: 'key', baseUrl: emulator.url, sendListCacheMs: 0 });
  ({ inboxId } = await sdk.inboxes.create({ username: 'agent', displayName: 'Agent' }));
});

const bytes = new Uint8Array([0, 255, 10, 13, 7]);
function file(filename: string, content: Uint8Array, contentType = 'application/pdf') {
  const meta = { sha256: sha256Hex(content), size: content.length, filename, contentType };
  return { ...meta, disposition: 'attachment' as const, bytes: content };
}

function writeOf(input: EmailContentInput, attachments: ReturnType<typeof file>[] = []): DraftWrite {
  const described = attachments.map(({ bytes: _, ...rest }) => rest);
  return { content: emailContentSchema.parse({ ...input, attachments: described }), attachments };
}

const full = () =>
  writeOf(
    {
      to: ['Ada Lovelace <ada@example.com>'],
      cc: ['bob@example.com'],
      bcc: ['carol@example.com'],
      replyTo: ['desk@example.com'],
      subject: 'Grüße',
      text: 'Hello\nAda',
      html: '<p>Hello<br>Ada</p>',
    },
    [file('a.pdf', bytes)],
  );

const received = (messageId: string, more = '') =>
  `From: Ada <ada@example.com>\r\nTo: ${inboxId}, bob@example.com\r\nSubject: Question\r\nMessage-ID: ${messageId}\r\n` +
  `Date: Sun, 01 Mar 2026 12:00:00 +0000\r\n${more}\r\nWhen?\r\n`;

async function sent(write: DraftWrite, label = 'countersign-x', idempotencyKey = 'x.r1') {
  const draft = await mail.createDraft(inboxId, write, { clientId: `c-${idempotencyKey}` });
  return mail.sendDraft(inboxId, draft.providerDraftId, { idempotencyKey, label, timeoutMs: 5_000 });
}

describe('drafts', () => {
  test('what is written is read back, attachments byte for byte', async () => {
    const write = full();
    const created = await mail.createDraft(inboxId, write, { clientId: 'c1' });
    expect(created).toMatchObject({ inboxId, clientId: 'c1', inReplyTo: null, forwardOf: null, sendAt: null });
    expect(contentDifferences(write.content, created)).toEqual([]);
    const read = await mail.getDraft(inboxId, created.providerDraftId);
    expect(read).not.toBeNull();
    expect(snapshotDifferences(snapshotOf(created), snapshotOf(read!))).toEqual([]);
    const attachmentId = read!.attachments[0]!.attachmentId;
    const downloaded = await mail.downloadDraftAttachment(inboxId, created.providerDraftId, attachmentId);
    expect(sha256Hex(downloaded)).toBe(sha256Hex(bytes));
  });

  test('the same client id answers the same draft', async () => {
    const first = await mail.createDraft(inboxId, full(), { clientId: 'c1' });
    const second = await mail.createDraft(inboxId, writeOf({ subject: 'Other' }), { clientId: 'c1' });
    expect(second.providerDraftId).toBe(first.providerDraftId);
    expect(contentDifferences(full().content, second)).toEqual([]);
  });

  test('missing fields are the empty values', async () => {
    const draft = await mail.createDraft(inboxId, writeOf({}), { clientId: 'c1' });
    expect(snapshotOf(draft)).toEqual({
      providerDraftId: draft.providerDraftId,
      to: [],
      cc: [],
      bcc: [],
      replyTo: [],
      subject: '',
      text: '',
      html: '',
      attachments: [],
      inReplyTo: null,
      forwardOf: null,
      sendAt: null,
      sendStatus: null,
    });
  });

  test('replacing changes every field, and clears what the new content lacks', async () => {
    const created = await mail.createDraft(inboxId, full(), { clientId: 'c1' });
    const other = writeOf(
      { to: ['eve@example.com'], subject: 'New', text: 'New', html: '<p>New</p>', replyTo: ['x@example.com'] },
      [file('b.txt', new Uint8Array([1]), 'text/plain'), file('a.pdf', new Uint8Array([2]))],
    );
    const replaced = await mail.replaceDraft(inboxId, created.providerDraftId, other, created);
    expect(contentDifferences(other.content, replaced!)).toEqual([]);
    const cleared = await mail.replaceDraft(inboxId, created.providerDraftId, writeOf({}), replaced!);
    expect(contentDifferences(writeOf({}).content, cleared!)).toEqual([]);
    const read = await mail.getDraft(inboxId, created.providerDraftId);
    expect(snapshotDifferences(snapshotOf(cleared!), snapshotOf(read!))).toEqual([]);
  });

  test("takes AgentMail's own timer away, also when it replaces", async () => {
    const sendAt = new Date(Date.now() + 3_600_000);
    const { draftId } = await sdk.inboxes.drafts.create(inboxId, { to: ['ada@example.com'], text: 'Hi', sendAt });
    const scheduled = await mail.getDraft(inboxId, draftId);
    expect(scheduled).toMatchObject({ sendAt: sendAt.toISOString(), sendStatus: 'scheduled' });
    expect(await mail.clearSendAt(inboxId, draftId)).toMatchObject({ sendAt: null, sendStatus: null });
    await sdk.inboxes.drafts.update(inboxId, draftId, { sendAt });
    const replaced = await mail.replaceDraft(inboxId, draftId, writeOf({ to: ['ada@example.com'] }), scheduled!);
    expect(replaced).toMatchObject({ sendAt: null, sendStatus: null });
  });

  test('a draft that AgentMail is sending refuses the change as a conflict', async () => {
    await emulator.control.setSwitches({ sendingMs: 60_000 });
    const sendAt = new Date(Date.now() + 50);
    const { draftId } = await sdk.inboxes.drafts.create(inboxId, { to: ['ada@example.com'], text: 'Hi', sendAt });
    await expect
      .poll(async () => (await mail.getDraft(inboxId, draftId))?.sendStatus, { timeout: 10_000 })
      .toBe('sending');
    await expect(mail.clearSendAt(inboxId, draftId)).rejects.toMatchObject({
      type: 'agentmail.conflict',
      nonRetryable: false,
    });
  });

  test('a draft that is gone is null, and deleting it twice is fine', async () => {
    const { providerDraftId } = await mail.createDraft(inboxId, full(), { clientId: 'c1' });
    const draft = await mail.getDraft(inboxId, providerDraftId);
    await mail.deleteDraft(inboxId, providerDraftId);
    await mail.deleteDraft(inboxId, providerDraftId);
    expect(await mail.getDraft(inboxId, providerDraftId)).toBeNull();
    expect(await mail.clearSendAt(inboxId, providerDraftId)).toBeNull();
    expect(await mail.replaceDraft(inboxId, providerDraftId, full(), draft!)).toBeNull();
    await expect(mail.downloadDraftAttachment(inboxId, providerDraftId, 'a')).rejects.toMatchObject({
      type: 'agentmail.not_found',
    });
  });
});

describe('replies', () => {
  test.each([false, true])('recipients and subject come from AgentMail (reply all: %s)', async (replyAll) => {
    const { messageId } = await emulator.control.receive(inboxId, received('<q1@example.com>'));
    const write = writeOf({ text: 'Soon', reply: { inReplyTo: messageId, replyAll } });
    const draft = await mail.createDraft(inboxId, write, { clientId: 'c1' });
    expect(contentDifferences(write.content, draft)).toEqual([]);
    expect(draft).toMatchObject({ subject: 'Re: Question', inReplyTo: messageId });
    expect([...draft.to, ...draft.cc].join()).toContain('ada@example.com');
    expect([...draft.to, ...draft.cc].some((one) => one.includes('bob@example.com'))).toBe(replyAll);

    // An edit of the text alone keeps them; an edit of the recipients is exact.
    const edited = { ...write, content: { ...write.content, text: 'Later' } };
    const kept = await mail.replaceDraft(inboxId, draft.providerDraftId, edited, draft);
    expect(kept).toMatchObject({ to: draft.to, cc: draft.cc, subject: 'Re: Question', text: 'Later' });
    const exact = { ...edited, content: { ...edited.content, to: ['eve@example.com'], subject: 'Other' } };
    const changed = await mail.replaceDraft(inboxId, draft.providerDraftId, exact, draft);
    expect(changed).toMatchObject({ to: ['eve@example.com'], cc: [], bcc: [], subject: 'Other' });
  });

  test('with reply all, recipients of the content are left out at creation', async () => {
    const { messageId } = await emulator.control.receive(inboxId, received('<q1@example.com>'));
    const write = writeOf({ to: ['eve@example.com'], text: 'Soon', reply: { inReplyTo: messageId, replyAll: true } });
    const draft = await mail.createDraft(inboxId, write, { clientId: 'c1' });
    expect(contentDifferences(write.content, draft)).toContain('to');
  });

  test('the message a reply answers must exist', async () => {
    const write = writeOf({ text: 'Soon', reply: { inReplyTo: '<none@example.com>' } });
    await expect(mail.createDraft(inboxId, write, { clientId: 'c1' })).rejects.toMatchObject({
      type: 'agentmail.not_found',
    });
  });
});

describe('sending', () => {
  test('sends once a key, and finds the message by its label', async () => {
    const write = full();
    const draft = await mail.createDraft(inboxId, write, { clientId: 'c1' });
    const options = { idempotencyKey: 'x.r1', label: 'countersign-x', timeoutMs: 5_000 };
    expect(await mail.findMessageByLabel(inboxId, 'countersign-x')).toBeNull();
    const first = await mail.sendDraft(inboxId, draft.providerDraftId, options);
    const again = await mail.sendDraft(inboxId, draft.providerDraftId, options);
    expect(again).toEqual(first);
    expect((await emulator.control.outbox()).count).toBe(1);
    expect(await mail.getDraft(inboxId, draft.providerDraftId)).toBeNull();
    const found = await mail.findMessageByLabel(inboxId, 'countersign-x');
    expect(found).toMatchObject({ ...first, inboxId });
    expect(messageDifferences(write.content, found!, null)).toEqual([]);
    expect(await mail.getMessage(inboxId, first.messageId)).toEqual(found);
    const attachmentId = found!.attachments[0]!.attachmentId;
    const downloaded = await mail.downloadMessageAttachment(inboxId, first.messageId, attachmentId);
    expect(sha256Hex(downloaded)).toBe(sha256Hex(bytes));
  });

  test('mail of text only, and of HTML only, reads back as approved', async () => {
    const parts = [{ text: 'Only text\n\nwith a paragraph' }, { html: '<p>Only <b>HTML</b></p>' }];
    for (const [index, part] of parts.entries()) {
      const write = writeOf({ to: ['ada@example.com'], subject: 'One part', ...part });
      const { messageId } = await sent(write, `label-${index}`, `key-${index}`);
      const message = await mail.getMessage(inboxId, messageId);
      expect(messageDifferences(write.content, message!, null)).toEqual([]);
    }
  });

  test('the label proves the send also of a message in the trash', async () => {
    const { messageId } = await sent(full());
    await sdk.inboxes.messages.update(inboxId, messageId, { addLabels: ['trash'] });
    expect(await mail.findMessageByLabel(inboxId, 'countersign-x')).toMatchObject({ messageId });
  });

  test('a lost answer leaves as a network failure, and the repeat is answered with the original', async () => {
    const draft = await mail.createDraft(inboxId, full(), { clientId: 'c1' });
    await emulator.control.addFault({ kind: 'lose_response', route: 'POST /v0/inboxes/*/drafts/*/send' });
    const options = { idempotencyKey: 'x.r1', label: 'countersign-x', timeoutMs: 5_000 };
    const send = () => mail.sendDraft(inboxId, draft.providerDraftId, options);
    await expect(send()).rejects.toMatchObject({ type: 'agentmail.network', nonRetryable: false });
    const { messages } = await emulator.control.outbox();
    expect(messages).toHaveLength(1);
    expect(await send()).toEqual({ messageId: messages[0]!.messageId, threadId: messages[0]!.threadId });
    expect((await emulator.control.outbox()).count).toBe(1);
  });

  test('an answer slower than its limit is a time-out', async () => {
    const draft = await mail.createDraft(inboxId, full(), { clientId: 'c1' });
    await emulator.control.addFault({ kind: 'slow', route: 'POST /v0/inboxes/*/drafts/*/send', delayMs: 2_000 });
    const options = { idempotencyKey: 'x.r1', label: 'countersign-x', timeoutMs: 100 };
    await expect(mail.sendDraft(inboxId, draft.providerDraftId, options)).rejects.toMatchObject({
      type: 'agentmail.timeout',
    });
  });

  test('nothing is repeated behind the caller, and Retry-After is passed on', async () => {
    const route = 'GET /v0/inboxes/*/drafts/*';
    await emulator.control.addFault({ kind: 'status', route, status: 429, retryAfterSeconds: 7, times: 9 });
    await expect(mail.getDraft(inboxId, 'd')).rejects.toMatchObject({
      type: 'agentmail.rate_limited',
      nextRetryDelay: 7_000,
    });
    expect(await emulator.control.faults()).toMatchObject([{ hits: 1 }]);
  });

  test('a key without draft_send is told so', async () => {
    const draft = await mail.createDraft(inboxId, full(), { clientId: 'c1' });
    const { token } = await emulator.control.createKey({ permissions: { draft_read: true } });
    const reader = createAgentMail({ apiKey: token, baseUrl: emulator.url });
    const options = { idempotencyKey: 'x.r1', label: 'countersign-x', timeoutMs: 5_000 };
    const refused = await reader.sendDraft(inboxId, draft.providerDraftId, options).catch((error: unknown) => error);
    expect(refused).toMatchObject({ type: 'agentmail.missing_permission', nonRetryable: true });
    expect(refusalReason(refused)).toBe('missing_permission');
    const stranger = createAgentMail({ apiKey: 'unknown', baseUrl: emulator.url });
    await expect(stranger.getDraft(inboxId, draft.providerDraftId)).rejects.toMatchObject({
      type: 'agentmail.unauthorized',
    });
  });
});

describe('send lists', () => {
  const add = (type: 'allow' | 'block', entry: string, scope?: string) =>
    scope ? sdk.inboxes.lists.create(scope, 'send', type, { entry }) : sdk.lists.create('send', type, { entry });

  const setups: Record<string, ['allow' | 'block', string, 'inbox' | 'organization'][]> = {
    'no lists': [],
    'a blocked address': [['block', 'ada@example.com', 'organization']],
    'a blocked domain': [['block', 'example.com', 'inbox']],
    'an allowed address': [['allow', 'ada@example.com', 'organization']],
    'an allowed domain': [['allow', 'other.org', 'inbox']],
    'an address allowed in a blocked domain': [
      ['block', 'example.com', 'inbox'],
      ['allow', 'ada@example.com', 'inbox'],
    ],
    'the inbox over the organization': [
      ['block', 'example.com', 'organization'],
      ['allow', 'ada@example.com', 'inbox'],
    ],
    'allow lists of both scopes': [
      ['allow', 'other.org', 'inbox'],
      ['allow', 'ada@example.com', 'organization'],
    ],
  };
  const addresses = ['Ada <ADA@example.com>', 'bob@example.com', 'eve@other.org', 'sub@mail.example.com'];

  test.each(Object.entries(setups))('%s: what is told is what a send is refused for', async (_, entries) => {
    for (const [type, entry, scope] of entries) await add(type, entry, scope === 'inbox' ? inboxId : undefined);
    const told = await mail.blockedRecipients(inboxId, addresses);
    const refused: string[] = [];
    for (const [index, address] of addresses.entries()) {
      const outcome = await sent(writeOf({ to: [address], text: 'Hi' }), 'l', `k${index}`).catch((e: unknown) => e);
      if (!(outcome instanceof Error)) continue;
      expect(outcome).toMatchObject({ type: 'agentmail.message_rejected' });
      expect(refusalReason(outcome)).toBe('recipient_blocked');
      refused.push(address);
    }
    expect(told).toEqual(refused);
  });

  test('remembers the lists for a while, not for ever', async () => {
    const briefly = createAgentMail({ apiKey: 'key', baseUrl: emulator.url, sendListCacheMs: 1_500 });
    expect(await briefly.blockedRecipients(inboxId, ['ada@example.com'])).toEqual([]);
    await add('block', 'ada@example.com');
    expect(await briefly.blockedRecipients(inboxId, ['ada@example.com'])).toEqual([]);
    const asked = () => briefly.blockedRecipients(inboxId, ['ada@example.com']);
    await expect.poll(asked, { timeout: 10_000 }).toEqual(['ada@example.com']);
  });

  test('a scope the key may not read is left to AgentMail, a failing one is not', async () => {
    await add('block', 'ada@example.com', inboxId);
    const { token } = await emulator.control.createKey({ inboxId });
    const scoped = createAgentMail({ apiKey: token, baseUrl: emulator.url, sendListCacheMs: 0 });
    expect(await scoped.blockedRecipients(inboxId, ['ada@example.com', 'bob@example.com'])).toEqual([
      'ada@example.com',
    ]);
    await emulator.control.addFault({ kind: 'status', route: 'GET /v0/inboxes/*/lists/send/block', status: 503 });
    await expect(scoped.blockedRecipients(inboxId, ['ada@example.com'])).rejects.toMatchObject({
      type: 'agentmail.unavailable',
    });
    expect(await scoped.blockedRecipients(inboxId, ['ada@example.com'])).toEqual(['ada@example.com']);
  });
});

describe('threads and inboxes', () => {
  test('a thread comes oldest first, from any of its messages', async () => {
    const question = await emulator.control.receive(inboxId, received('<q1@example.com>'));
    const draft = await mail.createDraft(inboxId, writeOf({ text: 'Soon', reply: { inReplyTo: question.messageId } }), {
      clientId: 'c1',
    });
    const options = { idempotencyKey: 'x.r1', label: 'countersign-x', timeoutMs: 5_000 };
    const answer = await mail.sendDraft(inboxId, draft.providerDraftId, options);
    expect(answer.threadId).toBe(question.threadId);
    const more = await emulator.control.reply({ inboxId, messageId: answer.messageId, text: 'Thanks' });
    const order = [question.messageId, answer.messageId, more.messageId];
    for (const messageId of order) {
      const thread = await mail.threadOf(inboxId, messageId);
      expect(thread?.map((message) => message.messageId)).toEqual(order);
      expect(thread?.map((message) => message.text.trim().split('\n')[0])).toEqual(['When?', 'Soon', 'Thanks']);
    }
    expect(await mail.threadOf(inboxId, '<none@example.com>')).toBeNull();
    expect(await mail.getMessage(inboxId, '<none@example.com>')).toBeNull();
  });

  test('every inbox is listed', async () => {
    await sdk.inboxes.create({ username: 'second' });
    const inboxes = await mail.listInboxes();
    expect(inboxes).toHaveLength(2);
    expect(inboxes).toContainEqual({ inboxId, displayName: 'Agent' });
  });
});
