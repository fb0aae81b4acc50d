/** What can be paused, the widest first. */
export const PAUSE_KINDS = ['all', 'inbox', 'recipe', 'agent', 'batch'] as const;
export type PauseKind = (typeof PAUSE_KINDS)[number];

/** Whose mail a limit counts: everybody's, an inbox's, or that to the addresses of one domain. */
export const LIMIT_KINDS = ['organization', 'inbox', 'recipient_domain'] as const;
export type LimitKind = (typeof LIMIT_KINDS)[number];
/** As a target: each inbox, or each domain, that has no limits of its own. The only target of `organization`. */
export const EACH = '*';

/** At most `count` requests in any `perMs`. */
export interface RateWindow {
  count: number;
  perMs: number;
}
export interface SendLimit extends RateWindow {
  kind: LimitKind;
  /** An inbox id, a domain in lower case, or `*`. */
  target: string;
}

/** Where requests are counted. */
export interface RateScope extends RateWindow {
  scope: string;
  /** Among whom the room is shared fairly when there is too little; absent: all are one. */
  flow?: string;
}

/**
 * The scopes a mail counts in. A mail counts once in each domain it goes to, however many of its recipients are there:
 * one request to AgentMail becomes one message to that domain. Limits of a very inbox or domain replace those of each.
 */
export function limitsFor(mail: {
  inboxId: string;
  recipientDomains: readonly string[];
  limits: readonly SendLimit[];
}): RateScope[] {
  const { inboxId, limits } = mail;
  const domains = [...new Set(mail.recipientDomains.map((domain) => domain.toLowerCase()))];
  const scopes = (kind: LimitKind, id: string, name: string) => {
    const ofKind = limits.filter((limit) => limit.kind === kind);
    const own = ofKind.filter(({ target }) => target === id);
    const valid = own.length > 0 ? own : ofKind.filter(({ target }) => target === EACH);
    return valid.map(({ count, perMs }) => ({ scope: `${name}/${perMs}`, count, perMs, flow: inboxId }));
  };
  return [
    ...scopes('organization', EACH, 'organization'),
    ...scopes('inbox', inboxId, `inbox:${inboxId}`),
    ...domains.flatMap((domain) => scopes('recipient_domain', domain, `domain:${domain}`)),
  ];
}

/** The first instant of the calendar month of `nowMs`, UTC, and of the next one. */
export function monthOf(nowMs: number): { fromMs: number; toMs: number } {
  const date = new Date(nowMs);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return { fromMs: Date.UTC(year, month), toMs: Date.UTC(year, month + 1) };
}

export function quotaLevel(
  used: number,
  { monthlyQuota, warningPercent, criticalPercent }: QuotaLimits,
): 'ok' | 'warning' | 'critical' | 'exhausted' {
  if (monthlyQuota === null) return 'ok';
  if (used >= monthlyQuota) return 'exhausted';
  const percent = (used / monthlyQuota) * 100;
  return percent >= criticalPercent ? 'critical' : percent >= warningPercent ? 'warning' : 'ok';
}
interface QuotaLimits {
  monthlyQuota: number | null;
  warningPercent: number;
  criticalPercent: number;
}
