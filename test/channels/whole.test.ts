import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emailChannel } from '../../src/channels/email.ts';
import { slackReviews } from '../../src/channels/slack.ts';
import type { SlackMessage, SlackPort } from '../../src/channels/slack-port.ts';
import type { TellingRow } from '../../src/channels/types.ts';
import { type EmailContentInput, emailContentSchema } from '../../src/domain/content.ts';
import type { RevisionRecord } from '../../src/store/types.ts';
import { connectSlack, createDoors, type Doors, person, tokens, waiting } from './support.ts';

/** Slack takes messages here, and keeps them. */
const posted: SlackMessage[] = [];
const slack = {
  post: async (channel: string, message: SlackMessage) => {
    posted.push(message);
    return { channel, ts: '17.1' };
  },
} as SlackPort;
let doors: Doors;
let ana: Awaited<ReturnType<typeof person>>;
beforeAll(async () => {
  doors = await createDoors();
  ana = await person(doors.store, 'Ana');
  await doors.store.putNotifications({ personId: ana.userId, email: true, digest: 'none' }, 1);
  await connectSlack(doors.store, ana.userId, 'UANA');
});
afterAll(() => doors.close());

const DESK = 'https://desk.test';
const link = (n: number) => `<a href="https://acme.test/${n}">offer ${n}</a>`;
const html = (links: number) => Array.from({ length: links }, (_, i) => link(i)).join(' ');
const pdf = { sha256: 'a'.repeat(64), filename: 'invoice.pdf', size: 48_200 };

/** The draft as each door shows it, and whether it lets decide there. */
async function shown(input: EmailContentInput, warnings: RevisionRecord['warnings'] = []) {
  const content = emailContentSchema.parse({ to: ['beck@example.com'], subject: 'Hi', text: 'Hello', ...input });
  const { draftId, record } = await waiting(doors.store, {}, { content, warnings });
  const at = { madeAtMs: Date.now(), dueAtMs: Date.now(), updatedAtMs: 1 };
  const facts: TellingRow['facts'] = {
    ...{ type: 'revision_written', actorId: null, atMs: 1, status: 'in_review' },
    ...{ reason: null, digest: null, seenRevision: null },
  };
  const telling: Omit<TellingRow, 'channel'> = {
    ...{ eventId: '1', bundle: draftId, draftId, kind: 'review', revision: 1, personId: ana.userId, ...at },
    ...{ state: 'pending', attempts: 0, lastError: null, facts },
  };
  const notice = (channel: TellingRow['channel']) => ({ noticeId: draftId, tellings: [{ ...telling, channel }] });
  await slackReviews({ store: doors.store, slack, deskUrl: DESK }).tell(notice('slack'));
  const urls = { publicUrl: 'https://public.test', deskUrl: DESK };
  const parts = { store: doors.store, mail: doors.mail, tokens, ...urls, replies: true };
  await emailChannel(parts).tell(notice('email'));
  const subject = { personId: ana.userId, draftId, revision: 1, digest: record.digest };
  const page = await doors.app.request(`/r/${tokens.sign(subject, Date.now())}`);
  return {
    slack: JSON.stringify(posted.at(-1)?.blocks),
    mail: doors.mail.sent.at(-1) ?? { subject: '', text: '' },
    page: await page.text(),
  };
}
const decides = (seen: Awaited<ReturnType<typeof shown>>) => ({
  slack: seen.slack.includes('"actions"'),
  mail: seen.mail.subject.includes('[CS-'),
  page: seen.page.includes('<form'),
});
const EVERYWHERE = { slack: true, mail: true, page: true };
const NOWHERE = { slack: false, mail: false, page: false };

describe('what a door does not show, it does not let decide', () => {
  test('fifty links are shown; of fifty-one one is not', async () => {
    expect(decides(await shown({ html: html(50) }))).toEqual(EVERYWHERE);
    const seen = await shown({ html: html(51) });
    expect(decides(seen)).toEqual(NOWHERE);
    expect(seen.slack).toContain(`<${DESK}/all/`);
    expect([seen.mail.text, seen.page]).toEqual([
      expect.stringContaining('This is not all of it'),
      expect.stringContaining('This is not all of it'),
    ]);
  });

  test.each<[string, EmailContentInput, RevisionRecord['warnings']]>([
    ['a recipient', { to: [`${'x'.repeat(950)}${'\u200B'.repeat(20)} <a@b.example>`] }, []],
    ['where a link leads', { html: `<a href="https://acme.test/${'x'.repeat(1_000)}">offer</a>` }, []],
    ['a warning', {}, [{ code: 'links', level: 'warning', message: 'x'.repeat(1_001) }]],
  ])('%s that is too long', async (_, content, warnings) => {
    expect(decides(await shown(content, warnings))).toEqual(NOWHERE);
  });

  test('what does not fit a message of Slack, though it fits elsewhere', async () => {
    const to = Array.from({ length: 120 }, (_, i) => `somebody.of.many-${i}@example.com`);
    const many = { ...EVERYWHERE, slack: false };
    expect(decides(await shown({ to }))).toEqual(many);
    expect(decides(await shown({ html: html(50).replaceAll('offer', 'x'.repeat(60)) }))).toEqual(many);
    const warning = { code: 'links', level: 'warning', message: 'x'.repeat(900) } as const;
    expect(decides(await shown({}, [warning, warning, warning, warning]))).toEqual(many);
  });

  test('attachments are named with their size, and where they are seen', async () => {
    const seen = await shown({ attachments: [pdf] });
    expect(decides(seen)).toEqual(EVERYWHERE);
    for (const text of [seen.slack, seen.mail.text, seen.page]) expect(text).toContain('invoice.pdf (48 KB)');
    expect(seen.slack).toContain('|See the attachments in the desk>');
    expect(seen.mail.text).toContain(`In the desk, with the attachments: ${DESK}/all/`);
    expect(seen.page).toMatch(/<a href="\/all\/[^"]+">See the attachments in the desk<\/a>/);
  });
});
