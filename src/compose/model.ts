import { z } from 'zod';
import { ComposeError } from './errors.ts';
import type { Generator } from './generate.ts';
import { buildPrompt } from './prompt.ts';

export interface ModelOptions {
  /** Root of an OpenAI-compatible API, with its version: `https://host/v1`. */
  baseUrl: string;
  apiKey: string;
  model: string;
  /** Whether the server takes a JSON schema as response format; without it plain JSON mode is asked for. Default true. */
  structuredOutputs?: boolean;
  fetch?: typeof fetch;
}

/** What the server is told: without limits of length, which strict servers refuse in a schema. */
const wireSchema = z.object({ subject: z.string(), markdown: z.string() });
const emailSchema = z.object({ subject: z.string().max(998), markdown: z.string().trim().min(1).max(100_000) });

/**
 * A generator on any OpenAI-compatible model. One request a call: retries belong to the step.
 * @throws ComposeError `model_failed` (retryable as the service says, `retryAfterMs` from Retry-After), `model_invalid`
 * (retryable: the next answer may be well-formed)
 */
export function createModelGenerator(options: ModelOptions): Generator {
  return {
    model: options.model,
    async generate({ signal, ...request }) {
      const { system, user } = buildPrompt(request);
      const sdk = await loadSdk();
      const provider = sdk.createOpenAICompatible({
        name: 'configured',
        baseURL: options.baseUrl,
        apiKey: options.apiKey,
        supportsStructuredOutputs: options.structuredOutputs ?? true,
        fetch: options.fetch,
      });
      try {
        const { output } = await sdk.generateText({
          model: provider(options.model),
          system,
          prompt: user,
          output: sdk.Output.object({ schema: wireSchema, name: 'email' }),
          abortSignal: signal,
          maxRetries: 0,
        });
        return emailSchema.parse(output);
      } catch (error) {
        throw modelError(error, sdk);
      }
    },
  };
}

/** Loaded by the first call: half a second and 30 MB that a worker without a model can do without. */
async function loadSdk() {
  const [ai, compatible] = await Promise.all([import('ai'), import('@ai-sdk/openai-compatible')]);
  const { APICallError, generateText, NoObjectGeneratedError, Output } = ai;
  const { createOpenAICompatible } = compatible;
  return { APICallError, generateText, NoObjectGeneratedError, Output, createOpenAICompatible };
}

/** No cause: the SDK's errors carry prompt and answer, and those hold personal data. */
function modelError(error: unknown, sdk: Awaited<ReturnType<typeof loadSdk>>): ComposeError {
  if (sdk.NoObjectGeneratedError.isInstance(error) || error instanceof z.ZodError) {
    return new ComposeError('model_invalid', 'the model did not answer with a subject and a text', {
      step: 'generate',
      retryable: true,
    });
  }
  if (!sdk.APICallError.isInstance(error)) {
    const aborted = error instanceof Error && /Abort|Timeout/.test(error.name);
    const reason = aborted ? 'the model did not answer in time' : 'the model cannot be reached';
    return new ComposeError('model_failed', reason, { step: 'generate', retryable: true });
  }
  const { statusCode, isRetryable, responseHeaders } = error;
  const seconds = Number(responseHeaders?.['retry-after']);
  return new ComposeError(
    'model_failed',
    statusCode ? `the model's service answered ${statusCode}` : 'the model cannot be reached',
    {
      step: 'generate',
      retryable: isRetryable,
      retryAfterMs: Number.isFinite(seconds) ? seconds * 1_000 : null,
    },
  );
}
