import { expect, it } from 'vitest';
import { checkInWords } from '../../src/domain/check-words.ts';
import type { Check, CheckResult } from '../../src/domain/preflight.ts';

const HOUR_MS = 3_600_000;
type Evidence = NonNullable<CheckResult['evidence']>;

it.each<[Check, Evidence, string | null]>([
  ['snapshot', { fields: 'subject,bcc' }, 'Changed since it was approved: subject, Bcc.'],
  ['snapshot', { neverWritten: true }, 'This revision was never read back from AgentMail.'],
  ['snapshot', {}, null],
  ['approval', { because: 'approvals' }, 'Not all approvals it needs are on record, standing, and by people who may.'],
  ['approval', { digest: 'differs' }, 'The stored revision is not the one its digest names.'],
  ['approval', {}, null],
  [
    'approval_age',
    { ageMs: 49.2 * HOUR_MS, maxApprovalAgeMs: 24 * HOUR_MS },
    'The approval was 3 days old; this inbox allows 24 hours.',
  ],
  ['draft_age', { ageMs: 90_000, maxDraftAgeMs: 1_000 }, 'The text was 90 seconds old; this inbox allows 1 second.'],
  ['pause', { pause: 'inbox' }, 'Its inbox is paused.'],
  ['pause', { pause: 'draft' }, 'This draft alone is paused.'],
  ['suppression', { recipients: 1, because: 'complaint' }, '1 recipient: reported a mail as spam.'],
  ['suppression', { recipients: 3, because: 'unsubscribed' }, '3 recipients: unsubscribed.'],
  [
    'suppression',
    { recipients: 1, because: 'asked_to_stop' },
    '1 recipient: asked by mail to get no more of it; nobody decided yet.',
  ],
  ['preferences', { recipients: 2, category: 'news' }, '2 recipients: mail of the category news.'],
  ['preferences', { recipients: 1, category: null }, '1 recipient: all mail.'],
  ['send_lists', { recipients: 1 }, '1 recipient.'],
  ['newer_inbound', { messageId: '<m@x>' }, 'The newer message is <m@x>.'],
  ['quota', { used: 100, quota: 100 }, '100 of 100 messages are used.'],
  ['rate', { waitMs: 61_000 }, 'Its turn is in 61 seconds.'],
  ['quiet_hours', {}, null],
  ['due', {}, null],
])('%s with %j says %j', (check, evidence, words) => {
  expect(checkInWords({ check, result: 'review', evidence })).toBe(words);
});
