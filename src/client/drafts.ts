import type {
  Assignee,
  CalendarQuery,
  CommandAnswer,
  CommentAdded,
  CreateDraft,
  Decide,
  Draft,
  DraftCalendar,
  DraftCounts,
  DraftEventView,
  DraftList,
  DraftPaused,
  DraftSources,
  DraftSummary,
  Edit,
  EndDraft,
  EventList,
  ListDraftsQuery,
  Outcome,
  PauseDraft,
  Recompose,
  Reschedule,
  Resolve,
  Revision,
  RevisionList,
  Revoke,
  SendEvidenceView,
  Thread,
} from '../api/schemas/index.ts';
import { CountersignError } from './errors.ts';
import { type Http, path } from './http.ts';
import { type WatchItem, type WatchOptions, watch } from './watch.ts';

type Flag = 'paused' | 'overdue' | 'escalated';
export type ListQuery = Omit<ListDraftsQuery, 'status' | 'limit' | 'needsMe' | Flag> & {
  [Name in Flag]?: boolean;
} & {
  needsMe?: true;
  status?: DraftSummary['status'] | readonly DraftSummary['status'][];
  limit?: number;
};
type CountQuery = Omit<ListQuery, 'status' | 'order' | 'limit' | 'cursor'>;

/** One answer of the server takes at most this long; longer waits are several. */
const LONG_POLL_MS = 30_000;

/**
 * Drafts over HTTP. Every command carries an id (yours, or one made here), so that a repeat after a lost answer takes
 * effect once. All methods reject with a `CountersignError`.
 */
export class Drafts {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** Asks for an email. With your `requestId` a repeat, also by another process, answers the same draft. */
  create(input: CreateDraft): Promise<Draft> {
    const requestId = input.requestId ?? crypto.randomUUID();
    const body: CreateDraft = { ...input, requestId };
    return this.#http.json({ method: 'POST', path: path('drafts'), body, repeatable: true });
  }

  get(id: string): Promise<Draft> {
    return this.#http.json({ path: path('drafts', id) });
  }

  /** One page. */
  list(query: ListQuery = {}): Promise<DraftList> {
    return this.#http.json({ path: path('drafts'), query: { ...query } });
  }

