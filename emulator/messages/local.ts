import type { Core } from '../core.ts';
import { newUuid } from '../ids.ts';
import { receivedLabels } from '../lists/receive.ts';
import { addressOf } from '../mime/addresses.ts';
import type { MessageRecord } from '../state/records.ts';
import { threadFor } from '../threads/match.ts';

/** What arrives in the emulator's own inboxes when one of them writes to another. Bcc stays hidden. */
export function localCopies(core: Core, sent: MessageRecord): MessageRecord[] {
  const recipients = [...sent.to, ...(sent.cc ?? []), ...(sent.bcc ?? [])].map(addressOf);
  const targets = new Set(recipients.filter((address) => address !== undefined && address !== sent.inbox_id));
  return [...targets].flatMap((address) => {
    const inbox = address === undefined ? undefined : core.state.inboxes.get(address);
    if (!inbox) return [];
    const { bcc: _bcc, ...visible } = sent;
    const copy: MessageRecord = {
      ...visible,
      inbox_id: inbox.inbox_id,
      thread_id: threadFor(core, inbox.inbox_id, sent) ?? newUuid(),
      labels: receivedLabels(core, inbox.inbox_id, sent),
      extracted_text: sent.text,
      extracted_html: sent.html,
      seq: core.state.nextSeq(),
      direction: 'received',
    };
    return [copy];
  });
}
