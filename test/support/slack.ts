import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export const SIGNING = 'signing secret of the app';
const TEAM = 'T1';

export interface SlackCall {
  method: string;
  body: Record<string, string>;
  /** Of a new message, its time stamp. */
  ts: string;
}
export type Member = { id: string; email?: string; team_id?: string; deleted?: boolean; is_bot?: boolean };

/** In the place of Slack's API, for Slack's own client. It remembers what it was asked. */
export async function startSlack() {
  const calls: SlackCall[] = [];
  const members = new Map<string, Member>();
  const state = { status: 200, headers: {} as Record<string, string>, error: null as string | null };
  const server = createServer(async (request, response) => {
    const body = Object.fromEntries(new URLSearchParams(await text(request)));
    const method = request.url?.split('/').at(-1) ?? '';
    const ts = `17.${calls.length + 1}`;
    calls.push({ method, body, ts });
    response.writeHead(state.status, { 'content-type': 'application/json', ...state.headers });
    response.end(JSON.stringify(state.error === null ? answer(method, body, ts) : { ok: false, error: state.error }));
  });
  const answer = (method: string, body: Record<string, string>, ts: string) => {
    if (method === 'auth.test') return { ok: true, team: 'Acme', team_id: TEAM };
    if (method !== 'users.lookupByEmail') return { ok: true, channel: body.channel ?? 'C1', ts };
    const member = members.get(body.email ?? '');
    if (member === undefined) return { ok: false, error: 'users_not_found' };
    const { email = body.email, ...user } = member;
    return { ok: true, user: { team_id: TEAM, ...user, profile: { email } } };
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { calls, members, state, close, url: `http://127.0.0.1:${port}/api` };
}
export type SlackStandIn = Awaited<ReturnType<typeof startSlack>>;

/** A press of a button, as Slack reports it. */
export const pressOf = (
  action: { action_id: string; value: string },
  user: string,
  container = { channel_id: 'C1', message_ts: '17.1' },
  team = TEAM,
) => ({
  ...{ type: 'block_actions', user: { id: user, team_id: team }, team: { id: team }, trigger_id: `t${Math.random()}` },
  container,
  actions: [action],
});

/** The answer to a modal that Slack was asked to open. */
export const submissionOf = (view: object, reason: string, user: string, code?: string) => ({
  ...{ type: 'view_submission', user: { id: user, team_id: TEAM } },
  view: {
    ...view,
    state: {
      values: {
        reason: { text: { value: reason || null } },
        ...(code && { code: { code: { selected_option: { value: code } } } }),
      },
    },
  },
});

/** A request as Slack signs it. */
export function signedForm(payload: object, { secret = SIGNING, atMs = Date.now() } = {}) {
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const timestamp = String(Math.floor(atMs / 1_000));
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': signature,
  };
  return { method: 'POST', body, headers };
}

/** The buttons of a message. */
export function buttonsOf(call: SlackCall | undefined): { action_id: string; value: string }[] {
  const blocks: { type: string; elements?: { action_id: string; value: string }[] }[] = JSON.parse(
    call?.body.blocks ?? '[]',
  );
  return blocks.flatMap((block) => (block.type === 'actions' ? (block.elements ?? []) : []));
}
