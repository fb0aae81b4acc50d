import type { SendEvidenceView } from '../client/index.ts';
import type { Output } from './output.ts';
import { safe, when } from './text.ts';

const DRAFT: Record<SendEvidenceView['mailbox']['draft'], string> = {
  present: 'the draft is still there',
  sending: 'the draft is being sent',
  gone: 'the draft is gone',
  unreadable: 'the draft could not be read',
};
const LABEL: Record<SendEvidenceView['mailbox']['label'], string> = {
  found: 'a message carries its label',
  absent: 'no message carries its label',
  unreadable: 'the messages could not be read',
};

/** What a person who settles a send has to go by. */
export function showEvidence(out: Output, shown: SendEvidenceView): void {
  const { requests, whenGivenUp, mailbox, retrySafeUntil } = safe(shown);
  const title = (text: string) => out.line(out.style(text, 'bold'));
  title('Asked of AgentMail, and answered');
  if (requests.length === 0) out.line('No request has left.');
  for (const { attempt, revision, askedAt, answer } of requests) {
    out.line(`${when(askedAt)}  attempt ${attempt}, revision ${revision}: ${answerText(answer)}`);
  }
  if (whenGivenUp) {
    title(`The mailbox when the outcome was declared unknown, ${when(whenGivenUp.at)}`);
    out.line(`${LABEL[whenGivenUp.label]}; ${DRAFT[whenGivenUp.draft]}`);
  }
  title(`The mailbox now, ${when(mailbox.lookedAt)}`);
  const labelled = mailbox.messageId === null ? '' : `: ${mailbox.messageId}`;
  out.line(`${LABEL[mailbox.label]}${labelled}; ${DRAFT[mailbox.draft]}`);
  if (mailbox.alike?.length === 0) out.line('No message to the same people under the same subject was sent since.');
  for (const { messageId, at, to, otherDraft } of mailbox.alike ?? []) {
    const whose = otherDraft ? ', of another draft' : '';
    out.line(`${when(at)}  ${messageId} to ${to.join(', ')}${whose}`);
  }
  if (retrySafeUntil !== null) {
    const over = Date.parse(retrySafeUntil) <= Date.now();
    out.note(over ? 'A retry may deliver twice by now.' : `A retry is free of risk until ${when(retrySafeUntil)}.`);
  }
}

function answerText(answer: SendEvidenceView['requests'][number]['answer']): string {
  if (answer === null) return 'no answer was noted';
  const code = answer.code === null ? '' : ` (${answer.code})`;
  switch (answer.kind) {
    case 'accepted':
      return `accepted as ${answer.messageId}`;
    case 'refused':
      return `refused${code}`;
    case 'none':
      return `no answer that proves anything${code}`;
  }
}

export function howToResolve(id: string): string {
  return `Settle it: countersign resolve ${id} --mark-sent MESSAGE-ID, or --retry, or --give-up`;
}
