import { queryOptions } from '@tanstack/react-query';
import { ask } from '../sign-in/ask.ts';

/** One place where this person is signed in, as the accounts library tells it. */
export interface SessionLine {
  id: string;
  /** Names the session to end it; without the cookie's signature it opens nothing. */
  token: string;
  createdAt: string;
  /** When its use was last noted, which happens once a day. */
  updatedAt: string;
  ipAddress: string | null;
  userAgent: string | null;
}

export interface MySessions {
  email: string;
  current: SessionLine | undefined;
  others: SessionLine[];
}

export const myAccount = {
  /** Ends every other session, too: whoever knew the old password is out. @throws Denied */
  changePassword: (currentPassword: string, newPassword: string) =>
    ask<unknown>('change-password', { currentPassword, newPassword, revokeOtherSessions: true }),
  endSession: (token: string) => ask<unknown>('revoke-session', { token }),
  endOthers: () => ask<unknown>('revoke-other-sessions', {}),
};

async function mySessions(): Promise<MySessions> {
  const [all, here] = await Promise.all([
    ask<SessionLine[]>('list-sessions'),
    ask<{ session: { id: string }; user: { email: string } } | null>('get-session'),
  ]);
  const latest = all.toSorted((one, other) => other.updatedAt.localeCompare(one.updatedAt));
  return {
    email: here?.user.email ?? '',
    current: latest.find(({ id }) => id === here?.session.id),
    others: latest.filter(({ id }) => id !== here?.session.id),
  };
}

export const myAccountQueries = {
  sessions: () => queryOptions({ queryKey: ['my-sessions'], queryFn: mySessions, staleTime: 0 }),
};
