import type { AuditType } from '../domain/audit.ts';

export const DIGESTS = ['none', 'hourly', 'daily'] as const;
/** `none`: each by itself, at once. */
export type Digest = (typeof DIGESTS)[number];

export type NoticeChannel = 'email' | 'slack' | 'webhook';
/** `review`: a revision can be decided. `outcome`: what became of it. */
export type TellingKind = 'review' | 'reminder' | 'escalation' | 'outcome';
export type TellingState = 'pending' | 'delivered' | 'skipped' | 'failed';

/** What is fixed when a telling is made, so that every attempt at it says the same. */
export interface TellingFacts {
  type: AuditType;
  actorId: string | null;
  atMs: number;
  status: string | null;
  reason: string | null;
  digest: string | null;
  /** The revision the person saw last; null: none. */
  seenRevision: number | null;
}

export interface Telling {
  eventId: string;
  personId: string;
  channel: NoticeChannel;
  bundle: string;
  draftId: string;
  kind: TellingKind;
  revision: number;
  facts: TellingFacts;
  madeAtMs: number;
  dueAtMs: number;
}
export interface TellingRow extends Telling {
  state: TellingState;
  attempts: number;
  /** Code of the last failure. */
  lastError: string | null;
  updatedAtMs: number;
}

/** How tellings over one channel went. */
export interface TellingCounts {
  channel: NoticeChannel;
  delivered: number;
  pending: number;
  failed: number;
  /** Code of the latest failure. */
  lastError: string | null;
}

export interface NotificationSettings {
  personId: string;
  email: boolean;
  digest: Digest;
  /** Where messages in Slack go; null: nobody in Slack proved to be this person. */
  slackUserId: string | null;
}

export interface SlackMember {
  slackUserId: string;
  teamId: string;
}
/** A person waits for a press of a button in Slack. */
export interface SlackClaim extends SlackMember {
  personId: string;
  askedAtMs: number;
  expiresAtMs: number;
}
/** Who presses: the member Slack names, and the button's word as its hash. */
export type SlackPress = SlackMember & { tokenHash: string };

export interface ReviewMessage {
  channel: NoticeChannel;
  /** An inbox, or a Slack conversation. */
  place: string;
  messageId: string;
  threadId: string | null;
  personId: string;
  draftId: string;
  revision: number;
  digest: string;
  atMs: number;
}

export interface LinkUse {
  tokenId: string;
  personId: string;
  draftId: string;
  decision: string;
  atMs: number;
}

/** Who is told of reviews, what was told, and by which messages and links people decide. */
export interface ChannelStore {
  /** Of a person who set nothing: everything off. */
  getNotifications(personId: string): Promise<NotificationSettings>;
  putNotifications(settings: Omit<NotificationSettings, 'slackUserId'>, atMs: number): Promise<void>;
  /** Of everybody who set something. */
  listNotifications(): Promise<NotificationSettings[]>;

  personOfSlackUser(member: SlackMember): Promise<string | null>;
  /** Takes the place of the person's claim before. */
  claimSlack(claim: SlackClaim & { tokenHash: string }): Promise<void>;
  findSlackClaim(personId: string, nowMs: number): Promise<SlackClaim | null>;
  /**
   * Carries a claim out, once. `taken`: the member is another person's, or the person has one already. Null: there is no
   * such claim for this member, or not any more.
   */
  confirmSlack(press: SlackPress, atMs: number): Promise<{ personId: string; taken: boolean } | null>;
  /** Ends the claim; answers whose it was. */
  refuseSlack(press: SlackPress): Promise<string | null>;
  /** Ends the person's claim, and the connection; answers the member there was. */
  unlinkSlack(personId: string): Promise<SlackMember | null>;

  /** Where a reader of the audit log stands; it begins at `fresh`. */
  readerAt(name: string, fresh: string): Promise<string>;
  /**
   * Moves a reader on and keeps what it made of the events, in one transaction; false when another process has moved it
   * since: then nothing was kept.
   */
  advanceReader(name: string, from: string, to: string, made: Telling[]): Promise<boolean>;
  /** Who was told what of a draft, latest last. */
  tellingsOf(draftId: string): Promise<TellingRow[]>;
  /** Bundles with something to tell that nobody has tried, due at `nowMs`. */
  dueBundles(nowMs: number, limit: number): Promise<string[]>;
  /** What of a bundle is still to be told, in the order of events. */
  pendingTellings(bundle: string): Promise<TellingRow[]>;
  settleTellings(
    tellings: readonly Pick<Telling, 'eventId' | 'personId' | 'channel'>[],
    result: { state: TellingState; attempts: number; lastError: string | null; atMs: number },
  ): Promise<void>;

  /** Of tellings made since then; a channel without any is left out. */
  countTellings(sinceMs: number): Promise<TellingCounts[]>;

  addReviewMessage(message: ReviewMessage): Promise<void>;
  /** Messages in a thread of an inbox that ask this very thread's owner to decide. */
  reviewMessagesOfThread(place: string, threadId: string): Promise<ReviewMessage[]>;
  reviewMessagesOf(draftId: string): Promise<ReviewMessage[]>;

  /** Uses a link. The first use wins; `use` is that one, `first` whether it is this very one. */
  useLink(use: LinkUse): Promise<{ use: LinkUse; first: boolean }>;
  findLinkUse(tokenId: string): Promise<LinkUse | null>;
  /** Gives a link back whose decision was refused. */
  freeLink(tokenId: string): Promise<void>;
}
