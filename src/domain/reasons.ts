/**
 * Every reason a draft can carry or an action can be refused for, with the sentence people read.
 * Codes are API: add, never rename.
 */
export const REASONS = {
  // Sent back to review by preflight or by the provider, before any mail left
  snapshot_changed:
    'The draft in AgentMail was changed from outside after it was reviewed. This revision shows it as it is now.',
  foreign_send_at: 'Somebody gave the draft a send time in AgentMail. The time was removed; please review it again.',
  draft_vanished:
    'The draft disappeared from AgentMail; no message sent since says exactly the same. It was restored for review.',
  approval_stale: 'The approval is too old to act on.',
  approval_missing: 'There is no standing approval of this revision.',
  not_due: 'The draft is not due.',
  inbox_paused: 'The inbox is paused.',
  paused: 'Sending is paused.',
  draft_stale: 'The draft is too old to send as it is.',
  window_missed: 'Its window can no longer open before the latest time it was given.',
  time_changed: 'Its time was changed after it was approved together with that time.',
  recipient_suppressed: 'A recipient is on the suppression list.',
  recipient_asked_to_stop: 'A recipient wrote to get no more mail. Somebody has to decide whether that is meant.',
  recipient_opted_out: 'A recipient opted out of this category.',
  recipients_dropped: 'Recipients who must not be written to were left out. Please review who remains.',
  quiet_hours: 'It is a quiet hour where a recipient lives.',
  quota_exhausted: 'The monthly quota is used up.',
  rate_limited: 'It waits for its turn within the sending limits.',
  sent_outside:
    'The same email has left already, past this draft: AgentMail has the message. Approve only to send it once more.',
  too_many_attempts: 'AgentMail did not take the email in as many attempts as were allowed.',
  agentmail_unreachable: 'AgentMail was out of reach for as long as this inbox has patience. Nothing left.',
  recipient_blocked: "A recipient is blocked by AgentMail's send lists.",
  newer_inbound: 'A newer message arrived in the thread since this was approved.',
  provider_refused: 'AgentMail refused the draft.',
  missing_permission: "Countersign's AgentMail key lacks a permission it needs.",
  check_failed: 'The checks found errors that must be fixed first.',
  recompose_unchanged: 'Composing again gave the same email. It waits for the agent or for an edit.',
  policy_changed: 'The rules ask for more approvals now than it has.',
  // Ends
  policy_refused: 'A rule refuses such an email.',
  source_failed: 'A source of the recipe failed.',
  compose_failed: 'The email could not be composed.',
  duplicate_draft: 'Another workflow already owns this draft.',
  invalid_input: 'The draft was started with input that is not valid.',
  already_adopted: 'The AgentMail draft already belongs to another draft that is under way.',
  adopt_failed: 'The AgentMail draft could not be adopted.',
  review_timeout: 'Nobody decided in time.',
  engine_ended: 'The workflow was ended by force in Temporal; it will not send any more.',
  gave_up: 'A person gave up on a send whose outcome is unknown.',
  // Attention
  outcome_unknown: 'A send request left, its answer was lost, and AgentMail shows no proof either way.',
  resolved_retry: 'A person accepted that the mail may arrive twice; it needs a fresh approval.',
  content_mismatch: 'The message AgentMail sent differs from the approved revision.',
} as const;
export type ReasonCode = keyof typeof REASONS;

export const REFUSALS = {
  stale_revision: 'This names an older revision. Read the current one and decide again.',
  digest_mismatch: 'The digest is not that of this revision.',
  already_decided: 'This has already been decided.',
  already_ended: 'The draft has ended.',
  not_in_review: 'The draft is not waiting for a decision.',
  not_approved: 'There is no approval to revoke.',
  not_editable: 'The draft cannot be edited now.',
  locked_sending: 'A send request may have left; the draft is locked until its outcome is known.',
  blocked_by_checks: 'The checks found errors; edit the draft before approving it.',
  self_approval: 'Whoever asked for a draft cannot approve it.',
  own_revision: 'Whoever wrote this revision cannot approve it; somebody else has to read it.',
  already_approved: 'You have approved this revision. It needs somebody else, too.',
  agent_approval: 'Agents cannot approve.',
  reply_refused: 'Answers to mails do not decide such a draft. Use the link in the mail, or the desk.',
  forbidden: 'This key may not do that.',
  unauthorized: 'No authenticated request stands behind this. Use the API, the CLI or the desk.',
  unverified_signal: 'An approval by plain signal does not count here.',
  duplicate_risk: 'The idempotency key has expired: a retry may deliver twice. Repeat it with acceptDuplicateRisk.',
  nothing_to_resolve: 'The outcome of the send is not in question.',
  message_not_found: 'No such message is in the inbox, or it is not the one this draft would have sent.',
  content_refused: 'AgentMail refused the new content; the previous revision stands.',
  invalid_schedule: 'The schedule is not valid.',
  stale_schedule: 'Its time was changed since. Read it and decide again.',
  not_ready: 'The draft is not ready yet.',
  no_recipe: 'No recipe made it, so nothing can compose it anew.',
  edited_by_hand: 'Somebody wrote the current revision; composing anew would throw that away.',
  agentmail_unavailable: 'AgentMail could not be asked. Nothing was changed; try again.',
} as const;
export type RefusalCode = keyof typeof REFUSALS;
