import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { Core } from '../core.ts';
import { deleteDraftOutside, editDraftOutside } from '../drafts/outside.ts';
import { notFound } from '../errors.ts';
import { addFault } from '../faults/faults.ts';
import { faultInput } from '../faults/rule.ts';
import { readBytes, readJson } from '../http/body.ts';
import { importMail } from '../inbound/import.ts';
import { receiveRaw } from '../inbound/receive.ts';
import { receiveReply } from '../inbound/reply.ts';
import { createKey } from '../keys/keys.ts';
import { patchLabels } from '../labels.ts';
import { messageKey } from '../state/message-index.ts';
import type { MessageRecord } from '../state/records.ts';
import { clockBody, eventBody, importBody, keyBody, replyBody, switchesPatch } from './contract.ts';

const MAX_MAIL_BYTES = 40 * 1024 * 1024;
const anyObject = z.record(z.string(), z.unknown());

/** Mounted under /_emulator, without authentication: it drives the emulator, it is no part of the emulated API. */
export function controlRoutes(core: Core) {
  const { state, clock } = core;
  const app = new Hono();
  const clockState = () => ({ offsetMs: state.settings.offsetMs, now: clock.nowIso() });

  app.get('/health', (c) => c.json({ ok: true }));
  app.post('/reset', (c) => {
    state.reset();
    return c.body(null, 204);
  });
  app.get('/outbox', (c) => c.json({ count: state.outbox.size, messages: state.outbox.values() }));
  app.get('/clock', (c) => c.json(clockState()));
  app.post('/clock', async (c) => {
    const body = await readJson(c, clockBody);
    state.saveSettings({ offsetMs: 'offsetMs' in body ? body.offsetMs : state.settings.offsetMs + body.advanceMs });
    core.scheduler.wake();
    core.deliverer.wake();
    core.relay.wake();
    return c.json(clockState());
  });
  app.get('/faults', (c) => c.json({ faults: state.faults.values() }));
  app.post('/faults', async (c) => c.json(addFault(core, await readJson(c, faultInput))));
  app.delete('/faults', (c) => {
    state.commit(state.faults.entries().map(([id]) => state.faults.remove(id)));
    return c.body(null, 204);
  });
  app.delete('/faults/:id', (c) => {
    state.commit([state.faults.remove(c.req.param('id'))]);
    return c.body(null, 204);
  });
  app.get('/switches', (c) => c.json(state.settings.switches));
  app.post('/switches', async (c) => {
    const patch = await readJson(c, switchesPatch);
    state.saveSettings({ switches: { ...state.settings.switches, ...patch } });
    return c.json(state.settings.switches);
  });
  app.patch('/drafts/:draft_id', async (c) =>
    c.json(await editDraftOutside(core, c.req.param('draft_id'), await readJson(c, anyObject))),
  );
  app.delete('/drafts/:draft_id', (c) => {
    deleteDraftOutside(core, c.req.param('draft_id'));
    return c.body(null, 204);
  });
  app.post('/inboxes/:inbox_id/mail', async (c) =>
    c.json(received(await receiveRaw(core, c.req.param('inbox_id'), await readBytes(c, MAX_MAIL_BYTES)))),
  );
  app.post('/inboxes/:inbox_id/import', async (c) => {
    const { path } = await readJson(c, importBody);
    const messages = await importMail(core, c.req.param('inbox_id'), path);
    return c.json({ messages: messages.map(received) });
  });
  app.post('/reply', async (c) => {
    const { inboxId, messageId, ...reply } = await readJson(c, replyBody);
    const source = requireAnywhere(core, inboxId, messageId);
    return c.json(received(await receiveReply(core, source.inbox_id, messageId, reply)));
  });
  app.post('/events', async (c) => emitOutcome(core, c));
  app.get('/deliveries', (c) => c.json({ deliveries: state.deliveries.values() }));
  app.post('/deliveries/:id/resend', (c) => {
    const id = c.req.param('id');
    if (!state.deliveries.get(id)) throw notFound(`Delivery ${id}`);
    core.deliverer.resend(id);
    return c.body(null, 204);
  });
  app.get('/relay', (c) => c.json({ messages: state.relays.values() }));
  app.post('/keys', async (c) => {
    const { record, token } = createKey(core, await readJson(c, keyBody));
    return c.json({ apiKeyId: record.api_key_id, token });
  });
  return app;
}

async function emitOutcome(core: Core, c: Context): Promise<Response> {
  const { inboxId, messageId, ...outcome } = await readJson(c, eventBody);
  const message = requireAnywhere(core, inboxId, messageId);
  // The service marks the message too.
  const labels = patchLabels(message.labels, { add_labels: [outcome.event] });
  const marked: MessageRecord = { ...message, labels, updated_at: core.clock.nowIso() };
  core.state.commit([
    core.state.messages.put(messageKey(marked.inbox_id, marked.message_id), marked),
    ...core.events.outcome(marked, outcome),
  ]);
  core.events.wake();
  return c.body(null, 204);
}

/** A message by id in the given inbox, or the sent one (else any) when no inbox is named. */
function requireAnywhere(core: Core, inboxId: string | undefined, messageId: string): MessageRecord {
  const candidates = core.state.messages.values().filter((message) => message.message_id === messageId);
  const inScope = candidates.filter((message) => inboxId === undefined || message.inbox_id === inboxId);
  const found = inScope.find(({ direction }) => direction === 'sent') ?? inScope[0];
  if (!found) throw notFound(`Message ${messageId}`);
  return found;
}

function received(message: MessageRecord) {
  return { inboxId: message.inbox_id, messageId: message.message_id, threadId: message.thread_id };
}
