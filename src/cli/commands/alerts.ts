import type { Command } from 'commander';
import { z } from 'zod';
import type { Alert, AlertDetail, Countersign } from '../../client/index.ts';
import { contextOf, type Io } from '../context.ts';
import { EXIT, ExitWith } from '../exit.ts';
import type { Output, Style } from '../output.ts';
import { safe, when } from '../text.ts';

const listOptions = z.object({ all: z.boolean().default(false) });

export function addAlerts(program: Command, io: Io): void {
  const alerts = program.command('alerts').description('what operators are told');
  const list = alerts
    .command('list', { isDefault: true })
    .description('open alerts, newest first')
    .option('--all', 'also those that are over')
    .action(async () => {
      const { out, client } = contextOf(io, list);
      const { all } = listOptions.parse(list.opts());
      const page = await client('operator').alerts.list({ limit: 100, ...(!all && { open: true }) });
      if (out.json) return out.value(page);
      if (page.items.length === 0) return out.note(all ? 'There was no alert yet.' : 'No alert is open.');
      const rows = safe(page.items).map((one) => [
        one.id,
        out.style(one.severity, STYLES[one.severity]),
        one.title,
        factsOf(one),
        when(one.openedAt),
        stateOf(one),
      ]);
      out.table(['id', 'severity', 'alert', 'facts', 'since', 'state'], rows, ['alert', 'facts'], ['facts', 'since']);
      if (page.nextCursor) out.note('There are more; --json tells where they go on.');
    });
  const ack = alerts
    .command('ack <id>')
    .description('take care of an alert: no more reminders of it')
    .action(async (id: string) => {
      const { out, client } = contextOf(io, ack);
      const alert = await client('operator').alerts.acknowledge(id);
      if (out.json) out.value(alert);
      else out.line(`${alert.id} is acknowledged by ${safe(alert.acknowledgedBy?.name ?? '')}.`);
    });
  const test = alerts
    .command('test')
    .description('tell a test alert on every channel and see how they take it')
    .action(async () => {
      const { out, client } = contextOf(io, test);
      const operator = client('operator');
      const { id } = await operator.alerts.test();
      const detail = await told(operator, id, io.signal);
      if (out.json) out.value(detail);
      else showDeliveries(out, detail);
      if (detail.deliveries.some(({ state }) => state !== 'delivered')) throw new ExitWith(EXIT.error);
    });
}

const STYLES: Record<Alert['severity'], Style> = { info: 'cyan', warning: 'yellow', critical: 'red' };

const factsOf = ({ facts, draftId, inboxId }: Alert) =>
  Object.entries({ ...(draftId && { draft: draftId }), ...(inboxId && { inbox: inboxId }), ...facts })
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

function stateOf({ resolvedAt, acknowledgedBy, count }: Alert): string {
  if (resolvedAt !== null) return 'over';
  return acknowledgedBy ? `open, ${acknowledgedBy.name}` : `open, seen ${count}x`;
}

/** Longest wait for the channels' answers; a receiver that is down is tried for a day. */
const WAIT_MS = 20_000;
const LOOK_EVERY_MS = 300;

/** The alert once every channel has taken it or has failed at least once. */
async function told(client: Countersign, id: string, signal: AbortSignal): Promise<AlertDetail> {
  const untilMs = Date.now() + WAIT_MS;
  for (;;) {
    const detail = await client.alerts.get(id);
    const waiting = detail.deliveries.some(({ state, attempts }) => state === 'pending' && attempts === 0);
    if ((!waiting && detail.deliveries.length > 0) || Date.now() > untilMs || signal.aborted) return detail;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function showDeliveries(out: Output, { deliveries }: AlertDetail): void {
  const rows = safe(deliveries).map(({ channel, state, attempts, lastError }) => [
    channel,
    out.style(state, state === 'delivered' ? 'green' : 'red'),
    String(attempts),
    lastError ?? '',
  ]);
  out.table(['channel', 'state', 'attempts', 'error'], rows, ['error']);
}
