import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Draft } from '../../src/client/index.ts';
import { createNoticeStarter } from '../../src/temporal/review-notices.ts';
import { eventually } from '../support/machine.ts';
import { buttonsOf, pressOf, type SlackCall, signedForm, submissionOf } from '../support/slack.ts';
import { CONVERSATION, type Colleague, type Office, openOffice, REVIEWS, SUPPORT, signedDecision } from './office.ts';

/** Ana decides by mail, Ben in Slack, Cleo has an hourly digest. Every way is the real one, from the draft to its send. */
let office: Office;
let ana: Colleague;
let ben: Colleague;
let cleo: Colleague;
beforeAll(async () => {
  office = await openOffice();
  await office.admin.inboxes.update(SUPPORT, { replyApproval: true, editorMayApprove: false });
  [ana, ben, cleo] = await Promise.all([office.hire('Ana'), office.hire('Ben'), office.hire('Cleo')]);
  await ana.desk.notifications.set({ email: true, digest: 'none' });
  office.slack.members.set(ben.email, { id: 'UBEN' });
  await ben.desk.notifications.connectSlack();
  const [connect] = buttonsOf(posts().at(-1));
  await press(connect, 'UBEN');
  expect((await ben.desk.notifications.get()).slack).toMatchObject({ state: 'connected', memberId: 'UBEN' });
}, 120_000);
afterAll(() => office?.stop(), 60_000);

let serial = 0;
async function waiting(subject = `Answer ${++serial}`): Promise<Draft> {
  const content = { to: ['emil@customer.test'], subject, text: `Hello Emil,\n\nthis is ${subject}.\n` };
  const { id } = await office.agent.drafts.create({ inbox: SUPPORT, content });
  return eventually(`${subject} waits`, async () => {
    const draft = await ana.desk.drafts.get(id);
    return draft.status === 'in_review' && draft;
  });
}
const statusOf = async ({ id }: Draft) => (await ana.desk.drafts.get(id)).status;
const becomes = (draft: Draft, status: Draft['status']) =>
  eventually(`${draft.subject} is ${status}`, async () => (await statusOf(draft)) === status);
const eventsOf = ({ id }: Draft, type: string) =>
  ana.desk.drafts.history(id).then((events) => events.filter((event) => event.type === type));
const sentCopies = async ({ subject }: Draft) =>
  (await office.emulator.outbox()).messages
    .filter(({ to }) => to.includes('emil@customer.test'))
    .filter((one) => one.subject === subject);

/** The newest mail in a person's own mailbox whose subject holds the words. */
const mailTo = (person: Colleague, words: string) =>
  eventually(`mail to ${person.email}: ${words}`, async () => {
    const { messages } = await office.mail.inboxes.messages.list(person.email);
    const found = messages.find(({ subject, labels }) => labels.includes('received') && subject?.includes(words));
    return found ? office.mail.inboxes.messages.get(person.email, found.messageId) : null;
  });
const linkIn = (text = '') => /http\S+\/r\/\S+/.exec(text)?.[0] ?? '';
const decideBy = (link: string, decision: string, comment = '') =>
  fetch(link, { method: 'POST', body: new URLSearchParams({ decision, comment }) });
const pageOf = async (link: string) => (await fetch(link)).text();

const posts = () => office.slack.calls.filter(({ method }) => method === 'chat.postMessage');
const callsSince = (from: number, method: string) =>
  office.slack.calls.slice(from).filter((one) => one.method === method);
const messageOf = (draft: Draft, channel: string): Promise<SlackCall> =>
  eventually(`a message about ${draft.subject} in ${channel}`, async () => {
    return posts().find(({ body }) => body.channel === channel && body.text?.endsWith(draft.subject)) ?? null;
  });
const closed = (draft: Draft, words: string) =>
  eventually(`${draft.subject} is closed in Slack: ${words}`, async () => {
    const ended = office.slack.calls.filter(({ method, body }) => {
      return method === 'chat.update' && body.text?.startsWith(draft.subject) && body.text.includes(words);
    });
    const places = new Set(ended.map(({ body }) => body.channel));
    return places.has(CONVERSATION) && places.has('UBEN') && ended.every((call) => buttonsOf(call).length === 0);
  });
