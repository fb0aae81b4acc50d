import type { Draft, Revision } from '../../../src/api/schemas/index.ts';
import { Refused } from '../api/http.ts';
import { operations } from '../api/operations.ts';
import { queryClient } from '../api/queries.ts';
import { say } from '../app/toasts.ts';
import { give } from './commands.ts';
import type { Act, Ending } from './use-act.ts';

/** What can be done with a draft beside deciding it; undefined where it is not possible now. */
export interface More {
  pause: ((reason: string) => void) | undefined;
  resume: (() => void) | undefined;
  recheck: (() => void) | undefined;
  recompose: ((comment: string) => void) | undefined;
  withdraw: ((comment: string) => void) | undefined;
  cancel: ((comment: string) => void) | undefined;
}

export function useMore(draft: Draft, revision: Revision | null, act: Act): More {
  const { id, actions } = draft;
  /** Says how it came out; the draft is read anew either way. */
  const run = async (failed: string, work: () => Promise<string>) => {
    try {
      say(await work());
    } catch (error) {
      const hint = error instanceof Refused ? '' : ' It may have been done: look before you try again.';
      say(`${failed}: ${error instanceof Error ? error.message : 'The reason is not known.'}${hint}`, { tone: 'bad' });
    } finally {
      void queryClient.invalidateQueries({ queryKey: ['draft', id] });
    }
  };
  const pause = async (reason: string) => {
    await operations.pauseDraft(id, { reason });
    return 'Paused: it does not leave until it is resumed.';
  };
  const resume = async () => {
    await operations.resumeDraft(id);
    return 'Resumed: it is checked again before it leaves.';
  };
  const recheck = async () => {
    const { changed } = await give(draft, { path: 'recheck', body: {} });
    return changed ? 'Checked again: what becomes of it changed.' : 'Checked again: nothing changed.';
  };
  const recompose = async (of: number, comment: string) => {
    await give(draft, { path: 'recompose', body: { revision: of, ...(comment && { comment }) } });
    return 'It is being composed anew.';
  };
  const ending = (how: Ending) => (actions.includes(how) ? (comment: string) => act.end(how, comment) : undefined);
  // What would be composed over must be what is on screen.
  const shown = revision?.revision === draft.revision ? draft.revision : undefined;
  return {
    pause: actions.includes('pause') ? (reason) => void run('Not paused', () => pause(reason)) : undefined,
    resume: actions.includes('resume') ? () => void run('Not resumed', resume) : undefined,
    recheck: actions.includes('recheck') ? () => void run('Not checked', recheck) : undefined,
    recompose:
      actions.includes('recompose') && shown !== undefined
        ? (comment) => void run('Not composed anew', () => recompose(shown, comment))
        : undefined,
    withdraw: ending('withdraw'),
    cancel: ending('cancel'),
  };
}
