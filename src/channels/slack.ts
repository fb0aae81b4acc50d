import type { KnownBlock, ModalView } from '@slack/web-api';
import { REJECTION_CODES, REJECTION_REASONS } from '../domain/rejection.ts';
import { EVERYBODY } from '../domain/review-notice.ts';
import { escapeSlack } from '../notify/slack.ts';
import type { SlackMessage, SlackPort } from './slack-port.ts';
import { changesBetween, headlineOf, oneLine, outcomeWords, readable } from './text.ts';
import type { ChannelStoreParts, DraftRow, ReviewChannel, ReviewMessage, RevisionRecord, TellingRow } from './types.ts';

/** Slack takes 3000 characters in a block of text, and 50 blocks. */
const MAX_BLOCK = 2_900;
const MAX_TEXT_BLOCKS = 8;

export interface SlackParts {
  store: ChannelStoreParts;
  slack: SlackPort;
  /** A conversation that gets every draft. */
  channel?: string;
  deskUrl: string | undefined;
}

export const APPROVE = 'approve';
export const REJECT = 'reject';
export const CHANGES = 'request_changes';

const plain = (text: string): KnownBlock => ({ type: 'section', text: { type: 'plain_text', text, emoji: false } });
const titleOf = (draft: DraftRow) => oneLine(draft.subject, 150) || '(no subject)';
const deskLine = (deskUrl: string | undefined, draftId: string, words = 'Open in the desk'): KnownBlock[] =>
  deskUrl === undefined
    ? []
    : [
        {
          type: 'section',
          text: {
            type: 'mrkdwn',
            text: `<${escapeSlack(`${deskUrl}/all/${encodeURIComponent(draftId)}`)}|${words}>`,
          },
        },
      ];

/** A draft to decide. Everything of the draft stands as plain text: nothing of it is read as markup. */
function reviewMessage(
  parts: SlackParts,
  telling: TellingRow,
  draft: DraftRow,
  revision: RevisionRecord,
  seen: RevisionRecord | null,
): SlackMessage {
  const read = readable(revision, MAX_BLOCK * MAX_TEXT_BLOCKS);
  const head = `${headlineOf(telling.kind, telling.facts.type)}: revision ${revision.revision} of a draft in ${draft.inboxId}`;
  const changes =
    seen === null
      ? ''
      : changesBetween(seen, revision)
          .map(({ mark, text }) => `${mark} ${text}`)
          .join('\n');
  const pieces = (text: string) => text.match(new RegExp(`[\\s\\S]{1,${MAX_BLOCK}}`, 'g')) ?? [];
  const bodies = [
    ...pieces(read.text),
    ...(read.html === null ? [] : ['The HTML part says something else:', ...pieces(read.html)]),
  ];
  // What is not all shown here is decided where it is.
  let whole = !read.cut && bodies.length <= 2 * MAX_TEXT_BLOCKS;
  const inOneBlock = (lines: string[]): KnownBlock => {
    const text = lines.join('\n');
    if (text.length > MAX_BLOCK) whole = false;
    return plain(text.slice(0, MAX_BLOCK));
  };
  const shown: KnownBlock[] = [
    plain(head),
    inOneBlock(read.heads.map(([name, text]) => `${name}: ${text}`)),
    ...(read.warnings.length > 0 ? [inOneBlock(['Warnings:', ...read.warnings])] : []),
    ...bodies.slice(0, 2 * MAX_TEXT_BLOCKS).map(plain),
    ...(read.links.length > 0
      ? [inOneBlock(['Links:', ...read.links.map(({ text, href }) => `${text} -> ${href}`)])]
      : []),
  ];
  const attached = revision.content.attachments.length > 0 ? 'See the attachments in the desk' : undefined;
  const value = JSON.stringify({ draftId: draft.draftId, revision: revision.revision, digest: revision.digest });
  const button = (action_id: string, text: string, style?: 'primary' | 'danger') =>
    ({ type: 'button', action_id, value, text: { type: 'plain_text', text }, ...(style && { style }) }) as const;
  const blocks: KnownBlock[] = [
    ...shown,
    ...(changes === '' ? [] : [plain(`Changed since you saw it:\n${changes}`.slice(0, MAX_BLOCK))]),
    ...(whole
      ? [
          {
            type: 'actions' as const,
            elements: [
              button(APPROVE, 'Approve', 'primary'),
              button(CHANGES, 'Request changes'),
              button(REJECT, 'Reject', 'danger'),
            ],
          },
        ]
      : [plain('This is not all of it: decide in the desk.')]),
    ...deskLine(parts.deskUrl, draft.draftId, attached),
  ];
  return { text: escapeSlack(`${head}: ${titleOf(draft)}`), blocks };
}

