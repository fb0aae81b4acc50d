export { alert } from './alert.ts';
export { discovery } from './discovery.ts';
export { discovery } from './discovery.ts';
export { draft } from './draft.ts';
export { watchdog } from './watchdog.ts';
export { watchdog } from './watchdog.ts';
