import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context, MiddlewareHandler } from 'hono';
import type { Core } from '../core.ts';
import { deleteDraftOutside, editDraftOutside } from '../drafts/outside.ts';
import type { ApiEnv } from '../http/context.ts';
import { takeFaults } from './faults.ts';
import type { Fault } from './rule.ts';

/** Lets the configured faults strike around a request to /v0. */
export function faultMiddleware(core: Core): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const faults = takeFaults(core, c.req.method, c.req.path);
    for (const fault of faults) {
      const answer = await strikeBefore(core, c, fault);
      if (answer) return answer;
    }
    await next();
    for (const fault of faults) {
      const answer = await strikeAfter(core, c, fault);
      if (answer) c.res = answer;
    }
  };
}

async function strikeBefore(core: Core, c: Context<ApiEnv>, fault: Fault): Promise<Response | undefined> {
  switch (fault.kind) {
    case 'reset_before':
      return dropConnection(c);
    case 'lose_response':
      return undefined;
    case 'slow':
      if (fault.when === 'before') {
        // Taken in first: a client that gives up meanwhile must not take its request back.
        await c.req.arrayBuffer();
        await sleep(fault.delayMs);
      }
      return undefined;
    case 'status':
      return fault.when === 'before' ? statusAnswer(fault) : undefined;
    case 'edit_draft':
    case 'delete_draft':
      if (fault.when === 'before') await interfere(core, c, fault);
      return undefined;
  }
}

async function strikeAfter(core: Core, c: Context<ApiEnv>, fault: Fault): Promise<Response | undefined> {
  switch (fault.kind) {
    case 'reset_before':
      return undefined;
    case 'lose_response':
      return dropConnection(c);
    case 'slow':
      if (fault.when === 'after') await sleep(fault.delayMs);
      return undefined;
    case 'status':
      return fault.when === 'after' ? statusAnswer(fault) : undefined;
    case 'edit_draft':
    case 'delete_draft':
      // The answer is already composed: its reader sees the old draft, the next request the new state.
      if (fault.when === 'after') await interfere(core, c, fault);
      return undefined;
  }
}

function dropConnection(c: Context<ApiEnv>): Response {
  c.env.incoming.socket.resetAndDestroy();
  return RESPONSE_ALREADY_SENT;
}

function statusAnswer(fault: Extract<Fault, { kind: 'status' }>): Response {
  const { status, name = 'InjectedError', code = `injected_${status}`, message = 'A fault rule answered' } = fault;
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (fault.retryAfterSeconds !== undefined) headers['retry-after'] = String(fault.retryAfterSeconds);
  return new Response(JSON.stringify({ name, code, message }), { status, headers });
}

async function interfere(
  core: Core,
  c: Context<ApiEnv>,
  fault: Extract<Fault, { kind: 'edit_draft' | 'delete_draft' }>,
): Promise<void> {
  const draftId = fault.draftId ?? /\/drafts\/([^/]+)/.exec(c.req.path)?.[1];
  if (draftId === undefined || !core.state.drafts.get(draftId)) return;
  if (fault.kind === 'edit_draft') await editDraftOutside(core, draftId, fault.patch);
  else deleteDraftOutside(core, draftId);
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
