import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  bounce,
  createHooked,
  type Delivery,
  deliver,
  draftTo,
  type HookedEdge,
  INBOX,
  PATH,
  signed,
} from './support.ts';

const VICTIM = 'victim@example.com';
const MINUTE_MS = 60_000;
let edge: HookedEdge;
beforeAll(async () => {
  edge = await createHooked();
  await draftTo(edge.store, [VICTIM]);
  await draftTo(edge.store, [VICTIM], { status: 'sent', messageId: '<sent@x>' });
});
afterAll(() => edge.close());

const genuine = () => signed(bounce('<sent@x>', VICTIM));
const changed = (delivery: Delivery, headers: Record<string, string>): Delivery => ({
  ...delivery,
  headers: { ...delivery.headers, ...headers },
});
const without = ({ body, headers }: Delivery, name: string): Delivery => ({
  body,
  headers: Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name)),
});
const filler = (bytes: number) => JSON.stringify({ ...bounce('<sent@x>', VICTIM), filler: 'x'.repeat(bytes) });

/** What a webhook could have changed. */
async function state() {
  const { store, engine } = edge;
  const { items: drafts } = await store.listDrafts({ limit: 100 });
  return {
    suppressions: (await store.listSuppressions({ limit: 100 })).items,
    proposals: (await store.listProposals({ limit: 100 })).items,
    events: (await Promise.all(drafts.map(({ draftId }) => store.listEvents(draftId)))).flat(),
    noticed: [...engine.noticed],
    rows: await store.attachMessageEvents({ limit: 100, sinceMs: 0 }),
  };
}

describe('a bad webhook is refused, logged without what it says, and changes nothing', () => {
  const CASES: [string, number, () => Delivery][] = [
    ['a wrong secret', 401, () => signed(bounce('<sent@x>', VICTIM), { secret: `whsec_${btoa('another secret')}` })],
    [
      'another body under a right signature',
      401,
      () => ({ ...genuine(), body: JSON.stringify(bounce('<m>', VICTIM)) }),
    ],
    ['one byte more', 401, () => ({ ...genuine(), body: `${genuine().body} ` })],
    ['another id', 401, () => changed(genuine(), { 'svix-id': 'msg_another' })],
    ['another time', 401, () => changed(genuine(), { 'svix-timestamp': String(Math.floor(Date.now() / 1_000) - 9) })],
    ['an old time', 401, () => signed(bounce('<sent@x>', VICTIM), { atMs: Date.now() - 5 * MINUTE_MS - 2_000 })],
    ['a time to come', 401, () => signed(bounce('<sent@x>', VICTIM), { atMs: Date.now() + 5 * MINUTE_MS + 2_000 })],
    ['no signature', 401, () => without(genuine(), 'svix-signature')],
    ['no id', 401, () => without(genuine(), 'svix-id')],
    ['no time', 401, () => without(genuine(), 'svix-timestamp')],
    ['a time that is no number', 401, () => changed(genuine(), { 'svix-timestamp': '1e9' })],
    ['an empty signature of another version', 401, () => changed(genuine(), { 'svix-signature': 'v2,abc v1,' })],
    ['garbage, signed', 400, () => signed('\u0000{not json')],
    ['nothing, signed', 400, () => signed('')],
    ['JSON that is no event, signed', 400, () => signed('[1, 2, 3]')],
    ['an event without its part, signed', 400, () => signed({ event_type: 'message.bounced', event_id: 'e' })],
    ['an event without an id, signed', 400, () => signed({ ...bounce('<sent@x>', VICTIM), event_id: undefined })],
    ['10 MB, signed', 413, () => signed(filler(10_000_000))],
    ['10 MB of garbage', 413, () => ({ body: 'x'.repeat(10_000_000), headers: {} })],
    ['a little more than is read', 413, () => signed(filler(1024 * 1024))],
  ];

  it.each(CASES)('%s: %i', async (_, status, make) => {
    const before = await state();
    edge.logged.length = 0;
    const response = await deliver(edge, make());
    expect(response.status).toBe(status);
    const text = await response.text();
    expect(text).not.toContain(VICTIM);
    expect(JSON.parse(text)).toMatchObject({ status });
    expect(await state()).toEqual(before);
    expect(edge.logged.length).toBe(1);
    expect(JSON.stringify(edge.logged)).not.toContain(VICTIM);
  });

  it('a replay of one that was taken: 401, while the same event signed anew is only acknowledged', async () => {
    const event = bounce('<sent@x>', VICTIM);
    const [id, atMs] = ['msg_replayed', Date.now() - MINUTE_MS];
    const first = signed(event, { id, atMs });
    expect((await deliver(edge, first)).status).toBe(200);
    const before = await state();
    expect(before.suppressions).toMatchObject([{ entry: VICTIM, reason: 'hard_bounce' }]);
    expect(before.noticed.length).toBe(1);
    expect((await deliver(edge, first)).status).toBe(401);
    expect(edge.logged.at(-1)).toEqual({ fields: { reason: 'replayed' }, message: 'webhook refused' });
    expect((await deliver(edge, signed(event, { id, atMs: atMs - 9_000 }))).status).toBe(401);
    expect((await deliver(edge, signed(event, { id }))).status).toBe(200);
    expect(await state()).toEqual(before);
  });

  it('nothing is taken without a secret', async () => {
    const bare = await createHooked({ webhookSecrets: () => [] });
    expect((await deliver(bare, genuine())).status).toBe(404);
    await bare.close();
  });

  it('is no way in for a browser or another method', async () => {
    expect((await edge.app.request(PATH)).status).toBe(405);
    expect(INBOX).toContain('@');
  });
});
