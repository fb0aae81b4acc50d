/** A write contradicts what is stored: the same name was used for something else. Nothing was changed. */
export class StoreConflict extends Error {
  override name = 'StoreConflict';
}

/** What was asked for, or what a write belongs to, does not exist. */
export class StoreMissing extends Error {
  override name = 'StoreMissing';
}

/** The value cannot be stored or the query cannot be answered as given; repeating it will not help. */
export class StoreInvalid extends Error {
  override name = 'StoreInvalid';
}

/** The database cannot be reached or does not let us in; the message says which and what to check. */
export class StoreUnavailable extends Error {
  override name = 'StoreUnavailable';
}

/** PostgreSQL's error codes (class 08 and others) that mean "no connection now", not "your statement is wrong". */
const UNAVAILABLE = /^(08|28|53|57P|3D000)/;
const NETWORK = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ECONNRESET', 'ETIMEDOUT', 'EHOSTUNREACH', 'EPIPE']);
/** Text that PostgreSQL cannot hold, JSON it cannot read, a number out of range, a value beyond its limits. */
const INVALID = new Set(['22021', '22P05', '22P02', '22003', '54000', '22001']);

/** What drivers hang on their errors that may quote mail: parameters, and excerpts of the value at fault. */
const REVEALING = ['params', 'query', 'queryOptions', 'where', 'detail', 'internalQuery'];

/** Turns a driver's error into one of ours where we know what it means; all others pass as they are. */
export function translateError(error: unknown, location: string): unknown {
  if (!(error instanceof Error)) return error;
  for (const name of REVEALING) Reflect.deleteProperty(error, name);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const options = { cause: error };
  if (code === '23503') return new StoreMissing('The draft does not exist; create it first.', options);
  if (INVALID.has(code)) {
    return new StoreInvalid(`The database cannot hold this value (${code}: ${error.message}).`, options);
  }
  const timedOut =
    /timeout exceeded when trying to connect|Query read timeout|Connection terminated|server closed the connection/;
  if (UNAVAILABLE.test(code) || NETWORK.has(code) || timedOut.test(error.message)) {
    const why = error.message || code;
    return new StoreUnavailable(
      `The database at ${location} is not available (${why}). Check DATABASE_URL and that the server runs.`,
      options,
    );
  }
  return error;
}

/** The URL as it may be shown and logged: no password, no options that might hold one. */
export function withoutPassword(databaseUrl: string): string {
  try {
    const url = new URL(databaseUrl);
    const user = url.username ? `${url.username}@` : '';
    return `${url.protocol}//${user}${url.host}${url.pathname}`;
  } catch {
    return 'DATABASE_URL (not a valid URL)';
  }
}
