import type {
  Alert,
  AlertDetail,
  AlertList,
  Health,
  Inbox,
  InboxChanges,
  InboxList,
  Me,
  Ready,
  Recipe,
  RecipeList,
} from '../api/schemas/index.ts';
import { Absences, accountLog, Groups, Keys, Users } from './accounts.ts';
import { Batches } from './batches.ts';
import { Drafts } from './drafts.ts';
import { UnavailableError } from './errors.ts';
import { Http, type HttpOptions, path } from './http.ts';
import { Limits, Pauses } from './limits.ts';
import { NotificationSettings } from './notifications.ts';
import { Operations } from './operations.ts';
import { Policies } from './policies.ts';
import { Recipients } from './recipients.ts';
import { Suppressions } from './suppressions.ts';
import { type WatchItem, type WatchOptions, watch } from './watch.ts';

export type * from '../api/schemas/index.ts';
export type { Absences, Groups, Keys, Users } from './accounts.ts';
export { attachmentOf } from './attachment.ts';
export type { Batches, BatchReader, BatchSource, UploadOptions } from './batches.ts';
export type { Drafts, ListQuery } from './drafts.ts';
export * from './errors.ts';
export type { Limits, Pauses } from './limits.ts';
export type { NotificationSettings } from './notifications.ts';
export type { Operations } from './operations.ts';
export type { Policies } from './policies.ts';
export type { Recipients } from './recipients.ts';
export type { Suppressions } from './suppressions.ts';
export type { WatchItem, WatchOptions } from './watch.ts';

export type CountersignOptions = HttpOptions;

/** A client of Countersign's HTTP API. What it may do is a matter of its key's roles. */
export class Countersign {
  readonly drafts: Drafts;
  readonly batches: Batches;
  readonly recipes: { list(): Promise<Recipe[]> };
  readonly inboxes: {
    list(): Promise<InboxList>;
    get(id: string): Promise<Inbox>;
    update(id: string, changes: InboxChanges): Promise<Inbox>;
  };
  readonly suppressions: Suppressions;
  readonly recipients: Recipients;
  readonly alerts: {
    /** Newest first. */
    list(query?: { open?: boolean; limit?: number; cursor?: string }): Promise<AlertList>;
    get(id: string): Promise<AlertDetail>;
    acknowledge(id: string): Promise<Alert>;
    /** Tells a test alert on every channel; `get` shows how each took it. */
    test(): Promise<Alert>;
  };
  readonly limits: Limits;
  readonly pauses: Pauses;
  readonly operations: Operations;
  readonly policies: Policies;
  readonly notifications: NotificationSettings;
  readonly users: Users;
  readonly groups: Groups;
  readonly absences: Absences;
  readonly keys: Keys;
  readonly accountLog: ReturnType<typeof accountLog>;
  readonly #http: Http;

  constructor(options: CountersignOptions) {
    const http = new Http(options);
    this.#http = http;
    this.drafts = new Drafts(http);
    this.batches = new Batches(http);
    this.recipes = {
      list: async () => (await http.json<RecipeList>({ path: path('recipes') })).items,
    };
    this.inboxes = {
      list: () => http.json({ path: path('inboxes') }),
      get: (id) => http.json({ path: path('inboxes', id) }),
      update: (id, changes) =>
        http.json({ method: 'PATCH', path: path('inboxes', id), body: changes, repeatable: true }),
    };
    this.alerts = {
      list: (query = {}) => http.json({ path: path('alerts'), query }),
      get: (id) => http.json({ path: path('alerts', id) }),
      acknowledge: (id) => http.json({ method: 'POST', path: path('alerts', id, 'acknowledge'), repeatable: true }),
      test: () => http.json({ method: 'POST', path: path('alerts', 'test') }),
    };
    this.policies = new Policies(http);
    this.suppressions = new Suppressions(http);
    this.recipients = new Recipients(http);
    this.limits = new Limits(http);
    this.pauses = new Pauses(http);
    this.operations = new Operations(http);
    this.notifications = new NotificationSettings(http);
    this.users = new Users(http);
    this.groups = new Groups(http);
    this.absences = new Absences(http);
    this.keys = new Keys(http);
    this.accountLog = accountLog(http);
  }

  /** Who this key is. */
  me(): Promise<Me> {
    return this.#http.json({ path: path('me') });
  }

  /** Whether the server's process answers; needs no key. */
  health(): Promise<Health> {
    return this.#http.json({ path: path('health') });
  }

  /** What stands behind the server, part by part; needs no key. Also answers when something is down. */
  async ready(): Promise<Ready> {
    try {
      return await this.#http.json({ path: path('ready'), repeatable: false });
    } catch (error) {
      if (error instanceof UnavailableError && isReady(error.body)) return error.body;
      throw error;
    }
  }

  /** The events of all drafts this key may see, as they happen. */
  watch(options?: WatchOptions): AsyncGenerator<WatchItem, void> {
    return watch(this.#http, path('events'), options);
  }
}

const isReady = (body: unknown): body is Ready => typeof body === 'object' && body !== null && 'checks' in body;
