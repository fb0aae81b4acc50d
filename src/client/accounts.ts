import type {
  AbsenceList,
  AbsenceView,
  AccountLog,
  ApiKeyList,
  ApiKeyView,
  ChangeUser,
  CreateApiKey,
  FreshApiKey,
  Group,
  GroupList,
  InvitedUser,
  InviteUser,
  PutAbsence,
  RotateApiKey,
  User,
  UserList,
} from '../api/schemas/index.ts';
import { type Http, path } from './http.ts';

/**
 * People with accounts. Changing them takes an admin, and no key gives anybody the roles reviewer, operator or admin: that is
 * done at the desk.
 */
export class Users {
  readonly #http: Http;
  constructor(http: Http) {
    this.#http = http;
  }

  list(): Promise<UserList> {
    return this.#http.json({ path: path('users') });
  }
  /** Makes the account and a link that lets the person choose a password. Further links are made at the desk. */
  invite(user: InviteUser): Promise<InvitedUser> {
    return this.#http.json({ method: 'POST', path: path('users'), body: user });
  }
  change(id: string, changes: ChangeUser): Promise<User> {
    return this.#http.json({ method: 'PATCH', path: path('users', id), body: changes, repeatable: true });
  }
}

/** Approver groups. Changing them takes an admin. */
export class Groups {
  readonly #http: Http;
  constructor(http: Http) {
    this.#http = http;
  }

  list(): Promise<GroupList> {
    return this.#http.json({ path: path('groups') });
  }
  /** Makes the group or replaces its members, given by id. */
  set(name: string, members: string[]): Promise<Group> {
    return this.#http.json({ method: 'PUT', path: path('groups', name), body: { members }, repeatable: true });
  }
  async remove(name: string): Promise<void> {
    await this.#http.send({ method: 'DELETE', path: path('groups', name) });
  }
}

/** Who is away and who stands in. One's own; for others it takes an operator or an admin. */
export class Absences {
  readonly #http: Http;
  constructor(http: Http) {
    this.#http = http;
  }

  /** Those that are not over, the soonest first. */
  list(): Promise<AbsenceList> {
    return this.#http.json({ path: path('absences') });
  }
  /** Takes the place of what was said of this person before. */
  set(person: string, absence: PutAbsence): Promise<AbsenceView> {
    return this.#http.json({ method: 'PUT', path: path('absences', person), body: absence, repeatable: true });
  }
  async remove(person: string): Promise<void> {
    await this.#http.send({ method: 'DELETE', path: path('absences', person) });
  }
}

/** API keys: one's own, and for admins those of agents. */
export class Keys {
  readonly #http: Http;
  constructor(http: Http) {
    this.#http = http;
  }

  list(): Promise<ApiKeyList> {
    return this.#http.json({ path: path('keys') });
  }
  create(key: CreateApiKey): Promise<FreshApiKey> {
    return this.#http.json({ method: 'POST', path: path('keys'), body: key });
  }
  rotate(id: string, options: RotateApiKey = {}): Promise<FreshApiKey> {
    return this.#http.json({ method: 'POST', path: path('keys', id, 'rotate'), body: options });
  }
  revoke(id: string): Promise<ApiKeyView> {
    return this.#http.json({ method: 'DELETE', path: path('keys', id), repeatable: true });
  }
}

/** Sign-ins, and changes of what anybody may do. Newest first; for admins and auditors. */
export const accountLog =
  (http: Http) =>
  (query: { event?: string; subject?: string; limit?: number; cursor?: string } = {}): Promise<AccountLog> =>
    http.json({ path: path('account-log'), query });
