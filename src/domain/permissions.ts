import type { Actor, Role } from './actor.ts';
import type { CommandName, Decision } from './commands.ts';
import type { RefusalCode } from './reasons.ts';

/** What a permission depends on: the command, and for `decide` which decision. */
export interface CommandKind {
  name: CommandName;
  decision?: Decision;
}

/**
 * Roles of people that may give each command, whoever made the draft. An auditor changes nothing, and an admin looks
 * after accounts and settings: neither is in here.
 */
const PEOPLE: Record<CommandName, readonly Role[]> = {
  decide: ['reviewer'],
  edit: ['reviewer'],
  revise: [],
  revoke: ['reviewer', 'operator'],
  reschedule: ['reviewer', 'operator'],
  recompose: ['reviewer', 'operator'],
  recheck: ['reviewer', 'operator'],
  withdraw: ['operator'],
  cancel: ['operator'],
  resolve: ['reviewer', 'operator'],
};
/** What an agent may do with the drafts it made itself, and with no other. */
const AGENT_OWN: readonly CommandName[] = ['revise', 'withdraw', 'reschedule'];

/** An agent stays one whatever other roles its key lists: a role added by mistake must not let it approve itself. */
export function isAgent(actor: Pick<Actor, 'kind' | 'roles'>): boolean {
  return actor.kind === 'agent' || actor.roles.includes('agent');
}

/** Who made a draft, as far as permissions depend on it. */
export type Creator = Pick<Actor, 'id' | 'ownerId'>;

/** Whether the draft is `actor`'s own work: made by it, or by an agent whose key belongs to it. */
export const madeBy = (creator: Creator, actor: Pick<Actor, 'id'>): boolean =>
  creator.id === actor.id || creator.ownerId === actor.id;

/** Whether what `actor` holds reaches this inbox. */
export const mayUseInbox = ({ inboxes }: Pick<Actor, 'inboxes'>, inboxId: string): boolean =>
  inboxes === undefined || inboxes.includes(inboxId);

/**
 * Whether `actor` may give this command on a draft made by `creator`: null when it may, else the refusal. Pure; the API
 * asks it for a fast answer and the workflow asks it again. The draft's state is not looked at here.
 */
export function mayCommand(command: CommandKind, actor: Actor, creator: Creator): RefusalCode | null {
  const approves = command.name === 'decide' && command.decision === 'approve';
  if (isAgent(actor)) {
    if (approves) return 'agent_approval';
    return AGENT_OWN.includes(command.name) && actor.id === creator.id ? null : 'forbidden';
  }
  // Only what the API authenticated as a person comes this far; a policy or a bare signal has its own, narrower way.
  if (actor.kind !== 'person') return 'unauthorized';
  if (!PEOPLE[command.name].some((role) => actor.roles.includes(role))) return 'forbidden';
  return approves && madeBy(creator, actor) ? 'self_approval' : null;
}
