export { alert } from './alert.ts';
export { batch } from './batch.ts';
export { discovery } from './discovery.ts';
export { draft } from './draft.ts';
export { operation } from './operation.ts';
export { reviewNotice } from './review-notice.ts';
export { watchdog } from './watchdog.ts';
