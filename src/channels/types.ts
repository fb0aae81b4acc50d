import type { Store, Telling, TellingRow } from '../store/types.ts';

export type {
  AuditRow,
  DraftRow,
  NoticeChannel,
  NotificationSettings,
  ReviewMessage,
  RevisionRecord,
  Store,
  Telling,
  TellingKind,
  TellingRow,
  UserRow,
} from '../store/types.ts';

/** Sends a message of our own from our own inbox. The same key twice is one message. */
export interface ReviewMail {
  inboxId: string;
  send(
    mail: { to: string[]; subject: string; text: string },
    idempotencyKey: string,
  ): Promise<{ messageId: string; threadId: string | null }>;
}

/** One bundle, as a channel gets it. */
export interface Notice {
  /** The same for every attempt. */
  noticeId: string;
  tellings: TellingRow[];
}

/** A way to tell. */
export interface ReviewChannel {
  /** Tells; what it leaves behind for replies and buttons is kept by it. Answers those it found no longer worth telling. */
  tell(notice: Notice): Promise<{ skipped: Telling[] }>;
}

export type ChannelStoreParts = Pick<
  Store,
  | 'getDraft'
  | 'getRevision'
  | 'getUser'
  | 'getNotifications'
  | 'accountNames'
  | 'addReviewMessage'
  | 'reviewMessagesOf'
  | 'listEvents'
>;