/** What stands in the place of the buttons once there is nothing to decide. */
export function closedMessage(deskUrl: string | undefined, draft: DraftRow, say: string): SlackMessage {
  const text = `${titleOf(draft)}\n${say}`;
  return { text: escapeSlack(text), blocks: [plain(text.slice(0, MAX_BLOCK)), ...deskLine(deskUrl, draft.draftId)] };
}

const reasonBlock: KnownBlock = {
  type: 'input',
  block_id: 'code',
  optional: true,
  label: { type: 'plain_text', text: 'Reason' },
  element: {
    type: 'static_select',
    action_id: 'code',
    options: REJECTION_CODES.map((value) => ({ value, text: { type: 'plain_text', text: REJECTION_REASONS[value] } })),
  },
};

/** Asks why; `value` is the button's. Of a rejection either the reason or words of one's own will do. */
export function reasonModal(action: typeof REJECT | typeof CHANGES, value: string): ModalView {
  const title = action === REJECT ? 'Reject' : 'Request changes';
  const label = action === REJECT ? 'Why?' : 'What should change?';
  return {
    type: 'modal',
    callback_id: action,
    private_metadata: value,
    title: { type: 'plain_text', text: title },
    submit: { type: 'plain_text', text: title },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      ...(action === REJECT ? [reasonBlock] : []),
      {
        type: 'input',
        block_id: 'reason',
        optional: action === REJECT,
        label: { type: 'plain_text', text: label },
        element: { type: 'plain_text_input', action_id: 'text', multiline: true, max_length: 3_000 },
      },
    ],
  };
}

/** Tells in Slack: a message with buttons, and its end once somebody decided, wherever that was. */
export function slackReviews(parts: SlackParts): ReviewChannel {
  const { store, slack } = parts;

  async function close(messages: ReviewMessage[], draft: DraftRow, say: string) {
    for (const { place, messageId } of messages)
      await slack.update(place, messageId, closedMessage(parts.deskUrl, draft, say));
  }
  const inSlack = async (draftId: string) =>
    (await store.reviewMessagesOf(draftId)).filter(({ channel }) => channel === 'slack');

  async function tellOne(telling: TellingRow): Promise<boolean> {
    const { personId, draftId, facts } = telling;
    const draft = await store.getDraft(draftId);
    if (draft === null) return false;
    if (telling.kind === 'outcome') {
      const names = await store.accountNames();
      const by =
        facts.actorId === null || facts.actorId === 'system' ? '' : ` by ${names.get(facts.actorId) ?? facts.actorId}`;
      const waits = draft.projection?.status === 'in_review' && draft.projection.revision === telling.revision;
      // One approval of several: the others' buttons stay.
      if (facts.type === 'approved' && waits) return false;
      await close(
        await inSlack(draftId),
        draft,
        `${outcomeWords(facts.type)}${by}, ${new Date(facts.atMs).toISOString()}`,
      );
      return true;
    }
    const revision = await store.getRevision(draftId, telling.revision);
    const { status, revision: current } = draft.projection ?? {};
    const to = personId === EVERYBODY ? parts.channel : (await store.getNotifications(personId)).slackUserId;
    const person = personId === EVERYBODY ? null : await store.getUser(personId);
    const may =
      personId === EVERYBODY || (person !== null && person.disabledAtMs === null && person.roles.includes('reviewer'));
    if (!to || !may || revision === null || status !== 'in_review' || current !== telling.revision) return false;
    const { seenRevision } = facts;
    const differs = seenRevision !== null && seenRevision !== revision.revision;
    const seen = differs ? await store.getRevision(draftId, seenRevision) : null;
    const sent = await slack.post(to, reviewMessage(parts, telling, draft, revision, seen));
    const about = { draftId, revision: revision.revision, digest: revision.digest };
    const place = { channel: 'slack', place: sent.channel, messageId: sent.ts, threadId: null } as const;
    await store.addReviewMessage({ ...about, ...place, personId, atMs: telling.madeAtMs });
    const older = (await inSlack(draftId)).filter((message) => message.revision < revision.revision);
    await close(older, draft, `There is a newer revision, ${revision.revision}.`);
    return true;
  }

  return {
    async tell({ tellings }) {
      const skipped: TellingRow[] = [];
      for (const telling of tellings) if (!(await tellOne(telling))) skipped.push(telling);
      return { skipped };
    },
  };
}
