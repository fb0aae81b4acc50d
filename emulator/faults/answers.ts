import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import type { ApiEnv } from '../http/context.ts';
import type { Fault } from './rule.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

export function dropConnection(c: Context<ApiEnv>): Response {
  c.env.incoming.socket.resetAndDestroy();
  return RESPONSE_ALREADY_SENT;
}

/** Says nothing until the client has had enough, or the emulator ends. */
export async function untilClosed(c: Context<ApiEnv>): Promise<Response> {
  const { socket } = c.env.incoming;
  if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
  return RESPONSE_ALREADY_SENT;
}

/** The answer's headers with its whole length, half of its body, and the end. Without a body nothing comes at all. */
export async function halfAnswer(c: Context<ApiEnv>): Promise<Response> {
  const body = Buffer.from(await c.res.arrayBuffer());
  if (body.length < 2) return dropConnection(c);
  const { outgoing } = c.env;
  outgoing.writeHead(c.res.status, { ...JSON_TYPE, 'content-length': body.length });
  outgoing.write(body.subarray(0, body.length >> 1), () => outgoing.socket?.end());
  return RESPONSE_ALREADY_SENT;
}

export function badJson(text: string, status: number): Response {
  // No content has no body to spoil.
  return new Response(text, { status: status === 204 ? 200 : status, headers: JSON_TYPE });
}

export function statusAnswer(fault: Extract<Fault, { kind: 'status' }>): Response {
  const { status, name = 'InjectedError', code = `injected_${status}`, message = 'A fault rule answered' } = fault;
  const headers: Record<string, string> = { ...JSON_TYPE };
  if (fault.retryAfterSeconds !== undefined) headers['retry-after'] = String(fault.retryAfterSeconds);
  return new Response(JSON.stringify({ name, code, message }), { status, headers });
}

export const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
