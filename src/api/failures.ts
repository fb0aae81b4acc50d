import type { AuditData } from '../domain/audit.ts';
import { REASONS } from '../domain/reasons.ts';
import type { Store } from '../store/types.ts';
import type { DraftSummary } from './schemas/index.ts';

/** What a failure's code says, in words and with what to do; the codes are those that may enter history. */
const WHY: Record<string, string> = {
  'agentmail.not_found': 'AgentMail has no such inbox, draft or message; `countersign inbox list` shows the inboxes',
  'agentmail.validation': 'AgentMail refused the content',
  'agentmail.message_rejected': 'AgentMail rejected the draft',
  'agentmail.missing_permission': "Countersign's AgentMail key lacks a permission; `countersign doctor` tells more",
  'agentmail.forbidden': 'AgentMail forbids it: the inbox may be inactive, or out of the scope of the key',
  'agentmail.unauthorized': "AgentMail refused Countersign's key",
  'agentmail.too_large': 'the email is larger than AgentMail takes',
  'agentmail.attachment_too_large': 'an attachment is too large',
  'compose.recipe_unknown': 'the worker knows no recipe of this name',
  'compose.recipe_input': "the recipe's input is not valid",
  'compose.template_invalid': 'the template has a fault',
  'compose.source_refused': 'the request was refused: by the source (4xx), or because its host is not allowed',
  'compose.source_failed': 'the source did not answer as it should, or the message is not in the inbox',
  'compose.source_invalid': 'the answer is not JSON, or too large',
  'compose.model_failed': 'the model did not answer',
  'compose.model_invalid': 'the model did not answer with a subject and a text',
};

/** Steps that are named by what they do; every other name is a source of the recipe. */
const STEPS = ['write', 'initial', 'edit', 'recompose', 'recapture', 'restore', 'generate', 'render', 'check'];

/** Why a composition failed: what it was, which step, and the reason as far as its code tells. */
export function composeFailure({ reason, step, code }: Pick<AuditData, 'reason' | 'step' | 'code'>): string {
  const what = reason === undefined ? 'The email could not be composed.' : REASONS[reason];
  const where = step === undefined || STEPS.includes(step) ? '' : ` (${step})`;
  if (code === undefined || code === reason) return what;
  const why = Object.hasOwn(WHY, code) ? WHY[code] : undefined;
  return `${what.replace(/\.$/, '')}${where}: ${why === undefined ? code : `${why} (${code})`}.`;
}

const OF_COMPOSITION: readonly string[] = ['source_failed', 'compose_failed'];

/** The reason of a draft whose composition failed, with the step and why: its code alone names neither. */
export async function reasonInFull(
  store: Store,
  draftId: string,
  reason: DraftSummary['reason'],
): Promise<DraftSummary['reason']> {
  if (reason === null || !OF_COMPOSITION.includes(reason.code)) return reason;
  const failed = (await store.listEvents(draftId)).findLast(({ type }) => type === 'compose_failed');
  return failed ? { ...reason, message: composeFailure(failed.data) } : reason;
}
