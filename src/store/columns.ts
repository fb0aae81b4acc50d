import { bigint, customType } from 'drizzle-orm/pg-core';

/** Milliseconds since 1970: the clock of the workflows, kept as told. */
export const millis = (name: string) => bigint(name, { mode: 'number' });

/**
 * Type `json`, not `jsonb`: it keeps the very text, so that NUL and lone surrogates (both `\u` escapes in what
 * JSON.stringify writes) come back as they were, where `jsonb` and `text` refuse them.
 */
export const json = customType<{ data: unknown; driverData: unknown }>({
  dataType: () => 'json',
  toDriver: (value) => JSON.stringify(value),
});

/** For small facts of our own making that SQL may look into; refuses NUL. Drivers parse it. */
export const jsonb = customType<{ data: unknown; driverData: unknown }>({
  dataType: () => 'jsonb',
  toDriver: (value) => JSON.stringify(value),
});

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

export const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' });

/** A 64-bit transaction id: never wraps around. */
export const xid8 = customType<{ data: string }>({ dataType: () => 'xid8' });

/** Milliseconds, read as a Date: for tables of libraries that work with those. */
export const date = customType<{ data: Date; driverData: number | string }>({
  dataType: () => 'bigint',
  toDriver: (value) => value.getTime(),
  fromDriver: (value) => new Date(Number(value)),
});