function press(button: { action_id: string; value: string } | undefined, user: string, from?: SlackCall) {
  const container = { channel_id: from?.body.channel ?? user, message_ts: from?.ts ?? '17.1' };
  const payload = pressOf(button ?? { action_id: '', value: '' }, user, container);
  return fetch(`${office.url}/v1/slack/interactions`, signedForm(payload));
}
const buttonOf = (message: SlackCall, action: string) =>
  buttonsOf(message).find(({ action_id }) => action_id === action);
const post = (request: RequestInit) => fetch(`${office.url}/v1/webhooks/decisions`, request);
/** What another program was told of a draft, by webhook. */
const news = ({ id }: Draft) =>
  office.receiver.received
    .map(({ body }): { type: string; data: { draftId: string } } => JSON.parse(body))
    .filter(({ data }) => data.draftId === id)
    .map(({ type }) => type);

describe('a draft is decided where a person already is', () => {
  test('by the link of a mail: looking decides nothing, a POST sends it, and every other surface says so', {
    timeout: 180_000,
  }, async () => {
    const draft = await waiting();
    const [asked, inSlack] = await Promise.all([mailTo(ana, draft.subject), messageOf(draft, 'UBEN')]);
    expect(asked.from).toContain(REVIEWS);
    expect(asked.text).toContain('| Hello Emil,');
    const link = linkIn(asked.text);
    // Five scanners at once, two hundred looks each.
    const look = async (_: unknown, scanner: number) => {
      for (let at = 0; at < 200; at += 1) {
        const response = await fetch(link, { method: (scanner + at) % 4 === 0 ? 'HEAD' : 'GET' });
        if (response.status !== 200) throw new Error(`look ${at}: ${response.status}`);
        await response.arrayBuffer();
      }
    };
    await Promise.all(Array.from({ length: 5 }, look));
    expect([await statusOf(draft), await office.system.store.listCommands(draft.id)]).toEqual(['in_review', []]);

    const done = await decideBy(link, 'approve');
    expect([done.status, await done.text()]).toEqual([200, expect.stringContaining('Done: approved')]);
    await becomes(draft, 'sent');
    expect(await sentCopies(draft)).toHaveLength(1);
    expect(await eventsOf(draft, 'approved')).toMatchObject([{ actor: { id: ana.id }, via: 'email_link' }]);

    await closed(draft, 'by Ana');
    const before = office.slack.calls.length;
    await press(buttonOf(inSlack, 'reject'), 'UBEN', inSlack);
    expect(callsSince(before, 'views.open')).toEqual([]);
    expect(callsSince(before, 'chat.postEphemeral')[0]?.body.text).toMatch(/Nothing was decided\. .* It is sent now/);
    expect(await pageOf(link)).toMatch(/This link was used\.[\s\S]*It is sent now/);
    expect((await decideBy(link, 'reject', 'no, after all')).status).toBe(409);
    await eventually('it was told by webhook', async () => news(draft).includes('draft.sent'));
    expect(new Set(news(draft))).toEqual(new Set(['review.requested', 'review.decided', 'draft.sent']));
  });

  test('by answering the mail; whoever forges the sender decides nothing', async () => {
    const draft = await waiting();
    const asked = await mailTo(ana, draft.subject);
    const forged = (from: string, ...headers: string[]) =>
      office.emulator.receive(
        REVIEWS,
        [
          ...[`From: ${from}`, `To: ${REVIEWS}`, `Subject: Re: ${asked.subject}`, `In-Reply-To: ${asked.messageId}`],
          ...[...headers, 'Content-Type: text/plain; charset=utf-8', '', 'approve', ''],
        ].join('\r\n'),
      );
    const before = (await office.emulator.deliveries()).length;
    const mallory = await forged(`"${ana.email}" <mallory@evil.test>`);
    const spoofed = await forged(`Ana <${ana.email}>`, 'Authentication-Results: mx.acme.test; dmarc=fail');
    const [one, other] = await Promise.all(
      [mallory, spoofed].map(({ messageId }) => office.mail.inboxes.messages.get(REVIEWS, messageId)),
    );
    // Both are in the thread that asks: it is the sender that does not fit.
    expect(one?.threadId).toBe(other?.threadId);
    expect(other?.labels).toContain('unauthenticated');
    await eventually('the forged answers were delivered', async () => {
      const made = (await office.emulator.deliveries()).slice(before);
      return made.length >= 2 && made.every(({ status }) => status === 'delivered');
    });
    expect([await statusOf(draft), await office.system.store.listCommands(draft.id)]).toEqual(['in_review', []]);

    await office.mail.inboxes.messages.reply(ana.email, asked.messageId, { text: 'Approve\n\n> reject: never' });
    await becomes(draft, 'sent');
    expect(await eventsOf(draft, 'approved')).toMatchObject([{ actor: { id: ana.id }, via: 'email_reply' }]);
    expect(await sentCopies(draft)).toHaveLength(1);
    await closed(draft, 'by Ana');
    const { messages } = await office.mail.inboxes.messages.list(ana.email);
    const answers = messages.filter(({ subject, labels }) => labels.includes('received') && subject?.startsWith('Re:'));
    const [said] = await Promise.all(
      answers.map(({ messageId }) => office.mail.inboxes.messages.get(ana.email, messageId)),
    );
    expect(said?.text).toContain('Done: approved');
  });

  test('an answer rejects with its reason; the next answer and the link say what happened', async () => {
    const draft = await waiting();
    const asked = await mailTo(ana, draft.subject);
    await office.mail.inboxes.messages.reply(ana.email, asked.messageId, { text: 'reject: the amount is wrong' });
    await becomes(draft, 'rejected');
    expect(await eventsOf(draft, 'rejected')).toMatchObject([
      { actor: { id: ana.id }, comment: 'the amount is wrong' },
    ]);
    await office.mail.inboxes.messages.reply(ana.email, asked.messageId, { text: 'approve' });
    await eventually('the late answer is answered', async () => {
      const { messages } = await office.mail.inboxes.messages.list(ana.email);
      const read = await Promise.all(
        messages.slice(0, 4).map(({ messageId }) => office.mail.inboxes.messages.get(ana.email, messageId)),
      );
      return read.some(({ text }) => /Nothing was decided\. The draft was rejected by Ana/.test(text ?? ''));
    });
    expect(await pageOf(linkIn(asked.text))).toContain('The draft was rejected by Ana');
    expect([await statusOf(draft), await sentCopies(draft)]).toEqual(['rejected', []]);
  });

  test("by Slack's button, and by its modal with a reason; people asked by mail learn of it", async () => {
    const draft = await waiting();
    const [message, asked] = await Promise.all([messageOf(draft, CONVERSATION), mailTo(ana, draft.subject)]);
    const button = buttonOf(message, 'approve');
    await press(button, 'UMALLORY', message);
    const wrong = signedForm(pressOf(button ?? { action_id: '', value: '' }, 'UBEN'), { secret: 'of another app' });
    expect((await fetch(`${office.url}/v1/slack/interactions`, wrong)).status).toBe(401);
    expect([await statusOf(draft), await office.system.store.listCommands(draft.id)]).toEqual(['in_review', []]);
    await press(button, 'UBEN', message);
    await becomes(draft, 'sent');
    expect(await eventsOf(draft, 'approved')).toMatchObject([{ actor: { id: ben.id }, via: 'slack' }]);
    await closed(draft, 'by Ben');
    expect(await pageOf(linkIn(asked.text))).toMatch(/approved by Ben|message was sent/);

    const second = await waiting();
    const theirs = await messageOf(second, 'UBEN');
    await mailTo(ana, second.subject);
    const before = office.slack.calls.length;
    await press(buttonOf(theirs, 'reject'), 'UBEN', theirs);
    const view = JSON.parse(callsSince(before, 'views.open')[0]?.body.view ?? '{}');
    await fetch(`${office.url}/v1/slack/interactions`, signedForm(submissionOf(view, 'too friendly', 'UBEN')));
    await becomes(second, 'rejected');
    expect(await eventsOf(second, 'rejected')).toMatchObject([{ actor: { id: ben.id }, comment: 'too friendly' }]);
    await closed(second, 'by Ben');
    expect((await mailTo(ana, `Rejected: ${second.subject}`)).text).toContain('by Ben');
  });

  test('by a signed webhook, as the person its key belongs to', async () => {
    const draft = await waiting();
    const asked = await mailTo(ana, draft.subject);
    const decision = { draftId: draft.id, revision: draft.revision, digest: draft.digest, decision: 'approve' };
    expect((await post(signedDecision(decision, office.secrets.out))).status).toBe(401);
    expect(await statusOf(draft)).toBe('in_review');
    const delivery = signedDecision(decision, office.secrets.ana);
    expect([(await post(delivery)).status, (await post(delivery)).status]).toEqual([200, 200]);
    await becomes(draft, 'sent');
    expect(await eventsOf(draft, 'approved')).toMatchObject([{ actor: { id: ana.id }, via: 'webhook' }]);
    expect(await sentCopies(draft)).toHaveLength(1);
    await closed(draft, 'by Ana');
    expect(await pageOf(linkIn(asked.text))).toContain('It is sent now');
    expect((await post(signedDecision({ ...decision, decision: 'reject' }, office.secrets.ana))).status).toBe(409);
  });
});

