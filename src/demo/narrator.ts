import type { Countersign, DraftEventView, Outcome } from '../client/index.ts';

const say = (line = '') => process.stdout.write(`${line}\n`);

export { say };

/** A heading of the story. */
export function chapter(title: string): void {
  say(`\n── ${title} ${'─'.repeat(Math.max(3, 76 - title.length))}`);
}

/** The mail as a person would read it, indented. */
export function showMail(mail: { from?: string; to: readonly string[]; subject: string; text: string }): void {
  say();
  if (mail.from) say(`    From:    ${mail.from}`);
  say(`    To:      ${mail.to.join(', ')}`);
  say(`    Subject: ${mail.subject}`);
  say(`    ${'·'.repeat(60)}`);
  for (const line of mail.text.trimEnd().split('\n')) say(`    ${line}`);
  say();
}

/** One line an event: when, state, revision, what, who. */
export function eventLine(event: DraftEventView): string {
  const time = event.at.slice(11, 23);
  const state = (event.data.status ?? '').padEnd(15);
  const who = event.actor ? `  (${event.actor.name})` : '';
  return `  ${time}  ${state} r${event.revision}  ${event.summary}${who}`;
}

/** Prints a draft's events as they happen, until it has ended; then answers how. */
export async function narrate(client: Countersign, draftId: string): Promise<Outcome> {
  const outcome = client.drafts.waitForOutcome(draftId, { timeoutMs: 90_000 });
  const done = new AbortController();
  const told = new Set<string>();
  const tell = (event: DraftEventView) => {
    if (told.has(event.id)) return;
    told.add(event.id);
    say(eventLine(event));
  };
  const telling = (async () => {
    for (const event of await client.drafts.history(draftId)) tell(event);
    for await (const item of client.drafts.watch(draftId, { signal: done.signal })) {
      if (item.kind === 'event') tell(item.event);
    }
  })();
  // A demo that fails elsewhere ends there; this one is only told about.
  telling.catch(() => {});
  const result = await outcome.finally(() => done.abort());
  await telling;
  for (const event of await client.drafts.history(draftId)) tell(event);
  return result;
}

/** What the demo claims; the first thing that is not so ends it. */
export function expect(claim: string, holds: boolean): void {
  say(`  ${holds ? '✓' : '✗'} ${claim}`);
  if (!holds) throw new Error(`not as it should be: ${claim}`);
}
