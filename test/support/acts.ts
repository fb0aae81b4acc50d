import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { defineRecipe } from '../../src/compose/recipe.ts';
import type { Actor } from '../../src/domain/actor.ts';
import { type EmailContentInput, emailContentSchema } from '../../src/domain/content.ts';
import type { CommandResult } from '../../src/workflows/messages.ts';
import { AGENT, ANA, type DraftHandle, INBOX, MAIL, type Rig } from './rig.ts';

/** Fault rule routes of AgentMail's calls; with a draft id they strike that draft alone. */
export const route = {
  send: (draftId = '*') => `POST /v0/inboxes/*/drafts/${draftId}/send`,
  get: (draftId = '*') => `GET /v0/inboxes/*/drafts/${draftId}`,
  patch: (draftId = '*') => `PATCH /v0/inboxes/*/drafts/${draftId}`,
  create: 'POST /v0/inboxes/*/drafts',
  remove: (draftId = '*') => `DELETE /v0/inboxes/*/drafts/${draftId}`,
};

type Person = Actor & { name: string };
export const BEA: Person = { id: 'key_bea', kind: 'person', roles: ['reviewer', 'operator'], name: 'Bea' };

/** Writes new content the way the API does: into the store first, its reference into the Update. */
export async function rewrite(
  rig: Rig,
  handle: DraftHandle,
  change: Partial<EmailContentInput>,
  given: { name?: 'edit' | 'revise'; by?: Person; baseRevision?: number } = {},
): Promise<CommandResult> {
  const { name = 'edit', by = name === 'edit' ? ANA : AGENT } = given;
  const content = emailContentSchema.parse({ ...MAIL, ...change });
  const contentRef = await rig.store.putDocument(handle.workflowId, content);
  const baseRevision = given.baseRevision ?? (await rig.view(handle)).revision;
  return rig.command(handle, name, { baseRevision, contentRef }, by);
}

export async function requestChanges(rig: Rig, handle: DraftHandle, comment: string): Promise<CommandResult> {
  const commentRef = await rig.store.putDocument(handle.workflowId, comment);
  const { revision, digest } = await rig.view(handle);
  return rig.command(handle, 'decide', { decision: 'request_changes', revision, digest: digest ?? '', commentRef });
}

export async function reject(rig: Rig, handle: DraftHandle): Promise<CommandResult> {
  const { revision, digest } = await rig.view(handle);
  return rig.command(handle, 'decide', { decision: 'reject', revision, digest: digest ?? '' });
}

/** A started draft that waits for its review. */
export async function inReview(rig: Rig, options: Parameters<Rig['start']>[0] = {}): Promise<DraftHandle> {
  const handle = await rig.start(options);
  await rig.until(handle, 'in_review', 'changes_requested');
  return handle;
}

/** A draft made in AgentMail by somebody else. */
export async function foreignDraft(rig: Rig, body: Record<string, unknown>): Promise<string> {
  const response = await fetch(`${rig.emulator.url}/v0/inboxes/${INBOX}/drafts`, {
    method: 'POST',
    headers: { authorization: 'Bearer test-key', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = z.object({ draft_id: z.string() }).parse(await response.json());
  return answer.draft_id;
}

/** Raw mail of a customer; answers what AgentMail calls it. */
export function receive(rig: Rig, subject = 'Where is my order?', inReplyTo?: string) {
  const raw = [
    'From: Cleo <cleo@example.com>',
    `To: ${INBOX}`,
    `Subject: ${subject}`,
    `Message-ID: <${randomUUID()}@example.com>`,
    ...(inReplyTo ? [`In-Reply-To: ${inReplyTo}`] : []),
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Hello, where is it?',
    '',
  ].join('\r\n');
  return rig.emulator.control.receive(INBOX, raw);
}

/** One HTTP source, a template that shows the reviewers' comments, rendering. */
export const orderRecipe = defineRecipe({
  name: 'order-note',
  version: 1,
  title: 'Order note',
  description: 'Tells where an order is.',
  input: z.strictObject({ to: z.email(), url: z.url() }),
  plan: ({ to, url }) => ({
    initial: { to: [to] },
    sources: { order: { type: 'http', url, timeoutMs: 2_000, maxAttempts: 2 } },
    generate: {
      template: {
        subject: 'Your order {{ order.number }}',
        body: 'Hello,\n\nyour order is {{ order.state }}.\n\n{% for comment in comments %}{{ comment }}\n{% endfor %}',
      },
    },
  }),
});
