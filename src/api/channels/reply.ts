import { answersDecide, verdictOf } from '../../channels/reply.ts';
import { REVIEW_LINK_TTL_MS } from '../../channels/token.ts';
import { jsonDigest } from '../../domain/digest.ts';
import { REFUSALS } from '../../domain/reasons.ts';
import { normalizeAddress } from '../../domain/suppression.ts';
import type { ReviewMessage, UserRow } from '../../store/types.ts';
import type { Api } from '../context.ts';
import { ApiProblem } from '../problems.ts';
import type { ReceivedMessage } from '../webhooks/events.ts';
import { callerFor, decideAs, standingOf, whatHappened } from './decide.ts';

const DONE = { approve: 'approved', reject: 'rejected', request_changes: 'changes requested' };

/**
 * Takes an answer to a mail that asked for a review. It decides only when everything fits: policy lets answers decide, AgentMail vouches for the
 * sender, the sender is the person who was asked, the thread is the one we began, and the subject holds the word made for
 * this person and revision. Whoever does not fit is not answered. False when the message is not for reviews at all.
 */
export async function takeReply(api: Api, message: ReceivedMessage, nowMs: number): Promise<boolean> {
  const { replies, tokens } = api.channels ?? {};
  if (replies === undefined || tokens === undefined || message.threadId === null) return false;
  if (message.inboxId.toLowerCase() !== replies.inboxId.toLowerCase()) return false;
  const asked = await api.store.reviewMessagesOfThread(replies.inboxId, message.threadId);
  if (asked.length === 0) return false;
  const match = message.authenticated ? await whoWasAsked(api, asked, message) : 'unauthenticated';
  if (typeof match === 'string') {
    api.log?.info({ reason: match, draftId: asked[0]?.draftId }, 'a reply decided nothing');
    return true;
  }
  const { user, question } = match;
  const say = (text: string) =>
    replies.send(
      {
        to: [user.email],
        subject: `Re: ${message.subject.replace(/^(re:\s*)+/i, '')}`.slice(0, 300),
        text: `${text}\n`,
      },
      `answer-${jsonDigest([message.inboxId, message.messageId]).slice(0, 32)}`,
    );
  const nothing = (why: string) => say(`Nothing was decided. ${why}`);

  const { draftId, revision, digest } = question;
  const verdict = verdictOf(message.text);
  const row = await api.store.getDraft(draftId);
  const caller = callerFor(user, 'email_reply');
  if (row === null || caller === null) {
    await nothing('You may not review this draft any more.');
  } else if (verdict === null) {
    await nothing('Write one of these as the first line: approve — reject: why — changes: what');
  } else if (nowMs > question.atMs + REVIEW_LINK_TTL_MS) {
    await nothing('The mail you answered is too old to decide. Open the draft in the desk.');
  } else if ((await standingOf(api, row, { revision, isOf: (one) => one === digest })).kind !== 'open') {
    await nothing(await whatHappened(api, draftId));
  } else if (!answersDecide(await api.store.listEvents(draftId), revision)) {
    await nothing(REFUSALS.reply_refused);
  } else {
    const decisionId = `reply-${jsonDigest([message.inboxId, message.messageId]).slice(0, 32)}`;
    const answer = await decideAs(api, { row, caller, ...verdict, revision, digest, decisionId });
    // AgentMail delivers the event again, and the same decision is then carried out once.
    if (answer.kind === 'later') throw new ApiProblem('engine_unavailable', answer.message);
    if (answer.kind === 'refused') await nothing(answer.message);
    else await say(`Done: ${DONE[verdict.decision]}. It is ${answer.answer.status.replaceAll('_', ' ')} now.`);
  }
  return true;
}

async function whoWasAsked(
  { store, channels }: Api,
  asked: readonly ReviewMessage[],
  { from, subject }: ReceivedMessage,
): Promise<{ user: UserRow; question: ReviewMessage } | 'wrong_sender' | 'wrong_word'> {
  let reason: 'wrong_sender' | 'wrong_word' = 'wrong_sender';
  for (const question of asked) {
    const user = await store.getUser(question.personId);
    if (user === null || from === null || normalizeAddress(user.email) !== from) continue;
    reason = 'wrong_word';
    if (channels?.tokens?.hasCode(subject, question)) return { user, question };
  }
  return reason;
}
