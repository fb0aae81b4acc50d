import { expect, it } from 'vitest';
import { INBOX } from '../support/rig.ts';
import { rigFor } from '../support/rig-for.ts';

const rig = rigFor();

it('recipients that AgentMail derives are checked as any others', async () => {
  const raw = [
    'From: Cleo <cleo@intranet>',
    `To: ${INBOX}`,
    'Subject: Hello',
    'Message-ID: <one@intranet>',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Hello',
    '',
  ].join('\r\n');
  const { messageId } = await rig().emulator.control.receive(INBOX, raw);
  const handle = await rig().start({ content: { text: 'Hello', reply: { inReplyTo: messageId } } });
  expect(await rig().until(handle, 'changes_requested', 'in_review', 'failed')).toMatchObject({
    status: 'changes_requested',
    reason: 'check_failed',
    blocked: true,
  });
  const revision = await rig().store.getRevision(handle.workflowId, 1);
  expect(revision?.warnings).toContainEqual(expect.objectContaining({ level: 'error', code: 'broken_address' }));
  await rig().command(handle, 'cancel', {});
});
