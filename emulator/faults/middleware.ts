import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context, MiddlewareHandler } from 'hono';
import type { Core } from '../core.ts';
import type { ApiEnv } from '../http/context.ts';
import type { RateLimiter } from '../keys/rate-limit.ts';
import { badJson, dropConnection, halfAnswer, sleep, statusAnswer, untilClosed } from './answers.ts';
import { type Strike, takeFaults } from './faults.ts';
import { interfere } from './foreign-writer.ts';

/** Lets the configured faults strike around a request to /v0. */
export function faultMiddleware(core: Core, limiter: RateLimiter): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const authorization = c.req.header('authorization');
    const strikes = takeFaults(core, { method: c.req.method, path: c.req.path, authorization });
    for (const strike of strikes) {
      const answer = await strikeBefore(core, limiter, c, strike);
      if (answer) return answer;
    }
    await next();
    for (const strike of strikes) {
      const answer = await strikeAfter(core, c, strike);
      if (!answer) continue;
      // Taken away first: what replaces an answer would be a copy with the headers of both.
      c.res = undefined;
      c.res = answer;
    }
  };
}

async function strikeBefore(
  core: Core,
  limiter: RateLimiter,
  c: Context<ApiEnv>,
  strike: Strike,
): Promise<Response | undefined> {
  const { fault } = strike;
  switch (fault.kind) {
    case 'reset_before':
      return dropConnection(c);
    case 'slow':
      if (fault.when === 'before') {
        // Taken in first: a client that gives up meanwhile must not take its request back.
        await c.req.arrayBuffer();
        await sleep(fault.delayMs);
      }
      return undefined;
    case 'hang':
      return fault.when === 'before' ? untilClosed(c) : undefined;
    case 'bad_json':
      return fault.when === 'before' ? badJson('{"message_id": "<', 200) : undefined;
    case 'status':
      return fault.when === 'before' ? statusAnswer(fault) : undefined;
    case 'limit_key':
      limiter.block(c.req.header('authorization'), fault.forMs);
      return undefined;
    case 'edit_draft':
    case 'delete_draft':
      if (fault.when === 'before') await interfere(core, c.req.path, fault, strike);
      return undefined;
    case 'lose_response':
    case 'truncate':
      return undefined;
  }
}

async function strikeAfter(core: Core, c: Context<ApiEnv>, strike: Strike): Promise<Response | undefined> {
  const { fault } = strike;
  // Another rule has ended the connection already.
  if (c.res === RESPONSE_ALREADY_SENT) return undefined;
  switch (fault.kind) {
    case 'lose_response':
      return dropConnection(c);
    case 'slow':
      if (fault.when === 'after') await sleep(fault.delayMs);
      return undefined;
    case 'hang':
      return fault.when === 'after' ? untilClosed(c) : undefined;
    case 'truncate':
      return halfAnswer(c);
    case 'bad_json': {
      if (fault.when === 'before') return undefined;
      const text = await c.res.text();
      return badJson(text.slice(0, Math.ceil(text.length / 2)) || '{', c.res.status);
    }
    case 'status':
      return fault.when === 'after' ? statusAnswer(fault) : undefined;
    case 'edit_draft':
    case 'delete_draft':
      // The answer is already composed: its reader sees the old draft, the next request the new state.
      if (fault.when === 'after') await interfere(core, c.req.path, fault, strike);
      return undefined;
    case 'reset_before':
    case 'limit_key':
      return undefined;
  }
}
