import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { attachmentOf } from '../../src/client/index.ts';
import { createInbox, createMachine, eventually, type Machine } from '../support/machine.ts';

const INBOX = 'large@countersign.test';
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let machine: Machine;
beforeAll(async () => {
  machine = await createMachine();
  await machine.start();
  await createInbox(machine.mailUrl, INBOX);
});
afterAll(() => machine?.dispose());

it('a mail of 5 MB with attachments goes the whole way, byte for byte', async () => {
  const files = [randomBytes(1_500_000), randomBytes(1_200_000), randomBytes(300_000)];
  const html = `<p>${'Grüße aus München. '.repeat(40_000)}</p>`;
  const text = 'Grüße aus München. '.repeat(10_000);
  const attachments = files.map((bytes, index) => attachmentOf(`Beleg ${index + 1}.bin`, bytes));
  const { id } = await machine.agent().drafts.create({
    inbox: INBOX,
    content: { to: ['beck@example.com'], subject: 'Alle Belege', text, html, attachments },
  });
  const draft = await eventually('in review', async () => {
    const found = await machine.reviewer().drafts.get(id);
    return found.status === 'in_review' && found.current && found;
  });
  const kept = await machine.reviewer().drafts.attachment(id, 1, 0);
  expect(sha256(kept)).toBe(sha256(files[0] ?? new Uint8Array()));

  // A change on the way: the edit of a large mail is the same path once more.
  const edited = await machine
    .reviewer()
    .drafts.edit(id, { baseRevision: 1, content: { subject: 'Alle Belege, vollständig' } });
  expect(edited.revision).toBe(2);
  await machine.reviewer().drafts.decide(id, { decision: 'approve', revision: 2, digest: edited.digest ?? '' });
  const outcome = await machine.reviewer().drafts.waitForOutcome(id, { timeoutMs: 60_000 });
  expect(outcome.status).toBe('sent');
  expect(draft.current?.content.attachments).toHaveLength(3);

  const messages = `${machine.mailUrl}/v0/inboxes/${INBOX}/messages/${encodeURIComponent(outcome.messageId ?? '')}`;
  const authorized = { headers: { authorization: 'Bearer am_local' } };
  const message = await (await fetch(messages, authorized)).json();
  expect(message).toMatchObject({ subject: 'Alle Belege, vollständig', text, html });
  const sent = await Promise.all(
    message.attachments.map(async ({ attachment_id: attachmentId }: { attachment_id: string }) => {
      const { download_url: url } = await (await fetch(`${messages}/attachments/${attachmentId}`, authorized)).json();
      return sha256(new Uint8Array(await (await fetch(url)).arrayBuffer()));
    }),
  );
  expect(sent.sort()).toEqual(files.map(sha256).sort());
});