test('whoever wrote the revision approves it through no door', async () => {
  const draft = await waiting();
  const old = await mailTo(ana, draft.subject);
  const { current } = await ben.desk.drafts.get(draft.id);
  if (!current) throw new Error('no revision');
  await ben.desk.drafts.edit(draft.id, {
    baseRevision: draft.revision,
    content: { to: current.content.to, subject: draft.subject, text: 'Hello Emil,\n\nBen wrote this.\n' },
  });
  const edited = await eventually('it waits again', async () => {
    const now = await ben.desk.drafts.get(draft.id);
    return now.status === 'in_review' && now.revision === 2 && now;
  });
  const { revision, digest } = edited;
  const subject = { personId: ben.id, draftId: draft.id, revision, digest: digest ?? '' };

  const desk = await ben.desk.drafts
    .decide(draft.id, { decision: 'approve', revision, digest: digest ?? '' })
    .catch((error: unknown) => error);
  expect(desk).toMatchObject({ status: 409, code: 'own_revision' });
  const hook = await post(signedDecision({ ...subject, personId: undefined, decision: 'approve' }, office.secrets.ben));
  expect([hook.status, (await hook.json()).code]).toEqual([409, 'own_revision']);
  const link = await decideBy(`${office.url}/r/${office.tokens.sign(subject, Date.now())}`, 'approve');
  expect([link.status, await link.text()]).toEqual([409, expect.stringContaining('Nothing was decided')]);
  const message = await eventually('the conversation has the new revision', async () => {
    return (
      posts().find((call) => call.body.channel === CONVERSATION && buttonsOf(call)[0]?.value.includes(digest ?? '-')) ??
      null
    );
  });
  const before = office.slack.calls.length;
  await press(buttonOf(message, 'approve'), 'UBEN', message);
  expect(callsSince(before, 'chat.postEphemeral')[0]?.body.text).toContain('Nothing was decided');
  // As if he had been asked by mail, which nobody is of what they wrote.
  const sent = await office.mail.inboxes.messages.send(REVIEWS, {
    to: [ben.email],
    subject: `Read [${office.tokens.code(subject)}]`,
    text: '-',
  });
  await office.system.store.addReviewMessage({
    ...subject,
    channel: 'email',
    place: REVIEWS,
    messageId: sent.messageId,
    threadId: sent.threadId,
    atMs: Date.now(),
  });
  const { messageId } = await mailTo(ben, 'Read [');
  await office.mail.inboxes.messages.reply(ben.email, messageId, { text: 'approve' });
  expect((await mailTo(ben, 'Re: Read [')).text).toContain('Nothing was decided');

  expect(await eventsOf(draft, 'approved')).toEqual([]);
  expect(await statusOf(draft)).toBe('in_review');
  // The link of the revision before shows what changed, and decides nothing of this one.
  expect(await pageOf(linkIn(old.text))).toContain('What changed from revision 1 to 2');
  expect((await decideBy(linkIn(old.text), 'approve')).status).toBe(409);
  // Somebody else may.
  await ana.desk.drafts.decide(draft.id, { decision: 'approve', revision, digest: digest ?? '' });
  await becomes(draft, 'sent');
});

