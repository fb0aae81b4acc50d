import type { Core } from '../core.ts';
import type { LabelPatch } from '../drafts/body.ts';
import { requireMessage } from '../drafts/derive.ts';
import { patchLabels, refuseSystemLabels } from '../labels.ts';
import { messageKey } from '../state/message-index.ts';
import type { MessageRecord } from '../state/records.ts';

export type { LabelPatch };

export function patchMessageLabels(core: Core, inboxId: string, messageId: string, patch: LabelPatch): MessageRecord {
  const message = requireMessage(core, inboxId, messageId);
  refuseSystemLabels('add_labels', patch.add_labels);
  refuseSystemLabels('remove_labels', patch.remove_labels);
  const next = { ...message, labels: patchLabels(message.labels, patch), updated_at: core.clock.nowIso() };
  core.state.commit([core.state.messages.put(messageKey(inboxId, messageId), next)]);
  return next;
}
