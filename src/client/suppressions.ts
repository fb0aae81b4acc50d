import type {
  AddSuppression,
  ImportResult,
  ImportSuppressions,
  ListSuppressionsQuery,
  SuppressionList,
  SuppressionView,
} from '../api/schemas/index.ts';
import { type Http, path, STREAM_TIMEOUT_MS } from './http.ts';

/** Addresses and domains nothing is sent to. All methods reject with a `CountersignError`. */
export class Suppressions {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** One page, by entry. */
  list(query: ListSuppressionsQuery = {}): Promise<SuppressionList> {
    const { limit, ...others } = query;
    const size = limit === undefined ? {} : { limit: Number(limit) };
    return this.#http.json({ path: path('suppressions'), query: { ...others, ...size } });
  }

  /** Again for what is suppressed already changes nothing, unless it now holds longer. */
  add(body: AddSuppression): Promise<SuppressionView> {
    return this.#http.json({ method: 'POST', path: path('suppressions'), body, repeatable: true });
  }

  /** Lifts an entry of the organization, or of the inbox `scope`, for every reason or one. Needs an operator's key. */
  async remove(entry: string, query: { scope?: string; reason?: SuppressionView['reason'] } = {}): Promise<void> {
    await this.#http.send({ method: 'DELETE', path: path('suppressions', entry), query });
  }

  /** Up to 1,000 rows; with `dryRun` nothing is kept. Needs an operator's key. */
  import(body: ImportSuppressions): Promise<ImportResult> {
    return this.#http.json({ method: 'POST', path: path('suppressions', 'import'), body, repeatable: true });
  }

  /** The whole list as CSV; read the body as it arrives. */
  export(): Promise<Response> {
    const headers = { Accept: 'text/csv' };
    return this.#http.send({ path: path('suppressions', 'export'), headers, timeoutMs: STREAM_TIMEOUT_MS });
  }
}
