import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Batch } from '../../src/client/index.ts';
import { createInbox, createMachine, eventually, type Machine } from '../support/machine.ts';

const INBOX = 'batch@countersign.test';
const HEADER =
  'to,customer.name,invoice.number,invoice.amount.minorUnits,invoice.amount.currency,invoice.dueOn,sender.name,sender.company';
const ROWS = 300;

let machine: Machine;
beforeAll(async () => {
  machine = await createMachine();
  await machine.start();
  await createInbox(machine.mailUrl, INBOX);
});
afterAll(() => machine?.dispose());

const until = (id: string, what: string, look: (batch: Batch) => boolean) =>
  eventually(
    what,
    async () => {
      const batch = await machine.reviewer().batches.get(id);
      return look(batch) && batch;
    },
    240_000,
  );

it('300 rows: everything killed while it runs and while it is paused; no row twice, none lost', async () => {
  const row = (n: number) =>
    `p${n}@example.com,Person ${n},R-${n},${n % 100 === 0 ? 'nothing' : n},EUR,2026-11-02,Jonas Brandt,Nordlicht`;
  const file = [HEADER, ...Array.from({ length: ROWS }, (_, n) => row(n + 1))].join('\n');
  const { id } = await machine.agent().batches.create({ name: 'kill', inbox: INBOX, recipe: 'invoice-reminder' });
  await machine.agent().batches.upload(id, file, { chunkBytes: 10_000 });
  await machine.agent().batches.start(id);

  await until(id, 'some started', ({ rows }) => rows.started >= 40);
  await machine.kill();
  await machine.start();
  await until(id, 'more started', ({ rows }) => rows.started >= 100);
  const paused = await machine.agent().batches.pause(id);
  await machine.kill();
  await machine.start();
  await sleep(2_000);
  expect(await machine.reviewer().batches.get(id)).toMatchObject({ status: 'paused', rows: paused.rows });

  await machine.agent().batches.resume(id);
  const done = await until(id, 'finished', ({ status }) => status === 'finished');
  expect(done.rows).toEqual({ total: ROWS, waiting: 0, bad: 3, started: ROWS - 3 });
  const all = await until(id, 'all composed', ({ drafts }) => drafts.in_review === ROWS - 3);
  expect(all.drafts).toEqual({ in_review: ROWS - 3 });
  const results = await new Response(await machine.reviewer().batches.results(id, 'jsonl')).text();
  const drafts = results
    .trim()
    .split('\n')
    .flatMap((line) => JSON.parse(line).draftId ?? []);
  expect(new Set(drafts).size).toBe(ROWS - 3);
}, 600_000);
