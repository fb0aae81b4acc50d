import { describe, expect, it } from 'vitest';
import { createAgentMail } from '../../src/agentmail/index.ts';
import { connect, INBOX, refusalOf, useEmulator } from './support.ts';

const SEND = 'POST /v0/inboxes/*/drafts/*/send';
const LIST = 'GET /v0/inboxes/*/drafts';

describe('faults by chance and by the clock', () => {
  const bench = useEmulator();
  const list = (key = 'am_any') => connect(bench.emulator.url, key).inboxes.drafts.list(INBOX);
  const outcomes = async (count: number) => {
    const seen: number[] = [];
    for (let n = 0; n < count; n += 1)
      seen.push(
        await list().then(
          () => 200,
          () => 500,
        ),
      );
    return seen.join(' ');
  };

  it('the same seed strikes the same requests, another one others, at the rate given', async () => {
    const { control } = bench.emulator;
    const rule = { kind: 'status', route: LIST, status: 500, probability: 0.3 } as const;
    const runs: string[] = [];
    for (const seed of [7, 7, 8]) {
      await control.addFault({ ...rule, seed });
      runs.push(await outcomes(40));
      await control.clearFaults();
    }
    expect(runs[1]).toBe(runs[0]);
    expect(runs[2]).not.toBe(runs[0]);
    const struck = runs[0]!.split(' ').filter((status) => status === '500').length;
    expect(struck).toBeGreaterThan(4);
    expect(struck).toBeLessThan(22);
  });

  it('0 never strikes, 1 always, and `times` still ends it', async () => {
    const { control } = bench.emulator;
    await control.addFault({ kind: 'status', route: LIST, status: 500, probability: 0 });
    expect(await outcomes(3)).toBe('200 200 200');
    await control.addFault({ kind: 'status', route: LIST, status: 500, probability: 1, times: 2 });
    expect(await outcomes(3)).toBe('500 500 200');
  });

  it('an outage lasts from .. to by the clock of the emulator', async () => {
    const { control } = bench.emulator;
    const now = Date.parse((await control.clock()).now);
    const during = { fromMs: now + 60_000, toMs: now + 25 * 3_600_000 };
    const { id } = await control.addFault({ kind: 'reset_before', route: '* /v0/**', during });
    await list();
    await control.advanceClock(61_000);
    for (let n = 0; n < 3; n += 1) expect(await refusalOf(list())).toMatchObject({ statusCode: undefined });
    await control.advanceClock(25 * 3_600_000);
    await list();
    expect(await control.faults()).toMatchObject([{ id, seen: 3, hits: 3 }]);
  });

  it('limit_key: the key of the struck request is refused on every route for a while, others are not', async () => {
    const { control } = bench.emulator;
    await control.addFault({ kind: 'limit_key', route: LIST, forMs: 1_200, apiKey: 'am_one' });
    await list('am_two');
    const error: unknown = await list('am_one').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ statusCode: 429, body: { code: 'rate_limit_exceeded' } });
    expect((error as { rawResponse: { headers: Headers } }).rawResponse.headers.get('retry-after')).toBe('2');
    const other = connect(bench.emulator.url, 'am_one').inboxes.get(INBOX);
    expect(await refusalOf(other)).toMatchObject({ statusCode: 429 });
    await list('am_two');
    await expect
      .poll(
        () =>
          list('am_one').then(
            () => 'answered',
            () => 'refused',
          ),
        { timeout: 3_000 },
      )
      .toBe('answered');
  });
});

