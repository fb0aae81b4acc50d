import { ChannelError } from './channel.ts';

const TIMEOUT_MS = 10_000;
/** What is read of an answer: its status is what counts. */
const MAX_ANSWER_BYTES = 64 * 1024;
const MAX_RETRY_AFTER_MS = 5 * 60_000;

/**
 * Posts JSON. The address is the operator's own configuration and may be inside the network; redirects are not followed,
 * so that a receiver cannot send the notice elsewhere.
 * @throws ChannelError `http_<status>`, `timeout` or `network`
 */
export async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'countersign', ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await drain(response);
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError';
    throw new ChannelError(timedOut ? 'timeout' : 'network', { cause: error });
  }
  if (response.ok) return;
  throw new ChannelError(`http_${response.status}`, { retryAfterMs: retryAfterMs(response) });
}

/** Reads so that the connection can be used again, and stops at a receiver that never ends. */
async function drain(response: Response): Promise<void> {
  let left = MAX_ANSWER_BYTES;
  const reader = response.body?.getReader();
  while (reader && left > 0) {
    const { done, value } = await reader.read();
    if (done) return;
    left -= value.byteLength;
  }
  await reader?.cancel();
}

function retryAfterMs(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after'));
  return seconds > 0 ? Math.min(seconds * 1_000, MAX_RETRY_AFTER_MS) : undefined;
}