test('an auditor reads what people read, and decides through no door', async () => {
  const audrey = await office.hire('Audrey', ['auditor']);
  const draft = await waiting();
  const { revision, digest } = draft;
  expect((await audrey.desk.drafts.get(draft.id)).actions).toEqual([]);
  expect((await audrey.desk.drafts.history(draft.id)).length).toBeGreaterThan(0);
  expect((await audrey.desk.users.list()).items.map(({ email }) => email)).toContain(ana.email);
  expect((await audrey.desk.notifications.channels()).length).toBe(4);
  const decision = { decision: 'approve', revision, digest: digest ?? '' } as const;
  await expect(audrey.desk.drafts.decide(draft.id, decision)).rejects.toMatchObject({ status: 403 });
  const subject = { personId: audrey.id, draftId: draft.id, revision, digest: digest ?? '' };
  const link = `${office.url}/r/${office.tokens.sign(subject, Date.now())}`;
  expect([(await fetch(link)).status, (await decideBy(link, 'approve')).status]).toEqual([403, 403]);
  office.slack.members.set(audrey.email, { id: 'UAUDREY' });
  await audrey.desk.notifications.connectSlack();
  await press(buttonsOf(posts().at(-1))[0], 'UAUDREY');
  const message = await messageOf(draft, CONVERSATION);
  await press(buttonOf(message, 'approve'), 'UAUDREY', message);
  expect(await office.system.store.listCommands(draft.id)).toEqual([]);
  expect(await statusOf(draft)).toBe('in_review');
  await ana.desk.drafts.decide(draft.id, { ...decision, decision: 'reject', comment: 'a test' });
});

