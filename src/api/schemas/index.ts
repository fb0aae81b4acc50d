export * from './accounts.ts';
/** The HTTP contract. Clients import types from here; the OpenAPI document is made from it. */
export * from './alerts.ts';
export * from './batches.ts';
export * from './commands.ts';
export * from './common.ts';
export * from './content.ts';
export * from './drafts.ts';
export * from './events.ts';
export * from './keys.ts';
export * from './limits.ts';
export * from './policies.ts';
export * from './preferences.ts';
export * from './proposals.ts';
export * from './settings.ts';
export * from './suppressions.ts';