describe('answers that are none', () => {
  const bench = useEmulator();
  const mail = (timeoutMs = 5_000) => createAgentMail({ apiKey: 'k', baseUrl: bench.emulator.url, timeoutMs });
  const makeDraft = () => bench.client.inboxes.drafts.create(INBOX, { to: ['a@x.test'], subject: 'approved' });
  const send = (draftId: string, timeoutMs = 5_000) =>
    mail().sendDraft(INBOX, draftId, { idempotencyKey: 'k', label: 'l', timeoutMs });
  const sentCount = async () => (await bench.emulator.control.outbox()).count;

  it('hang: the client waits in vain, and the request was not carried out', async () => {
    const draft = await makeDraft();
    await bench.emulator.control.addFault({ kind: 'hang', route: SEND });
    await expect(send(draft.draftId, 300)).rejects.toMatchObject({ type: 'agentmail.timeout' });
    expect(await sentCount()).toBe(0);
    await send(draft.draftId);
    expect(await sentCount()).toBe(1);
  });

  it('hang after: it was carried out', async () => {
    const draft = await makeDraft();
    await bench.emulator.control.addFault({ kind: 'hang', route: SEND, when: 'after' });
    await expect(send(draft.draftId, 600)).rejects.toMatchObject({ type: 'agentmail.timeout' });
    expect(await sentCount()).toBe(1);
  });

  it('truncate: half an answer to a request that was carried out', async () => {
    const draft = await makeDraft();
    await bench.emulator.control.addFault({ kind: 'truncate', route: SEND });
    const response = await fetch(`${bench.emulator.url}/v0/inboxes/${INBOX}/drafts/${draft.draftId}/send`, {
      method: 'POST',
      headers: { authorization: 'Bearer k', 'idempotency-key': 'k', 'content-type': 'application/json' },
      body: '{"add_labels":["l"]}',
    });
    expect(response.status).toBe(200);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(50);
    await expect(response.text()).rejects.toThrow();
    expect(await sentCount()).toBe(1);
    await bench.emulator.control.addFault({ kind: 'truncate', route: SEND });
    await expect(send(draft.draftId)).rejects.toMatchObject({ nonRetryable: false });
    await send(draft.draftId);
    expect(await sentCount()).toBe(1);
  });

  it.each([
    ['after', 1],
    ['before', 0],
  ] as const)('bad_json %s: %i sent, and no client takes it for an answer', async (when, count) => {
    const draft = await makeDraft();
    await bench.emulator.control.addFault({ kind: 'bad_json', route: SEND, when });
    await expect(send(draft.draftId)).rejects.toMatchObject({ type: 'agentmail.unexpected_response' });
    expect(await sentCount()).toBe(count);
    await send(draft.draftId);
    expect(await sentCount()).toBe(1);
  });

  it('a foreign writer edits and deletes drafts nobody asked for, drawn by the seed', async () => {
    const { control } = bench.emulator;
    const drafts: string[] = [];
    for (let n = 0; n < 5; n += 1) drafts.push((await makeDraft()).draftId);
    const any = { draft: 'any', route: 'GET /v0/inboxes', times: 3, seed: 5 } as const;
    await control.addFault({ ...any, kind: 'edit_draft', patch: { subject: 'foreign' } });
    for (let n = 0; n < 3; n += 1) await bench.client.inboxes.list();
    const subjects = async () => (await bench.client.drafts.list()).drafts.map(({ subject }) => subject);
    expect(new Set(await subjects())).toEqual(new Set(['approved', 'foreign']));
    await control.addFault({ ...any, kind: 'delete_draft' });
    for (let n = 0; n < 3; n += 1) await bench.client.inboxes.list();
    expect(await subjects()).toHaveLength(2);
  });

  it('what the service refuses a foreign writer changes nothing for others', async () => {
    const { control } = bench.emulator;
    const draft = await makeDraft();
    const route = 'GET /v0/inboxes/*/drafts/*';
    await control.addFault({ kind: 'edit_draft', route, patch: { to: ['nonsense'] }, when: 'before' });
    expect(await bench.client.inboxes.drafts.get(INBOX, draft.draftId)).toEqual(draft);
  });
});

describe('the monthly quota', () => {
  const bench = useEmulator();

  it('refuses sends of all kinds until the next month, and a known key is still answered', async () => {
    const { client, emulator } = bench;
    const now = Date.parse((await emulator.control.clock()).now);
    await emulator.control.advanceClock(Date.UTC(2031, 0, 31, 23, 50) - now);
    await emulator.control.setSwitches({ monthlyQuota: 2 });
    const draft = await client.inboxes.drafts.create(INBOX, { to: ['a@x.test'] });
    const other = await client.inboxes.drafts.create(INBOX, { to: ['a@x.test'] });
    const send = (draftId: string, idempotencyKey: string) =>
      client.inboxes.drafts.send(INBOX, draftId, {}, { idempotencyKey });
    await client.inboxes.messages.send(INBOX, { to: 'a@x.test' });
    const first = await send(draft.draftId, 'k1');
    const exceeded = { statusCode: 403, code: 'limit_exceeded' };
    expect(await refusalOf(send(other.draftId, 'k2'))).toMatchObject(exceeded);
    expect(await refusalOf(client.inboxes.messages.send(INBOX, { to: 'a@x.test' }))).toMatchObject(exceeded);
    expect(await send(draft.draftId, 'k1')).toEqual(first);
    await emulator.control.advanceClock(11 * 60_000);
    await send(other.draftId, 'k2');
    expect((await emulator.control.outbox()).count).toBe(3);
  });
});
