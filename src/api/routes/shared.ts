import { OpenAPIHono } from '@hono/zod-openapi';
import type { z } from 'zod';
import { type Access, allow } from '../auth.ts';
import type { ApiEnv } from '../deps.ts';
import { onInvalid } from '../errors.ts';
import { readableJson } from '../readable-json.ts';
import { problemSchema } from '../schemas/index.ts';

export const newRouter = () => new OpenAPIHono<ApiEnv>({ defaultHook: onInvalid });

/** Guards a route and says so in the OpenAPI document. What a public one reads is signed, or nothing. */
export const guard = (access: Access) => ({
  middleware: access === 'public' ? [allow(access)] : [allow(access), readableJson],
  security: access === 'public' ? [] : [{ bearer: [] }],
  'x-access': access,
});

export const json = <S extends z.ZodType>(schema: S, description: string) => ({
  content: { 'application/json': { schema } },
  description,
});
export const jsonBody = <S extends z.ZodType>(schema: S) => ({
  required: true,
  content: { 'application/json': { schema } },
});

const problem = (description: string) => ({
  content: { 'application/problem+json': { schema: problemSchema } },
  description,
});
/** What any route may answer instead. */
export const PROBLEMS = {
  400: problem('The body is not JSON.'),
  401: problem('No known API key.'),
  403: problem('The key may not do that.'),
  404: problem('Not found, or not for this key.'),
  409: problem('In conflict with the present state, or an id used twice.'),
  413: problem('The body is too large.'),
  415: problem('The body is not declared as JSON.'),
  422: problem('The request is not valid; `fields` names each fault.'),
  429: problem('More requests from one network address than there may be; Retry-After says when to come again.'),
  500: problem('A fault of the server.'),
  502: problem('AgentMail did not answer as expected.'),
  503: problem('Not carried out in time; may be repeated with the same id after Retry-After.'),
};
