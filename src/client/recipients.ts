import type {
  ListSuppressionsQuery,
  ProposalList,
  ProposalView,
  RecipientPreferenceChanges,
  RecipientPreferences,
} from '../api/schemas/index.ts';
import { type Http, path } from './http.ts';

type ListProposals = { status?: ProposalView['status'] } & Pick<ListSuppressionsQuery, 'cursor'> & { limit?: number };

/** What recipients prefer, and what they asked for by mail. All methods reject with a `CountersignError`. */
export class Recipients {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** A plus address without its own preferences has those of its mailbox. */
  preferences(address: string): Promise<RecipientPreferences> {
    return this.#http.json({ path: path('recipients', address, 'preferences') });
  }

  /** Sets what is named and keeps the rest; null clears. */
  setPreferences(address: string, body: RecipientPreferenceChanges): Promise<RecipientPreferences> {
    return this.#http.json({ method: 'PUT', path: path('recipients', address, 'preferences'), body, repeatable: true });
  }

  /** Forgets all of it, opt-outs too. Needs an operator's key. */
  async removePreferences(address: string): Promise<void> {
    await this.#http.send({ method: 'DELETE', path: path('recipients', address, 'preferences') });
  }

  /** Received messages that ask to get no more mail, newest first. */
  proposals(query: ListProposals = {}): Promise<ProposalList> {
    return this.#http.json({ path: path('suppression-proposals'), query: { ...query } });
  }

  /** Suppresses who asked for it. */
  acceptProposal(id: string): Promise<ProposalView> {
    return this.#decide(id, 'accept');
  }

  dismissProposal(id: string): Promise<ProposalView> {
    return this.#decide(id, 'dismiss');
  }

  #decide(id: string, verb: string): Promise<ProposalView> {
    return this.#http.json({ method: 'POST', path: path('suppression-proposals', id, verb), repeatable: true });
  }
}
