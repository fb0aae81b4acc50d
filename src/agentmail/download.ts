import { type Budget, withinBudget } from './call.ts';
import { failure } from './errors.ts';

/** AgentMail carries about 30 MB of attachments a message. */
const MAX_ATTACHMENT_BYTES = 30 * 1024 * 1024;

/** Reads a pre-signed link without any credentials. Larger than `maxBytes` fails before the rest is read. */
export function download(url: string, budget: Budget, maxBytes: number = MAX_ATTACHMENT_BYTES): Promise<Uint8Array> {
  return withinBudget(budget, async (signal) => {
    const response = await fetch(url, { signal, credentials: 'omit' }).catch(networkFailure);
    if (!response.ok) {
      await response.body?.cancel();
      throw failure('agentmail.download_failed', { status: response.status });
    }
    if (response.body === null) return new Uint8Array();
    const chunks: Uint8Array[] = [];
    let size = 0;
    // Leaving the loop by a throw cancels the stream.
    for await (const chunk of failingAsNetwork(response.body)) {
      size += chunk.byteLength;
      if (size > maxBytes) throw failure('agentmail.attachment_too_large');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, size);
  });
}

/** `fetch` fails with a TypeError whatever the cause; here that is always the connection. */
function networkFailure(): never {
  throw failure('agentmail.network');
}

async function* failingAsNetwork(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(networkFailure);
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
