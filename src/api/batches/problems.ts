import { ApiProblem } from '../problems.ts';

export const batchNotFound = (id: string) =>
  new ApiProblem('not_found', `There is no batch ${id}, or this key may not see it.`);

/** The batch is in a state that does not allow it. */
export const batchConflict = (message: string) => new ApiProblem('batch_conflict', message);

/** A chunk that does not begin where the one before ended. */
export const uploadGap = (expectedOffset: number) =>
  new ApiProblem('upload_gap', `${expectedOffset} bytes of the file are here: continue at this offset.`, {
    extra: { expectedOffset },
  });

export const notConfirmed = (what: string, cause?: unknown) =>
  new ApiProblem('engine_unavailable', `${what} Repeat the request: it takes effect once.`, {
    headers: { 'Retry-After': '2' },
    cause,
  });
