import type { Operation, OperationItems, OperationList, PreviewOperation } from '../api/schemas/index.ts';
import { type Http, path, STREAM_TIMEOUT_MS } from './http.ts';

/** A change of every waiting draft that matches, for operators. All methods reject with a `CountersignError`. */
export class Operations {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** Fixes the drafts that match now, and does nothing to them. */
  preview(input: PreviewOperation): Promise<Operation> {
    return this.#http.json({ method: 'POST', path: path('operations'), body: input });
  }

  /** Does what was previewed; a repeat finds it begun. */
  run(id: string): Promise<Operation> {
    return this.#http.json({ method: 'POST', path: path('operations', id, 'run'), repeatable: true });
  }

  /** When this is answered, no further draft is touched. */
  cancel(id: string): Promise<Operation> {
    return this.#http.json({ method: 'POST', path: path('operations', id, 'cancel'), repeatable: true });
  }

  get(id: string): Promise<Operation> {
    return this.#http.json({ path: path('operations', id) });
  }

  /** Those that were begun, newest first. */
  list(query: { limit?: number; cursor?: string } = {}): Promise<OperationList> {
    return this.#http.json({ path: path('operations'), query: { ...query } });
  }

  items(
    id: string,
    query: { state?: OperationItems['items'][number]['state']; after?: number; limit?: number } = {},
  ): Promise<OperationItems> {
    return this.#http.json({ path: path('operations', id, 'items'), query: { ...query } });
  }

  /** The result file, one line a draft: its bytes as they come. */
  async results(
    id: string,
    format: 'csv' | 'jsonl' = 'csv',
    signal?: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>> {
    const request = {
      path: path('operations', id, 'results'),
      query: { format },
      signal,
      timeoutMs: STREAM_TIMEOUT_MS,
    };
    const { body } = await this.#http.send(request);
    return body ?? new ReadableStream({ start: (controller) => controller.close() });
  }
}
