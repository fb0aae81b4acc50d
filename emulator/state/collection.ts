import type { z } from 'zod';

/** One row written or removed; several form a commit, which is journaled as one line and so is atomic. */
export interface Change {
  readonly collection: string;
  readonly id: string;
  /** Absent when the row is removed. */
  readonly value?: unknown;
  apply(): void;
}

export type RowObserver<T> = (previous: T | undefined, next: T | undefined) => void;

/** Rows of one kind by id. Rows are never mutated: a change puts a new object, so identity tells whether a row moved. */
export class Collection<T> {
  readonly name: string;
  readonly #schema: z.ZodType<T>;
  readonly #rows = new Map<string, T>();
  readonly #observer: RowObserver<T> | undefined;

  constructor(name: string, schema: z.ZodType<T>, observer?: RowObserver<T>) {
    this.name = name;
    this.#schema = schema;
    this.#observer = observer;
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: string): T | undefined {
    return this.#rows.get(id);
  }

  values(): T[] {
    return [...this.#rows.values()];
  }

  entries(): [string, T][] {
    return [...this.#rows.entries()];
  }

  put(id: string, value: T): Change {
    return { collection: this.name, id, value, apply: () => this.#set(id, value) };
  }

  remove(id: string): Change {
    return { collection: this.name, id, apply: () => this.#set(id, undefined) };
  }

  /** Applies a row read from disk. Throws a ZodError when it is not of this collection's shape. */
  restore(id: string, raw: unknown): void {
    this.#set(id, raw === undefined ? undefined : this.#schema.parse(raw));
  }

  clear(): void {
    for (const id of [...this.#rows.keys()]) this.#set(id, undefined);
  }

  #set(id: string, next: T | undefined): void {
    const previous = this.#rows.get(id);
    if (next === undefined) this.#rows.delete(id);
    else this.#rows.set(id, next);
    this.#observer?.(previous, next);
  }
}
