import type {
  ActivePolicy,
  DraftPolicy,
  DryRun,
  DryRunRequest,
  PolicyPut,
  PolicyVersionList,
  PolicyVersionView,
  PutPolicy,
} from '../api/schemas/index.ts';
import { addDryRuns } from '../domain/policy/dry-run-sum.ts';
import { type Http, path } from './http.ts';

/** Rules that decide which draft needs whom. All methods reject with a `CountersignError`. */
export class Policies {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** The rules that decide now. */
  get(): Promise<ActivePolicy> {
    return this.#http.json({ path: path('policies') });
  }

  /** Keeps a new version, which decides from then on. Needs an operator or an admin. */
  put(body: PutPolicy): Promise<PolicyPut> {
    return this.#http.json({ method: 'PUT', path: path('policies'), body, repeatable: true });
  }

  /** Newest first. */
  versions(query: { limit?: number; cursor?: string } = {}): Promise<PolicyVersionList> {
    return this.#http.json({ path: path('policies', 'versions'), query });
  }

  version(version: number): Promise<PolicyVersionView> {
    return this.#http.json({ path: path('policies', 'versions', version) });
  }

  /** Lets an earlier version decide again. */
  activate(version: number): Promise<PolicyVersionView> {
    return this.#http.json({
      method: 'POST',
      path: path('policies', 'versions', version, 'activate'),
      repeatable: true,
    });
  }

  /** One page of a dry run. */
  dryRunPage(body: DryRunRequest): Promise<DryRun> {
    return this.#http.json({ method: 'POST', path: path('policies', 'dry-run'), body, repeatable: true });
  }

  /**
   * Tries rules on past drafts, page by page, and answers the sum. `most` ends it early; `onPage` is told the sum so far.
   */
  async dryRun(
    body: Omit<DryRunRequest, 'cursor'>,
    options: { most?: number; onPage?: (sum: DryRun) => void } = {},
  ): Promise<DryRun> {
    const { most = Number.POSITIVE_INFINITY, onPage } = options;
    const pageSize = body.limit ?? 200;
    let sum = await this.dryRunPage({ ...body, limit: Math.min(pageSize, most) });
    onPage?.(sum);
    while (sum.nextCursor !== null && sum.drafts < most) {
      const limit = Math.min(pageSize, most - sum.drafts);
      sum = addDryRuns(sum, await this.dryRunPage({ ...body, limit, cursor: sum.nextCursor }));
      onPage?.(sum);
    }
    return sum;
  }

  /** What policy says of a draft, and why. */
  explain(draftId: string): Promise<DraftPolicy> {
    return this.#http.json({ path: path('drafts', draftId, 'policy') });
  }
}
