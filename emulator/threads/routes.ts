import { type Context, Hono } from 'hono';
import { attachmentResponse } from '../attachments/links.ts';
import type { Core } from '../core.ts';
import { labelPatchBody } from '../drafts/body.ts';
import { notFound } from '../errors.ts';
import { readJson } from '../http/body.ts';
import { type ApiEnv, originOf, requirePermission } from '../http/context.ts';
import { commonFilters, listParam, passesFilters } from '../http/query.ts';
import { patchMessageLabels } from '../messages/labels.ts';
import { containsAll, hiddenLabels } from '../messages/list.ts';
import { asIndexed, messageView } from '../messages/view.ts';
import { paginate, parsePageRequest } from '../paging.ts';
import { messageKey } from '../state/message-index.ts';
import type { MessageRecord } from '../state/records.ts';
import { threadItemView } from './view.ts';

type ThreadItem = ReturnType<typeof threadItemView>;
/** The inbox a request is confined to: by its path, or by the scope of its key; undefined means all. */
type InboxOf = (c: Context<ApiEnv>) => string | undefined;

const byTime = { key: (thread: ThreadItem) => `${thread.timestamp} ${thread.thread_id}`, seq: () => 0 };
const byMessageTime = { key: (m: MessageRecord) => m.timestamp, seq: (m: MessageRecord) => m.seq };

/** Mounted under /v0/threads and /v0/inboxes/:inbox_id/threads. */
export function threadRoutes(core: Core, inboxOf: InboxOf) {
  const app = new Hono<ApiEnv>();
  const messagesOf = (c: Context<ApiEnv>): MessageRecord[] => {
    const id = c.req.param('thread_id') ?? '';
    const messages = core.state.messageIndex.inThread(id);
    const inboxId = inboxOf(c);
    if (messages.length === 0 || (inboxId !== undefined && messages[0]?.inbox_id !== inboxId)) {
      throw notFound(`Thread ${id}`);
    }
    return messages;
  };
  app.get('/', requirePermission('message_read'), (c) =>
    c.json(listThreads(core, inboxOf(c), new URL(c.req.url).searchParams)),
  );
  app.get('/:thread_id', requirePermission('message_read'), (c) => {
    const messages = messagesOf(c);
    const page = paginate(messages, parsePageRequest(new URL(c.req.url).searchParams), byMessageTime);
    return c.json({ ...threadItemView(messages), ...page.envelope, messages: page.rows.reverse().map(messageView) });
  });
  app.patch('/:thread_id', requirePermission('message_update'), async (c) => {
    const patch = await readJson(c, labelPatchBody);
    const patched = messagesOf(c).map((m) => patchMessageLabels(core, m.inbox_id, m.message_id, patch));
    const { thread_id, labels } = threadItemView(patched);
    return c.json({ thread_id, labels });
  });
  app.delete('/:thread_id', requirePermission('message_delete'), (c) => {
    core.state.commit(messagesOf(c).map((m) => core.state.messages.remove(messageKey(m.inbox_id, m.message_id))));
    return c.body(null, 204);
  });
  app.get('/:thread_id/attachments/:attachment_id', requirePermission('message_read'), (c) => {
    const attachments = messagesOf(c).flatMap((message) => message.attachments ?? []);
    return c.json(attachmentResponse(core, originOf(c), attachments, c.req.param('attachment_id')));
  });
  return app;
}

function listThreads(core: Core, inboxId: string | undefined, query: URLSearchParams) {
  const filters = commonFilters(query);
  const hidden = hiddenLabels(query);
  const [senders, recipients, subject] = ['senders', 'recipients', 'subject'].map((name) => listParam(query, name));
  const kept = core.state.messageIndex
    .threadIds()
    .map((id) => core.state.messageIndex.inThread(id))
    .filter((messages) => inboxId === undefined || messages[0]?.inbox_id === inboxId)
    .map((messages) => threadItemView(messages.map((message) => asIndexed(core, message))))
    .filter((thread) => passesFilters(filters, thread.labels, thread.timestamp))
    .filter((thread) => !thread.labels.some((label) => hidden.includes(label)))
    .filter((thread) => containsAll(thread.senders, senders ?? []))
    .filter((thread) => containsAll(thread.recipients, recipients ?? []))
    .filter((thread) => containsAll([thread.subject ?? ''], subject ?? []));
  const page = paginate(kept, parsePageRequest(query, filters.ascending), byTime);
  return { ...page.envelope, threads: page.rows };
}
