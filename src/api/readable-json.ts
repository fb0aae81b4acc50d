import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from './deps.ts';
import { ApiProblem } from './problems.ts';

/** No request of ours comes near it. Deeper ones end in a full call stack, in whatever walks them next. */
const MAX_DEPTH = 100;
const JSON_TYPE = /^application\/(?:[a-z.-]+\+)?json\s*(?:;|$)/i;
/** NUL, and halves of surrogate pairs: characters that JSON can spell and neither UTF-8 nor the database can hold. */
const MAYBE_UNFIT = /\\u(?:0000|d[89a-f])/i;

/**
 * Refuses JSON that could be read but not kept: nested too deep, or with text that would come back as another text or
 * not at all. What an approver sees is then, to the character, what was sent.
 * @throws ApiProblem `invalid_request`
 */
export const readableJson: MiddlewareHandler<ApiEnv> = async (c, next) => {
  if (JSON_TYPE.test(c.req.header('Content-Type') ?? '')) {
    const fault = faultOfJson(await c.req.text());
    if (fault) {
      const { path, message } = fault;
      throw new ApiProblem('invalid_request', `The request is not valid: ${path ? `${path}: ` : ''}${message}`, {
        extra: { fields: [fault] },
      });
    }
  }
  await next();
};

/** Why this JSON cannot be kept, and the path of the value at fault; null when it can, and when it is no JSON. */
export function faultOfJson(json: string): { path: string; message: string } | null {
  if (isTooDeep(json)) return { path: '', message: `must not be nested deeper than ${MAX_DEPTH} levels` };
  const path = MAYBE_UNFIT.test(json) ? unfitText(parsed(json), []) : null;
  return path && { path: path.join('.'), message: 'must not contain NUL or half of a surrogate pair' };
}

function isTooDeep(json: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < json.length; at += 1) {
    const char = json[at];
    if (quoted && char === '\\') at += 1;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && (char === '[' || char === '{')) depth += 1;
    else if (!quoted && (char === ']' || char === '}')) depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/** That it is no JSON at all is for the validator to say. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** Path of the first text, or name of a field, that cannot be kept. */
function unfitText(value: unknown, path: string[]): string[] | null {
  if (typeof value === 'string') return isUnfit(value) ? path : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, child] of Object.entries(value)) {
    if (isUnfit(key)) return path;
    const found = unfitText(child, [...path, key]);
    if (found) return found;
  }
  return null;
}

const isUnfit = (text: string) => text.includes('\0') || /\p{Surrogate}/u.test(text);
