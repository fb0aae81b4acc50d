import { bareAddress } from '../../domain/content.ts';
import type { Hindrance } from '../../domain/draft-event.ts';
import {
  actionFor,
  CHECK_CHOICES,
  type CheckAction,
  type CheckResult,
  type ConfigurableCheck,
} from '../../domain/preflight.ts';
import type { Circumstances, Finding, Subject } from './subject.ts';

const HOUR_MS = 3_600_000;
/** When a check that holds a draft back is asked again, where nothing else tells it that its cause is gone. */
const ASK_AGAIN_MS: Partial<Record<Finding['check'], number>> = { send_lists: HOUR_MS, quota: HOUR_MS };
const ASK_AGAIN_DEFAULT_MS = 6 * HOUR_MS;

const isConfigurable = (check: string): check is ConfigurableCheck => Object.hasOwn(CHECK_CHOICES, check);

/** What a finding does at this inbox. Checks nobody may loosen send the draft back to people. */
export function judge(finding: Finding, { settings, nowMs }: Circumstances, subject: Subject) {
  const { check, reason, evidence, untilMs, threadSeen } = finding;
  const wanted = isConfigurable(check) ? actionFor(check, settings.checks) : 'review';
  const action = wanted === 'drop' && !canDrop(finding, subject) ? 'review' : wanted;
  const result: CheckResult = { check, result: action, reason, ...(evidence && { evidence }) };
  return { result, hindrance: hindranceOf() };

  function hindranceOf(): Hindrance | null {
    const byAction: Record<CheckAction, Hindrance | null> = {
      review: { kind: 'not_sent', reason, found: result, ...(threadSeen !== undefined && { threadSeen }) },
      block: {
        kind: 'held',
        reason,
        found: result,
        untilMs: untilMs ?? nowMs + (ASK_AGAIN_MS[check] ?? ASK_AGAIN_DEFAULT_MS),
      },
      drop: { kind: 'drop', reason, found: result },
      warn: null,
    };
    return byAction[action];
  }
}

/** Somebody must remain to write to, and a reply's recipients are AgentMail's to derive. */
function canDrop({ addresses = [] }: Finding, { revision }: Subject): boolean {
  const { reply, to } = revision.content;
  const left = to.filter((recipient) => !addresses.includes(bareAddress(recipient) ?? ''));
  return reply === null && left.length > 0;
}