test('a digest waits for its hour, is one mail, and its links decide', async () => {
  await cleo.desk.notifications.set({ email: true, digest: 'hourly' });
  const drafts = [await waiting('Digest one'), await waiting('Digest two')];
  await Promise.all(drafts.map(({ subject }) => mailTo(ana, subject)));
  const nextHourMs = (Math.floor(Date.now() / 3_600_000) + 1) * 3_600_000;
  const mailed = async () => (await office.mail.inboxes.messages.list(cleo.email)).messages;
  expect(await mailed()).toEqual([]);
  // What others are told at once may still be on its way.
  const now = await office.system.store.dueBundles(Date.now(), 100);
  const later = await office.system.store.dueBundles(nextHourMs, 100);
  const bundles = later.filter((bundle) => !now.includes(bundle));
  expect(bundles).toHaveLength(1);
  // What the notifier does when the hour comes.
  const start = createNoticeStarter({ temporal: office.system.temporal, taskQueue: 'countersign' });
  await start(bundles[0] ?? '');
  const digest = await mailTo(cleo, '2 drafts to review');
  const links = [...(digest.text ?? '').matchAll(/http\S+\/r\/\S+/g)].map(([link]) => link);
  expect(links).toHaveLength(2);
  expect((await decideBy(links[0] ?? '', 'approve')).status).toBe(200);
  expect((await decideBy(links[1] ?? '', 'request_changes', 'shorter')).status).toBe(200);
  const [first, second] = drafts;
  if (first && second) {
    await becomes(first, 'sent');
    expect(await statusOf(second)).toBe('changes_requested');
  }
  expect(await mailed()).toHaveLength(1);
});
