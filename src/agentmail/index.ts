export { type AgentMailOptions, createAgentMail } from './adapter.ts';
export { answerOf, classify, type FailureFacts, failureFactsSchema, nullIfGone, refusalReason } from './errors.ts';
export { FAILURES, type FailureType } from './failure-types.ts';
export type {
  DraftWrite,
  ListedDraft,
  ListedMessage,
  MailEventType,
  MailProvider,
  OutgoingAttachment,
  ProviderDraft,
  ProviderMessage,
} from './port.ts';
export {
  attachmentDifferences,
  contentDifferences,
  messageDifferences,
  snapshotDifferences,
  snapshotOf,
} from './snapshot.ts';
export { createKeyGate, type KeyGate, withKeyThrottle } from './throttle.ts';
