import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { CreateDraft } from '../../src/client/index.ts';
import { MAIL_KEY, type Stack } from '../support/stack.ts';
import { askedPrint, contentOf, type Entry, type Ledger, recipeInputOf } from './ledger.ts';
import { persist } from './persist.ts';

export interface Crew {
  stack: Stack;
  ledger: Ledger;
  signal: AbortSignal;
}

/** How many requests the agents have under way at once. */
const WIDTH = 4;

/** Asks for every draft of the plan, over at least `spreadMs`; repeats until each is acknowledged. */
export async function agents({ stack, ledger, signal }: Crew, spreadMs: number): Promise<void> {
  const queue = [...ledger.entries];
  const pauseMs = (spreadMs / queue.length) * WIDTH;
  await Promise.all(
    Array.from({ length: WIDTH }, async () => {
      for (let entry = queue.shift(); entry; entry = queue.shift()) {
        const request = await requestFor(stack, entry, signal);
        const { id } = await persist(ledger, signal, () => stack.agent.drafts.create(request));
        ledger.created(entry, id);
        await sleep(pauseMs, undefined, { signal });
      }
    }),
  );
}

async function requestFor(stack: Stack, entry: Entry, signal: AbortSignal): Promise<CreateDraft> {
  const { plan } = entry;
  const { inbox, delayMs } = plan;
  const at = delayMs === null ? null : new Date(Date.now() + delayMs).toISOString();
  const base: Omit<CreateDraft, 'content'> = {
    inbox,
    requestId: `storm-${plan.index}`,
    schedule: at === null ? { kind: 'now' } : { kind: 'at', at },
  };
  switch (plan.form) {
    case 'content':
      entry.asked = askedPrint(plan);
      return { ...base, content: contentOf(plan) };
    case 'recipe':
      return { ...base, recipe: { name: 'invoice-reminder', input: recipeInputOf(plan) } };
    case 'adopted':
      entry.asked = askedPrint(plan);
      entry.agentsDraftId = await foreignDraft(stack, entry, signal);
      return { ...base, adopt: { draftId: entry.agentsDraftId } };
  }
}

const created = z.object({ draft_id: z.string() });

/** A draft the agent writes in AgentMail itself, through the same faults as everybody. */
async function foreignDraft(stack: Stack, { plan }: Entry, signal: AbortSignal): Promise<string> {
  const { to, subject, text, html } = contentOf(plan);
  const body = { client_id: `storm-${plan.index}`, to, subject, text, ...(html && { html }) };
  for (;;) {
    try {
      const response = await fetch(`${stack.mailUrl}/v0/inboxes/${plan.inbox}/drafts`, {
        method: 'POST',
        headers: { authorization: `Bearer ${MAIL_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
      });
      if (response.ok) return created.parse(await response.json()).draft_id;
    } catch {
      signal.throwIfAborted();
    }
    await sleep(300, undefined, { signal });
  }
}
