import { type Context, Hono } from 'hono';
import type { z } from 'zod';
import { attachmentResponse, downloadLink } from '../attachments/links.ts';
import type { Core } from '../core.ts';
import { labelPatchBody } from '../drafts/body.ts';
import { requireMessage } from '../drafts/derive.ts';
import { readJson } from '../http/body.ts';
import { type ApiEnv, callerOf, originOf, requirePermission } from '../http/context.ts';
import { messageKey } from '../state/message-index.ts';
import { batchGetBody, batchUpdateBody, replyAllBody, replyBody, sendMessageBody } from './body.ts';
import { idempotencyOf } from './idempotency.ts';
import { type LabelPatch, patchMessageLabels } from './labels.ts';
import { listMessages } from './list.ts';
import { type DirectSendRequest, sendDirect } from './send-direct.ts';
import { messageView } from './view.ts';

type Sendable = Pick<DirectSendRequest, 'route' | 'origin' | 'body'>;

/** Mounted under /v0/inboxes/:inbox_id/messages. */
export function messageRoutes(core: Core) {
  const app = new Hono<ApiEnv>();
  const messageOf = (c: Context<ApiEnv>) => requireMessage(core, c.get('inboxId'), c.req.param('message_id') ?? '');

  const send = async (c: Context<ApiEnv>, sendable: Sendable) => {
    const idempotency = idempotencyOf(c, sendable);
    return c.json(await sendDirect(core, { inboxId: c.get('inboxId'), ...sendable, idempotency, caller: callerOf(c) }));
  };

  app.get('/', requirePermission('message_read'), (c) =>
    c.json(listMessages(core, c.get('inboxId'), new URL(c.req.url).searchParams)),
  );
  app.post('/send', requirePermission('message_send'), async (c) =>
    send(c, { route: 'send', origin: {}, body: await readJson(c, sendMessageBody) }),
  );
  app.post('/batch-get', requirePermission('message_read'), async (c) => {
    const { message_ids: wanted } = await readJson(c, batchGetBody);
    const found = wanted.flatMap((id) => core.state.messages.get(messageKey(c.get('inboxId'), id)) ?? []);
    const messages = found.map((message) => {
      const { text: _t, html: _h, extracted_text: _xt, extracted_html: _xh, ...view } = messageView(message);
      return view;
    });
    return c.json({ limit: wanted.length, count: messages.length, messages });
  });
  app.post('/batch-update', requirePermission('message_update'), async (c) => {
    const { message_ids: wanted, ...patch } = await readJson(c, batchUpdateBody);
    const found = wanted.flatMap((id) => core.state.messages.get(messageKey(c.get('inboxId'), id)) ?? []);
    const updates = found.map((message) => labelAnswer(core, message.inbox_id, message.message_id, patch));
    return c.json({ limit: wanted.length, count: updates.length, updates });
  });
  app.get('/:message_id', requirePermission('message_read'), (c) => c.json(messageView(messageOf(c))));
  app.patch('/:message_id', requirePermission('message_update'), async (c) => {
    const patch = await readJson(c, labelPatchBody);
    return c.json(labelAnswer(core, c.get('inboxId'), messageOf(c).message_id, patch));
  });
  app.delete('/:message_id', requirePermission('message_delete'), (c) => {
    const message = messageOf(c);
    core.state.commit([core.state.messages.remove(messageKey(message.inbox_id, message.message_id))]);
    return c.body(null, 204);
  });
  app.get('/:message_id/raw', requirePermission('message_read'), (c) => {
    const { message_id: id, size, raw_sha256: sha256 } = messageOf(c);
    const link = downloadLink(core, originOf(c), { sha256, contentType: 'message/rfc822', filename: 'message.eml' });
    return c.json({ message_id: id, size, ...link });
  });
  app.get('/:message_id/attachments/:attachment_id', requirePermission('message_read'), (c) =>
    c.json(attachmentResponse(core, originOf(c), messageOf(c).attachments ?? [], c.req.param('attachment_id'))),
  );
  app.post('/:message_id/reply', requirePermission('message_send'), async (c) => {
    const { reply_all, ...body } = await readJson(c, replyBody);
    return send(c, { route: 'reply', origin: { in_reply_to: c.req.param('message_id'), reply_all }, body });
  });
  app.post('/:message_id/reply-all', requirePermission('message_send'), async (c) => {
    const origin = { in_reply_to: c.req.param('message_id'), reply_all: true };
    return send(c, { route: 'reply_all', origin, body: await readJson(c, replyAllBody) });
  });
  app.post('/:message_id/forward', requirePermission('message_send'), async (c) => {
    const body: z.infer<typeof sendMessageBody> = await readJson(c, sendMessageBody);
    return send(c, { route: 'forward', origin: { forward_of: c.req.param('message_id') }, body });
  });
  return app;
}

function labelAnswer(core: Core, inboxId: string, messageId: string, patch: LabelPatch) {
  const { message_id, labels } = patchMessageLabels(core, inboxId, messageId, patch);
  return { message_id, labels };
}
