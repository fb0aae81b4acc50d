import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandFacts, giveCommand } from '../../src/api/commands.ts';
import type { Api } from '../../src/api/context.ts';
import type { Caller } from '../../src/api/deps.ts';
import { ApiProblem } from '../../src/api/problems.ts';
import { ROLES, type Role } from '../../src/domain/actor.ts';
import type { DraftRow } from '../../src/store/types.ts';
import { ask, createEdge, type Edge } from '../api/support.ts';

const DIGEST = 'a'.repeat(64);
/** Every Update there is, `decide` by each of its decisions. The type makes a new command fail to compile here. */
const UPDATES: Record<
  Exclude<CommandFacts['name'], 'decide'> | 'approve' | 'reject' | 'request_changes',
  CommandFacts
> = {
  approve: { name: 'decide', facts: { decision: 'approve', revision: 1, digest: DIGEST } },
  reject: { name: 'decide', facts: { decision: 'reject', revision: 1, digest: DIGEST } },
  request_changes: { name: 'decide', facts: { decision: 'request_changes', revision: 1, digest: DIGEST } },
  revoke: { name: 'revoke', facts: { revision: 1 } },
  edit: { name: 'edit', facts: { baseRevision: 1, contentRef: DIGEST } },
  revise: { name: 'revise', facts: { baseRevision: 1, contentRef: DIGEST } },
  reschedule: { name: 'reschedule', facts: { schedule: { kind: 'held' } } },
  recompose: { name: 'recompose', facts: { revision: 1 } },
  recheck: { name: 'recheck', facts: {} },
  withdraw: { name: 'withdraw', facts: {} },
  cancel: { name: 'cancel', facts: {} },
  resolve: { name: 'resolve', facts: { action: 'give_up' } },
};
type Update = keyof typeof UPDATES;
/** What each role may do with somebody else's draft, written down apart from the code. */
const MAY: Record<Role, readonly Update[]> = {
  agent: [],
  reviewer: ['approve', 'reject', 'request_changes', 'revoke', 'edit', 'reschedule', 'recompose', 'recheck', 'resolve'],
  operator: ['revoke', 'reschedule', 'recompose', 'recheck', 'withdraw', 'cancel', 'resolve'],
  auditor: [],
  admin: [],
};
const OWN_AGENT: readonly Update[] = ['revise', 'reschedule', 'withdraw'];

let edge: Edge;
let row: DraftRow;
let api: Api;
beforeAll(async () => {
  edge = await createEdge();
  const body = { inbox: 'support@acme.test', content: { to: ['beck@example.com'], subject: 'Hi', text: 'Hello' } };
  const created = await (await ask(edge.app, 'agent', 'POST', '/v1/drafts', body)).json();
  const stored = await edge.store.getDraft(created.id);
  if (!stored) throw new Error('the draft was not stored');
  row = stored;
  const { store, engine } = edge;
  // What giving a command takes of an API; anything else it touched would be undefined and throw.
  api = { store, engine, names: (id: string) => ({ id, name: id }), now: () => 1_790_000_000_000 } as unknown as Api;
  edge.engine.outcome = { kind: 'refused', code: 'stale_revision' };
});
afterAll(() => edge.close());

/** `let in` when the engine was asked, else the refusal's code. */
async function give(update: Update, caller: Caller, draft: DraftRow = row): Promise<string> {
  const before = edge.engine.commands.length;
  const command = { ...UPDATES[update], row: draft, caller, decisionId: undefined, comment: undefined };
  const error = await giveCommand(api, command).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiProblem)) throw new Error('neither engine answers with success', { cause: error });
  const asked = edge.engine.commands.length > before;
  expect(asked).toBe(error.code === 'stale_revision');
  return asked ? 'let in' : error.code;
}

const caller = (id: string, ...roles: Role[]): Caller => ({
  ...{ id, name: id, roles },
  kind: roles.includes('agent') ? 'agent' : 'person',
});
const updates = Object.keys(UPDATES) as Update[];

describe('every Update', () => {
  it.each(ROLES)("on another's draft by the role %s", async (role) => {
    const answers = await Promise.all(updates.map((update) => give(update, caller('somebody', role))));
    const expected = updates.map((update) => {
      if (MAY[role].includes(update)) return 'let in';
      return role === 'agent' && update === 'approve' ? 'agent_approval' : 'forbidden';
    });
    expect(Object.fromEntries(updates.map((update, i) => [update, answers[i]]))).toEqual(
      Object.fromEntries(updates.map((update, i) => [update, expected[i]])),
    );
  });

  it('on its own draft by the agent', async () => {
    for (const update of updates) {
      const expected = OWN_AGENT.includes(update) ? 'let in' : update === 'approve' ? 'agent_approval' : 'forbidden';
      expect([update, await give(update, caller('agent', 'agent'))]).toEqual([update, expected]);
    }
  });

  it('on the draft of their own agent, by a person with every role: all but approve', async () => {
    const owned: DraftRow = { ...row, creator: { ...row.creator, ownerId: 'ana' } };
    const ana = caller('ana', 'reviewer', 'operator', 'auditor', 'admin');
    expect(await give('approve', ana, owned)).toBe('self_approval');
    for (const update of updates.filter((name) => name !== 'approve' && name !== 'revise')) {
      expect([update, await give(update, ana, owned)]).toEqual([update, 'let in']);
    }
    expect(await give('approve', caller('ben', 'reviewer'), owned)).toBe('let in');
  });

  it('by an agent whose key lists roles of people: never a decision', async () => {
    for (const update of updates) {
      const answer = await give(update, { ...caller('agent', 'agent', 'reviewer', 'operator'), kind: 'person' });
      expect([update, answer === 'let in']).toEqual([update, OWN_AGENT.includes(update)]);
    }
  });
});
