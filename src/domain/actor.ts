/** Who acts. `id` is the authenticated key's or person's id, never a name or an address: it enters workflow history. */
export interface Actor {
  id: string;
  kind: ActorKind;
  roles: Role[];
  /** Names of the approver groups a person belongs to. */
  groups?: string[];
  /** The person an agent's key belongs to: what the agent made counts as made by that person, too. */
  ownerId?: string;
  /** The only inboxes the key may touch; absent: all. */
  inboxes?: string[];
}
/**
 * `agent` and `person` were authenticated by the API. `unverified` reached Temporal directly and proves nothing.
 * `policy` is an autonomous inbox's standing permission; `system` is the workflow itself.
 */
export type ActorKind = 'agent' | 'person' | 'unverified' | 'policy' | 'system';
export const ROLES = ['agent', 'reviewer', 'operator', 'auditor', 'admin'] as const;
export type Role = (typeof ROLES)[number];
/** What a person can be. `agent` is for keys alone, and stands alone. */
export const PERSON_ROLES = ['reviewer', 'operator', 'auditor', 'admin'] as const satisfies readonly Role[];
export type PersonRole = (typeof PERSON_ROLES)[number];