  /** Every draft that matches, page by page. */
  async *listAll(query: Omit<ListQuery, 'cursor'> = {}): AsyncGenerator<DraftSummary, void> {
    let cursor: string | undefined;
    do {
      const page = await this.list({ limit: 200, ...query, cursor });
      yield* page.items;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  counts(query: CountQuery = {}): Promise<DraftCounts> {
    return this.#http.json({ path: path('drafts', 'counts'), query: { ...query } });
  }

  /** How many are due on each day of a span, cut in a zone. */
  calendar(query: Omit<CalendarQuery, 'status'> & Pick<ListQuery, 'status'>): Promise<DraftCalendar> {
    return this.#http.json({ path: path('drafts', 'calendar'), query: { ...query } });
  }

  /** Oldest first, without bodies. */
  async revisions(id: string): Promise<RevisionList['items']> {
    const { items } = await this.#http.json<RevisionList>({ path: path('drafts', id, 'revisions') });
    return items;
  }

  revision(id: string, revision: number): Promise<Revision> {
    return this.#http.json({ path: path('drafts', id, 'revisions', revision) });
  }

  /** The bytes of attachment `index` (from 0) of a revision. */
  async attachment(id: string, revision: number, index: number): Promise<Uint8Array> {
    const response = await this.#http.send({ path: path('drafts', id, 'revisions', revision, 'attachments', index) });
    return new Uint8Array(await response.arrayBuffer());
  }

  /** The messages a reply answers, oldest first. */
  async thread(id: string): Promise<Thread['messages']> {
    const { messages } = await this.#http.json<Thread>({ path: path('drafts', id, 'thread') });
    return messages;
  }

  /** What is known about its send: requests, answers, and what the mailbox shows now. */
  sendEvidence(id: string): Promise<SendEvidenceView> {
    return this.#http.json({ path: path('drafts', id, 'send-evidence') });
  }

  /** What it was composed from: each source's answer as text, cut at `maxLength` characters. For people's keys. */
  sources(id: string, query: { maxLength?: number } = {}): Promise<DraftSources> {
    return this.#http.json({ path: path('drafts', id, 'sources'), query: { ...query } });
  }

  /** Everything that happened, oldest first. */
  async history(id: string): Promise<DraftEventView[]> {
    const { items } = await this.#http.json<EventList>({ path: path('drafts', id, 'events') });
    return items;
  }

  /** The draft's events as they happen. */
  watch(id: string, options?: WatchOptions): AsyncGenerator<WatchItem, void> {
    return watch(this.#http, path('drafts', id, 'events'), options);
  }

  /**
   * How the draft ended; waits for it, without limit when `timeoutMs` is absent.
   * @throws CountersignError `timeout` when it has not ended after `timeoutMs`
   */
  async waitForOutcome(id: string, options: { timeoutMs?: number; signal?: AbortSignal } = {}): Promise<Outcome> {
    const { timeoutMs = Number.POSITIVE_INFINITY, signal } = options;
    const deadlineMs = Date.now() + timeoutMs;
    for (;;) {
      const waitMs = Math.max(0, Math.min(LONG_POLL_MS, deadlineMs - Date.now()));
      const request = { path: path('drafts', id, 'outcome'), query: { waitMs: Math.ceil(waitMs) }, signal };
      const outcome = await this.#http.json<Outcome>(request);
      if (outcome.ended) return outcome;
      if (Date.now() >= deadlineMs) {
        throw new CountersignError('timeout', `Draft ${id} is still ${outcome.status} after ${timeoutMs} ms.`);
      }
    }
  }

  /** Approves, rejects or asks for changes. Needs a reviewer's key, and the revision and digest that were read. */
  decide(id: string, decision: Decide): Promise<CommandAnswer> {
    return this.#command(id, 'decisions', decision);
  }
  /** Takes an approval back before the send. */
  revoke(id: string, input: Revoke): Promise<CommandAnswer> {
    return this.#command(id, 'revoke', input);
  }
  /** Writes a new revision as a reviewer; what `content` leaves out stays. */
  edit(id: string, input: Edit): Promise<CommandAnswer> {
    return this.#command(id, 'edit', input);
  }
  /** Writes a new revision as the agent that asked for the draft. */
  revise(id: string, input: Edit): Promise<CommandAnswer> {
    return this.#command(id, 'revisions', input);
  }
  reschedule(id: string, input: Reschedule): Promise<CommandAnswer> {
    return this.#command(id, 'reschedule', input);
  }
  /** Composes it anew from its inputs, by its recipe as it is now. */
  recompose(id: string, input: Recompose): Promise<CommandAnswer> {
    return this.#command(id, 'recompose', input);
  }
  /** Asks policy and checks again; `changed` tells whether that changed anything. */
  recheck(id: string, input: EndDraft = {}): Promise<CommandAnswer> {
    return this.#command(id, 'recheck', input);
  }
  /** Keeps this draft from leaving, whatever else happens to it. */
  pause(id: string, input: PauseDraft = {}): Promise<DraftPaused> {
    return this.#http.json({ method: 'PUT', path: path('drafts', id, 'pause'), body: input, repeatable: true });
  }
  /** Ends the pause of this draft, as an operator. */
  resume(id: string): Promise<DraftPaused> {
    return this.#http.json({ method: 'DELETE', path: path('drafts', id, 'pause'), repeatable: true });
  }
  withdraw(id: string, input: EndDraft = {}): Promise<CommandAnswer> {
    return this.#command(id, 'withdraw', input);
  }
  cancel(id: string, input: EndDraft = {}): Promise<CommandAnswer> {
    return this.#command(id, 'cancel', input);
  }
  /** Settles a send whose outcome is unknown. */
  resolve(id: string, input: Resolve): Promise<CommandAnswer> {
    return this.#command(id, 'resolve', input);
  }

  /** Says something about the draft without deciding. Its agent can read it, too. */
  comment(id: string, input: { comment: string; commentId?: string }): Promise<CommentAdded> {
    const body = { ...input, commentId: input.commentId ?? crypto.randomUUID() };
    return this.#http.json({ method: 'POST', path: path('drafts', id, 'comments'), body, repeatable: true });
  }
  /** Takes the draft for 15 minutes, or renews that; answers who has it, which may be somebody else. */
  claim(id: string, options: { takeOver?: boolean } = {}): Promise<Assignee> {
    return this.#http.json({ method: 'POST', path: path('drafts', id, 'claim'), body: options, repeatable: true });
  }
  /** Nobody has it any more. */
  release(id: string): Promise<Assignee> {
    return this.#http.json({ method: 'DELETE', path: path('drafts', id, 'claim'), repeatable: true });
  }
  /** Hands the draft to a person, by id, until somebody changes that. */
  assign(id: string, person: string): Promise<Assignee> {
    return this.#http.json({ method: 'PUT', path: path('drafts', id, 'assignee'), body: { person }, repeatable: true });
  }

  #command<Body extends { decisionId?: string }>(id: string, name: string, input: Body): Promise<CommandAnswer> {
    const body = { ...input, decisionId: input.decisionId ?? crypto.randomUUID() };
    return this.#http.json({ method: 'POST', path: path('drafts', id, name), body, repeatable: true });
  }
}
