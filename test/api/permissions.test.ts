import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Actor, ROLES } from '../../src/domain/actor.ts';
import { type CommandKind, mayCommand } from '../../src/domain/permissions.ts';

const COMMANDS: CommandKind[] = [
  { name: 'decide', decision: 'approve' },
  { name: 'decide', decision: 'reject' },
  { name: 'decide', decision: 'request_changes' },
  ...(['revoke', 'edit', 'revise', 'reschedule', 'withdraw', 'cancel', 'resolve'] as const).map((name) => ({ name })),
];
const command = fc.constantFrom(...COMMANDS);
const approve: CommandKind = { name: 'decide', decision: 'approve' };
const id = fc.constantFrom('a', 'b', 'c');
const actor: fc.Arbitrary<Actor> = fc.record({
  id,
  kind: fc.constantFrom('agent', 'person', 'unverified', 'policy', 'system'),
  roles: fc.subarray([...ROLES]),
});

describe('mayCommand', () => {
  it('never lets an agent decide, whatever other roles its key lists', () => {
    fc.assert(
      fc.property(actor, command, id, (by, what, creator) => {
        fc.pre(by.kind === 'agent' || by.roles.includes('agent'));
        const refusal = mayCommand(what, by, { id: creator });
        if (what.name === 'decide') expect(refusal).toBe(what.decision === 'approve' ? 'agent_approval' : 'forbidden');
        else if (refusal === null) {
          expect(by.id).toBe(creator);
          expect(['revise', 'withdraw', 'reschedule']).toContain(what.name);
        }
      }),
    );
  });

  it('never lets the creator approve', () => {
    fc.assert(
      fc.property(actor, (by) => {
        expect(mayCommand(approve, by, { id: by.id })).not.toBeNull();
      }),
    );
  });

  it('lets only authenticated people with the right role act on what others made', () => {
    fc.assert(
      fc.property(actor, command, id, (by, what, creator) => {
        fc.pre(by.kind !== 'agent' && !by.roles.includes('agent'));
        if (mayCommand(what, by, { id: creator }) !== null) return;
        expect(by.kind).toBe('person');
        expect(by.roles.length).toBeGreaterThan(0);
        if (what.name === 'decide' || what.name === 'edit') expect(by.roles).toContain('reviewer');
        if (what.name === 'cancel' || what.name === 'withdraw') expect(by.roles).toContain('operator');
      }),
    );
  });

  it.each([
    ['reviewer', 'decide edit revoke reschedule resolve'],
    ['operator', 'revoke reschedule withdraw cancel resolve'],
  ] as const)('gives a %s exactly: %s', (role, allowed) => {
    const person: Actor = { id: 'p', kind: 'person', roles: [role] };
    const names = new Set(
      COMMANDS.filter((what) => mayCommand(what, person, { id: 'agent' }) === null).map(({ name }) => name),
    );
    expect([...names].sort()).toEqual(allowed.split(' ').sort());
  });

  it('lets an agent revise, withdraw and reschedule its own draft', () => {
    const agent: Actor = { id: 'a', kind: 'agent', roles: ['agent'] };
    const own = COMMANDS.filter((what) => mayCommand(what, agent, { id: 'a' }) === null).map(({ name }) => name);
    expect(own.sort()).toEqual(['reschedule', 'revise', 'withdraw']);
    expect(COMMANDS.every((what) => mayCommand(what, agent, { id: 'b' }) !== null)).toBe(true);
  });
});
