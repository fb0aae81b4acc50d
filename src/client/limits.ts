import type {
  AddPause,
  LimitList,
  LimitView,
  PauseList,
  PauseView,
  PutLimit,
  Quota,
  QuotaChanges,
  Resumed,
  SettingsLog,
} from '../api/schemas/index.ts';
import { type Http, path } from './http.ts';

/** What is paused. Reviewers may pause; resuming needs an operator's key. All methods reject with a `CountersignError`. */
export class Pauses {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  async list(): Promise<PauseList['items']> {
    return (await this.#http.json<PauseList>({ path: path('pauses') })).items;
  }

  /** Holds before the next send. Again for what is paused changes its reason. */
  add(body: AddPause): Promise<PauseView> {
    return this.#http.json({ method: 'POST', path: path('pauses'), body, repeatable: true });
  }

  /** Everything the pause held is checked again. */
  remove({ kind, id }: Pick<AddPause, 'kind' | 'id'>): Promise<Resumed> {
    const target = kind === 'all' ? path('pauses', 'all') : path('pauses', kind, id ?? '');
    return this.#http.json({ method: 'DELETE', path: target });
  }
}

/** How fast and how much may leave. Changes need an operator's key. All methods reject with a `CountersignError`. */
export class Limits {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  list(): Promise<LimitList> {
    return this.#http.json({ path: path('limits') });
  }

  /** Replaces all windows of the target; `*` is each inbox or domain without limits of its own. */
  set(kind: LimitView['kind'], target: string, windows: PutLimit['windows']): Promise<LimitView> {
    return this.#http.json({ method: 'PUT', path: path('limits', kind, target), body: { windows }, repeatable: true });
  }

  async remove(kind: LimitView['kind'], target: string): Promise<void> {
    await this.#http.send({ method: 'DELETE', path: path('limits', kind, target) });
  }

  quota(): Promise<Quota> {
    return this.#http.json({ path: path('quota') });
  }

  setQuota(body: QuotaChanges): Promise<Quota> {
    return this.#http.json({ method: 'PUT', path: path('quota'), body, repeatable: true });
  }

  /** Who changed which setting, newest first. */
  log(query: { what?: string; limit?: number; cursor?: string } = {}): Promise<SettingsLog> {
    return this.#http.json({ path: path('settings-log'), query });
  }
}
