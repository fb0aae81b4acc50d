import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Assignee, Draft } from '../../../src/api/schemas/index.ts';
import { patchRows } from '../api/live.ts';
import { queries, queryClient } from '../api/queries.ts';
import { review } from '../api/review.ts';
import { say } from '../app/toasts.ts';

/** Well within the 15 minutes of a claim. */
const RENEW_MS = 5 * 60_000;

export interface ClaimActs {
  mine: boolean;
  /** Name of somebody else who has it. */
  other: string | null;
  take(): void;
  letGo(): void;
  handTo(person: string): Promise<boolean>;
}

/** Who has the draft. One's own claim is renewed as long as the draft is open. */
export function useClaim({ id, assignee }: Pick<Draft, 'id' | 'assignee'>): ClaimActs {
  const { data: me } = useQuery(queries.me());
  const mine = assignee !== null && assignee.person.id === me?.id;
  const leased = mine && assignee.until !== null;
  useEffect(() => {
    if (!leased) return;
    // A missed renewal is made up for by the next one.
    const timer = setInterval(() => void review.claim(id, false).catch(() => undefined), RENEW_MS);
    return () => clearInterval(timer);
  }, [id, leased]);

  const attempt = async (what: Promise<Assignee>, words: (now: Assignee['assignee']) => string) => {
    try {
      const { assignee: now } = await what;
      show(id, now);
      say(words(now));
      return true;
    } catch (error) {
      say(`Not done: ${error instanceof Error ? error.message : 'the reason is not known.'}`, { tone: 'bad' });
      return false;
    }
  };
  return {
    mine,
    other: assignee !== null && !mine ? assignee.person.name : null,
    // Somebody who sees another's name and takes the draft all the same means it.
    take: () =>
      void attempt(review.claim(id, assignee !== null), () => 'It is yours for 15 minutes, and while you read.'),
    letGo: () => void attempt(review.release(id), () => 'Let go. Anybody may take it.'),
    handTo: (person) => attempt(review.assign(id, person), (now) => `Handed to ${now?.person.name ?? 'nobody'}.`),
  };
}

/** Whoever begins to write says so to the others, unless somebody has the draft already. */
export async function claimToEdit(id: string): Promise<void> {
  try {
    show(id, (await review.claim(id, false)).assignee);
  } catch {
    // An edit goes without a claim, too.
  }
}

function show(id: string, assignee: Assignee['assignee']): void {
  patchRows([{ id, assignee }]);
  queryClient.setQueryData(queries.draft(id).queryKey, (draft) => draft && { ...draft, assignee });
  void queryClient.invalidateQueries({ queryKey: ['counts'] });
}
