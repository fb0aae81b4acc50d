import type { AlertNotice } from '../../src/notify/index.ts';
import type { AlertRow } from '../../src/store/types-watch.ts';

export const OPENED_MS = Date.UTC(2026, 10, 3, 9);

export function alertRow(change: Partial<AlertRow> = {}): AlertRow {
  return {
    alertId: 'a1',
    key: 'overdue',
    kind: 'overdue',
    severity: 'critical',
    title: 'Drafts are overdue.',
    facts: { drafts: 3 },
    draftId: 'draft-content-1',
    inboxId: 'billing@acme.test',
    openedAtMs: OPENED_MS,
    lastSeenAtMs: OPENED_MS,
    count: 1,
    resolvedAtMs: null,
    acknowledgedBy: null,
    acknowledgedAtMs: null,
    reminders: 0,
    ...change,
  };
}

export function notice(change: Partial<AlertRow> = {}, more: Partial<AlertNotice> = {}): AlertNotice {
  return { alert: alertRow(change), transition: 'opened', noticeId: 'alert-a1-opened', ...more };
}
