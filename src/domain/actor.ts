/** Who acts. `id` is the authenticated key's id, never a name or an address: it enters workflow history. */
export interface Actor {
  id: string;
  kind: ActorKind;
  roles: Role[];
}
/**
 * `agent` and `person` were authenticated by the API. `unverified` reached Temporal directly and proves nothing.
 * `policy` is an autonomous inbox's standing permission; `system` is the workflow itself.
 */
export type ActorKind = 'agent' | 'person' | 'unverified' | 'policy' | 'system';
export const ROLES = ['agent', 'reviewer', 'operator'] as const;
export type Role = (typeof ROLES)[number];
