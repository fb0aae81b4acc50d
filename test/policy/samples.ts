import type { InboxOversight } from '../../src/domain/policy/decide.ts';
import type { PolicyFacts } from '../../src/domain/policy/facts.ts';
import { type Policy, type PolicyInput, policySchema } from '../../src/domain/policy/schema.ts';

/** Monday, 10:30 in Berlin. */
export const MONDAY_MS = Date.parse('2026-11-23T09:30:00Z');

export const inboxOf = (change: Partial<InboxOversight> = {}): InboxOversight => ({
  mode: 'by_rule',
  monitorHoldMs: 900_000,
  assignTo: null,
  editorMayApprove: false,
  creatorMayApprove: false,
  replyApproval: false,
  holdMs: 0,
  remindAfterMs: null,
  escalateAfterMs: null,
  escalateTo: null,
  expireAfterMs: null,
  ...change,
});

/** A plain mail to two people, one of them at a domain of ours; everything was looked up. */
export const factsOf = (change: Partial<PolicyFacts> = {}): PolicyFacts => ({
  atMs: MONDAY_MS,
  inboxId: 'billing@acme.test',
  category: 'receipt',
  recipe: null,
  source: 'content',
  creatorId: 'key_agent',
  domains: ['example.com', 'eu.acme.test'],
  recipients: [['ann+news@example.com', 'ann@example.com'], ['bo@eu.acme.test']],
  attachments: [],
  warnings: [],
  reply: false,
  suppressed: 0,
  bounced: 0,
  firstContact: 0,
  amounts: [],
  changedFromComposed: 0,
  changedFromFirst: 0,
  writtenBy: 'unknown',
  model: 'none',
  answeredVerdict: 'none',
  ...change,
});

export const policyOf = (input: PolicyInput): Policy => policySchema.parse(input);
