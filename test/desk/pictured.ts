import { readFileSync } from 'node:fs';
import { Countersign } from '../../src/client/index.ts';
import { SAMPLES } from './samples.ts';
import { until } from './steps.ts';
import type { DeskSystem } from './system.ts';

/** What the pictures are of. */
export interface Pictured {
  refund: string;
  edited: string;
  batch: string;
  operation: string;
  inbox: string;
}

const ROWS = `to,customer.name,invoice.number,invoice.amount.value,invoice.amount.currency,invoice.dueOn,level,locale,sender.name,sender.company
anna@keller.example,Anna Keller,NL-401,120.00,EUR,2026-11-02,1,en,Jonas Weber,Acme
tom@okafor.example,Tom Okafor,NL-402,86.50,EUR,2026-11-04,1,en,Jonas Weber,Acme
nobody@lind.example,Nora Lind,NL-403,no amount,EUR,2026-11-02,1,en,Jonas Weber,Acme
joan@ellis.example,Joan Ellis,NL-404,310.00,EUR,2026-11-05,2,en,Jonas Weber,Acme
`;
const DAY_MS = 86_400_000;
const hoursAhead = (hours: number) => new Date(Math.ceil(Date.now() / 3_600_000 + hours) * 3_600_000).toISOString();

/** A small shop in the middle of its day: drafts that wait, some that left, rules, people, a batch, an alert. */
export async function picturedThings(desk: DeskSystem): Promise<Pictured> {
  const client = (who: keyof DeskSystem['keys']) => new Countersign({ baseUrl: desk.url, apiKey: desk.keys[who] });
  const [ana, olga] = [client('ana'), client('olga')];
  for (const [name, members] of Object.entries({ finance: ['ana', 'maria'], leads: ['ana'], security: ['maria'] })) {
    await olga.groups.set(name, members);
  }
  const later = new Date(Date.now() + 3 * DAY_MS).toISOString();
  await olga.absences.set('maria', { from: hoursAhead(20), until: later, standIn: 'ana' });
  const ids = await waiting(desk);
  const [gone = '', timed = '', edited = ''] = ids;
  for (const id of [gone, timed]) await approve(desk, id);
  for (const [index, name] of ['Lena Vogt', 'Omar Haddad', 'Mei Tanaka', 'Ruth Adler', 'Piet Bakker'].entries()) {
    await approve(desk, await delivery(desk, name, index));
  }
  await desk.agent.drafts.waitForOutcome(gone, { timeoutMs: 60_000 });
  const before = await ana.drafts.get(edited);
  const text = before.current?.content.text ?? '';
  const better = text.replace('we give 12 %, from 200 on 18 %', 'you get 12 % off, from 200 on 18 %');
  await ana.drafts.edit(edited, { baseRevision: before.revision, content: { text: better } });
  await until(async () => ((await ana.drafts.get(edited)).revision > before.revision ? true : null));

  const { id: batch } = await desk.agent.batches.create({
    ...{ name: 'Reminders of November', inbox: desk.inboxes.billing, recipe: 'invoice-reminder' },
    schedule: { kind: 'held' },
  });
  await desk.agent.batches.upload(batch, ROWS);
  await desk.agent.batches.start(batch);
  await until(async () => ((await ana.batches.get(batch)).status === 'finished' ? true : null)).catch(() => undefined);
  const rules = JSON.parse(readFileSync(new URL('../../examples/policy.json', import.meta.url), 'utf8'));
  await ana.policies.put({ policy: rules, comment: 'Finance reads large ones' });
  const { id: operation } = await ana.operations.preview({
    ...{ action: 'pause', filter: { inbox: desk.inboxes.billing }, comment: 'Prices are being corrected' },
  });
  await ana.operations.run(operation);
  await until(async () => ((await ana.operations.get(operation)).status === 'finished' ? true : null));
  const raise = { key: 'bounces', kind: 'bounce_rate', severity: 'warning' } as const;
  const title = 'Many messages of one inbox come back.';
  await desk.system.store.raiseAlert({ ...raise, title }, { alertId: 'alert-bounces', atMs: Date.now() - 3_600_000 });
  await ana.alerts.acknowledge('alert-bounces');
  return { refund: ids.at(-1) ?? '', edited, batch, operation, inbox: desk.inboxes.support };
}

async function waiting(desk: DeskSystem): Promise<string[]> {
  const ids: string[] = [];
  for (const { from, ...sample } of SAMPLES) {
    ids.push((await desk.agent.drafts.create({ ...sample, inbox: desk.inboxes[from] })).id);
  }
  for (const id of ids) await reviewable(desk, id);
  return ids;
}

const reviewable = (desk: DeskSystem, id: string) =>
  until(async () => ((await desk.agent.drafts.get(id)).status === 'composing' ? null : true));

/** Approved, and spread over the days of a calendar. */
async function delivery(desk: DeskSystem, name: string, index: number): Promise<string> {
  const to = [`${name} <${name.toLowerCase().replace(' ', '.')}@example.org>`];
  const text = `Hello ${name},\n\nyour order arrives tomorrow between 9 and 12.\n\nBest,\nJonas\n`;
  const { id } = await desk.agent.drafts.create({
    ...{ inbox: desk.inboxes.support, content: { to, subject: 'Your delivery of tomorrow', text } },
    schedule: { kind: 'at', at: hoursAhead(3 + index * 17) },
  });
  await reviewable(desk, id);
  return id;
}

async function approve(desk: DeskSystem, id: string): Promise<void> {
  const { revision, digest } = await desk.maria.drafts.get(id);
  await desk.maria.drafts.decide(id, { decision: 'approve', revision, digest: digest ?? '' });
}
