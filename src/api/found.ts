import type { Actor } from '../domain/actor.ts';
import { checkInWords } from '../domain/check-words.ts';
import { allRecipients, bareAddress } from '../domain/content.ts';
import { EVERYTHING } from '../domain/opt-out.ts';
import { isAgent } from '../domain/permissions.ts';
import type { CheckResult } from '../domain/preflight.ts';
import type { ReasonCode } from '../domain/reasons.ts';
import { ORGANIZATION, type SuppressionMatch } from '../domain/suppression.ts';
import type { AuditRow, DraftRow } from '../store/types.ts';
import type { Api } from './context.ts';
import type { Found } from './schemas/index.ts';
import { iso } from './views.ts';

type Asked = Pick<Api, 'store' | 'mail' | 'names' | 'now'>;

/** Nobody waits longer for AgentMail to see who or what it is about. */
const ASK_MS = 2_000;

/**
 * The check behind the reason a draft stands with, from its record. Addresses are never in there: those a check is about
 * are looked up now, among the recipients of the revision it was about, and only for people.
 */
export async function foundOf(api: Asked, caller: Actor, row: DraftRow, reason: ReasonCode | null) {
  if (reason === null) return null;
  const events = await api.store.listEvents(row.draftId);
  const event = events.findLast(({ type, data }) => (type === 'sent_back' || type === 'held_back') && data.reason);
  const result = event?.data.checks?.at(-1);
  if (!event || !result || !speaksOf(reason, event, result)) return null;
  const details = isAgent(caller) ? [] : await detailsOf(api, row, event, result);
  const message = checkInWords(result);
  if (message === null && details.length === 0) return null;
  const found: Found = { check: result.check, at: iso(event.atMs), message: message ?? '', details };
  return found;
}

/** Recipients that were left out stand for the check that found them. */
const speaksOf = (reason: ReasonCode, { data }: AuditRow, { result }: CheckResult) =>
  data.reason === reason || (reason === 'recipients_dropped' && result === 'drop');

async function detailsOf(api: Asked, row: DraftRow, { revision }: AuditRow, result: CheckResult): Promise<string[]> {
  const { store, mail } = api;
  const { check, evidence = {} } = result;
  const { draftId, inboxId, recipe, creator, batchId, category } = row;
  if (check === 'pause') {
    const pauses = await store.pausesOn({ draftId, inboxId, recipe, creatorId: creator.id, batchId });
    return pauses.map(({ kind, id, by, reason }) => {
      const what = kind === 'all' || kind === 'draft' ? kind : `${kind} ${kind === 'agent' ? api.names(id).name : id}`;
      const who = by === 'system' ? 'Countersign' : api.names(by).name;
      return `${what}: paused by ${who}${reason ? ` (${reason})` : ''}`;
    });
  }
  if (!['suppression', 'preferences', 'send_lists', 'newer_inbound'].includes(check)) return [];
  const record = await store.getRevision(draftId, revision);
  const addresses = [...new Set(record ? allRecipients(record.content).flatMap((to) => bareAddress(to) ?? []) : [])];
  if (check === 'suppression' && evidence.because === 'asked_to_stop')
    return (await store.stopsAskedAmong(addresses)).map(
      ({ address, proposalId }) => `${address}: asked by mail to get no more of it (proposal ${proposalId})`,
    );
  if (check === 'suppression')
    return (await store.suppressedAmong(addresses, { inboxId, nowMs: api.now() })).map(listed);
  if (check === 'send_lists') {
    const blocked = (await soon(() => mail.blockedRecipients(inboxId, addresses))) ?? [];
    return blocked.map((address) => `${address}: on a block list of AgentMail`);
  }
  if (check === 'newer_inbound') {
    const answered = record?.content.reply?.inReplyTo;
    const thread = answered ? await soon(() => mail.threadOf(inboxId, answered)) : null;
    const newer = thread?.filter(({ messageId }) => messageId === evidence.messageId) ?? [];
    return newer.map(({ from, subject, timestampMs }) => `${from}: ${subject}, ${iso(timestampMs)}`);
  }
  const refuses = (name: string) => name === EVERYTHING || name === category;
  const known = await store.preferencesOf(addresses);
  return known.filter(({ optedOut }) => optedOut.some(refuses)).map(({ address }) => `${address}: opted out`);
}

/** What AgentMail says, if it says so soon: a page does without. */
async function soon<T>(ask: () => Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ASK_MS);
  });
  return Promise.race([ask().catch(() => null), late]).finally(() => clearTimeout(timer));
}

function listed({ address, entry, scope, reason }: SuppressionMatch): string {
  const by = entry === address ? '' : `, by the entry ${entry}`;
  const where = scope === ORGANIZATION ? '' : ', for this inbox';
  return `${address}: ${reason.replaceAll('_', ' ')}${by}${where}`;
}
