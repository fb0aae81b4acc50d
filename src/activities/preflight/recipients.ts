import type { MailProvider } from '../../agentmail/port.ts';
import { respectsQuietHours } from '../../domain/due.ts';
import { actionFor } from '../../domain/preflight.ts';
import { type QuietHours, quietUntilAllMs } from '../../domain/quiet.ts';
import type { Circumstances, Finding, Subject } from './subject.ts';

/** Nobody who said no, or whom we cannot reach. */
export function suppressed({ suppressed: matches }: Circumstances): Finding | null {
  const [first] = matches;
  if (!first) return null;
  const addresses = matches.map(({ address }) => address);
  const evidence = { recipients: addresses.length, because: first.reason };
  const ends = matches.flatMap(({ expiresAtMs }) => expiresAtMs ?? []);
  // A draft that is held back keeps the end of that itself; of everything else it is told.
  const untilMs = ends.length === 0 ? undefined : Math.min(...ends);
  return { check: 'suppression', reason: 'recipient_suppressed', addresses, evidence, untilMs };
}

/** Nobody who wrote to get no more mail, before somebody decided whether that was meant. */
export function stopAsked({ stopsAsked }: Circumstances): Finding | null {
  if (stopsAsked.length === 0) return null;
  const addresses = stopsAsked.map(({ address }) => address);
  const evidence = { recipients: addresses.length, because: 'asked_to_stop' };
  return { check: 'suppression', reason: 'recipient_asked_to_stop', addresses, evidence };
}

/** Nobody who opted out of mail of this category. */
export function optedOut({ preferences }: Circumstances, { row }: Subject): Finding | null {
  const refuses = (category: string) => category === '*' || category === row.category;
  const addresses = preferences.filter((known) => known.optedOut.some(refuses)).map(({ address }) => address);
  if (addresses.length === 0) return null;
  const evidence = { recipients: addresses.length, category: row.category };
  return { check: 'preferences', reason: 'recipient_opted_out', addresses, evidence };
}

const hoursOf = ({ preferences }: Circumstances): QuietHours[] =>
  preferences.flatMap(({ timeZone, quietFrom, quietTo }) =>
    quietFrom && quietTo ? [{ timeZone: timeZone ?? 'UTC', from: quietFrom, to: quietTo }] : [],
  );

/** Not in hours in which one of the recipients wants no mail. */
export function quietNow(around: Circumstances, { schedule }: Subject): Finding | null {
  if (!respectsQuietHours(schedule)) return null;
  const untilMs = quietUntilAllMs(hoursOf(around), around.nowMs);
  return untilMs === null ? null : { check: 'quiet_hours', reason: 'quiet_hours', untilMs };
}

/** Quiet hours that cut into a window: it opens where neither says no, or is missed. */
export function windowQuiet(around: Circumstances, { schedule }: Subject): QuietHours[] | undefined {
  const cut = schedule.kind === 'window' && actionFor('quiet_hours', around.settings.checks) === 'block';
  return cut && respectsQuietHours(schedule) ? hoursOf(around) : undefined;
}

/** Nobody AgentMail's own send lists would refuse. */
export async function blocked(
  mail: MailProvider,
  { addresses }: Circumstances,
  { row }: Subject,
): Promise<Finding | null> {
  const refused = await mail.blockedRecipients(row.inboxId, addresses);
  if (refused.length === 0) return null;
  return {
    check: 'send_lists',
    reason: 'recipient_blocked',
    addresses: refused,
    evidence: { recipients: refused.length },
  };
}
