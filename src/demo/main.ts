import type { Countersign, Draft, DraftSummary } from '../client/index.ts';
import { chapter, expect, narrate, say, showMail } from './narrator.ts';
import { example, exampleThreads, INBOX, setStage } from './stage.ts';

/**
 * The main job on real input: an agent answers a customer's thread and sends an invoice reminder; a person asks for
 * changes, edits, approves; one answer of the mail service is lost on the way. Ends with 0 only if all is as it should be.
 */
async function main(): Promise<void> {
  say('Starting the whole system on a temporary folder ...');
  const stage = await setStage();
  try {
    await replyToThread(stage);
    await invoiceReminder(stage);
    say('\nEverything is as it should be.');
  } finally {
    await stage.strike();
  }
}

type Stage = Awaited<ReturnType<typeof setStage>>;

async function replyToThread({ agent, reviewer, agentMail, customerUrl }: Stage): Promise<void> {
  chapter('A customer writes; an agent asks for the answer');
  for (const mail of await exampleThreads()) await agentMail.receive(INBOX, mail);
  const { customer: _inline, ...input } = JSON.parse(String(await example('replies/order-late.json')));
  const dueAt = new Date(Date.now() + 6_000).toISOString();
  const draft = await agent.drafts.create({
    inbox: INBOX,
    recipe: { name: 'reply-to-thread', input: { ...input, customer: { url: customerUrl('anna-keller.json') } } },
    schedule: { kind: 'at', at: dueAt },
    requestId: 'answer-order-4711',
  });
  say(`  draft ${draft.id}, due ${dueAt}`);
  const outcome = narrate(reviewer, draft.id);
  // Awaited below; should something fail before that, the first failure is the one to tell.
  outcome.catch(() => {});

  const first = await waitFor(reviewer, draft.id, 'in_review');
  showMail(mailOf(first));
  await refusedToAgent(agent, first);
  await reviewer.drafts.edit(draft.id, {
    baseRevision: first.revision,
    content: withSentence(first, 'The express parcel costs you nothing.'),
    comment: 'Said that it costs nothing.',
  });
  const second = await waitFor(reviewer, draft.id, 'in_review');
  expect('an edit made a new revision with another digest', second.revision === 2 && second.digest !== first.digest);
  await approve(reviewer, second);
  const { status, messageId } = await outcome;
  expect('it was sent', status === 'sent');
  const { messages } = await agentMail.outbox();
  const sent = messages.filter((message) => message.messageId === messageId);
  expect('exactly once', sent.length === 1 && messages.length === 1);
  expect('not before its time', Date.parse(sent[0]?.acceptedAt ?? '') >= Date.parse(dueAt));
  expect('with what was approved', sent[0]?.text === second.current?.content.text);
}

async function invoiceReminder({ agent, reviewer, agentMail }: Stage): Promise<void> {
  chapter('An invoice reminder with its PDF; the answer to the send is lost');
  const input = JSON.parse(String(await example('invoices/RE-2026-0817.json')));
  const draft = await agent.drafts.create({ inbox: INBOX, recipe: { name: 'invoice-reminder', input } });
  const outcome = narrate(reviewer, draft.id);
  // Awaited below; should something fail before that, the first failure is the one to tell.
  outcome.catch(() => {});
  const waiting = await waitFor(reviewer, draft.id, 'in_review');
  showMail(mailOf(waiting));
  await agentMail.addFault({ route: 'POST /v0/inboxes/*/drafts/*/send', kind: 'lose_response' });
  await approve(reviewer, waiting);
  const { status, messageId } = await outcome;
  expect('it was sent', status === 'sent');
  const { messages } = await agentMail.outbox();
  expect(
    'exactly once, although the first answer was lost',
    messages.length === 2 && messages[1]?.messageId === messageId,
  );
  expect('with the PDF', messages[1]?.attachments[0]?.filename === 'RE-2026-0817.pdf');

  chapter('The audit trail');
  const history = await reviewer.drafts.history(draft.id);
  for (const { at, type, revision, digest, commandId } of history) {
    say(`  ${at}  ${type.padEnd(18)} r${revision}  ${digest?.slice(0, 12) ?? '-'.repeat(12)}  ${commandId ?? ''}`);
  }
  const types = history.map(({ type }) => type);
  const count = (type: string) => types.filter((one) => one === type).length;
  expect('the lost attempt and the one send are on record', count('send_attempted') >= 1 && count('sent') === 1);
  expect(
    'the approval names a person and the digest',
    history.some((event) => event.type === 'approved' && event.actor !== null && event.digest === waiting.digest),
  );
}

async function refusedToAgent(agent: Countersign, draft: Draft): Promise<void> {
  const { id, revision, digest } = draft;
  const decision = agent.drafts.decide(id, { decision: 'approve', revision, digest: digest ?? '' });
  const code = await decision.then(
    () => 'approved',
    (error: { code?: string }) => error.code,
  );
  expect('the agent cannot approve its own draft', code === 'agent_approval');
}

function approve(reviewer: Countersign, { id, revision, digest }: Draft) {
  return reviewer.drafts.decide(id, { decision: 'approve', revision, digest: digest ?? '' });
}

async function waitFor(client: Countersign, id: string, status: DraftSummary['status']): Promise<Draft> {
  for (let tries = 0; tries < 600; tries += 1) {
    const draft = await client.drafts.get(id);
    if (draft.status === status && draft.current) return draft;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`draft ${id} did not reach ${status}`);
}

/** The edit a person makes: one more sentence before the closing, in both bodies. */
function withSentence({ current }: Draft, sentence: string) {
  const { text = '', html = '' } = current?.content ?? {};
  return {
    text: text.replace('Best wishes', `${sentence}\n\nBest wishes`),
    html: html.replace(/(<p[^>]*>)Best wishes/, `$1${sentence}</p>\n$1Best wishes`),
  };
}

const mailOf = ({ inboxId, current, recipients, subject }: Draft) => ({
  from: inboxId,
  to: recipients,
  subject,
  text: current?.content.text ?? '',
});

try {
  await main();
  process.exit(0);
} catch (error) {
  process.stderr.write(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
