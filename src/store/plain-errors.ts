import { DrizzleQueryError } from 'drizzle-orm/errors';

/**
 * Drizzle's errors quote every parameter, and those are people's mail: only the cause leaves the store, so that none of
 * it ends in a log or in a workflow's history.
 */
export function withPlainErrors<T extends object>(target: T): T {
  return new Proxy(target, {
    get(object, key, receiver) {
      const member: unknown = Reflect.get(object, key, receiver);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        try {
          return await member.apply(object, args);
        } catch (error) {
          throw error instanceof DrizzleQueryError && error.cause ? error.cause : error;
        }
      };
    },
  });
}
