import { type QueryKey, useMutation } from '@tanstack/react-query';
import { isPassing } from '../api/http.ts';
import { queryClient } from '../api/queries.ts';
import { say } from '../app/toasts.ts';

export interface Change<In, Out> {
  /** Asks the server; `after` runs once it has said yes. */
  go(input: In, after?: (answer: Out) => void): void;
  busy: boolean;
  /** Why the last one was refused; null once another is tried. */
  error: Error | null;
  clear(): void;
}

/**
 * One way to change a setting: said when it is done, and what it touches is read anew. Settings are never shown
 * as changed before the server has said so. With `loud` a refusal is said in passing, for buttons without a form.
 */
export function useChange<In, Out>(
  run: (input: In) => Promise<Out>,
  options: { done?: (answer: Out, input: In) => string; refresh: readonly QueryKey[]; loud?: string },
): Change<In, Out> {
  const { done, refresh, loud } = options;
  const mutation = useMutation<Out, Error, In>({
    mutationFn: run,
    networkMode: 'always',
    onSuccess: (answer, input) => {
      if (done) say(done(answer, input));
    },
    onError: (error) => {
      const hint = isPassing(error) ? ' It may have been done: look before you try again.' : '';
      if (loud !== undefined) say(`${loud}: ${error.message}${hint}`, { tone: 'bad' });
    },
    onSettled: () => Promise.all(refresh.map((queryKey) => queryClient.invalidateQueries({ queryKey }))),
  });
  return {
    go: (input, after) => mutation.mutate(input, { onSuccess: (answer) => after?.(answer) }),
    busy: mutation.isPending,
    error: mutation.error,
    clear: () => mutation.reset(),
  };
}
