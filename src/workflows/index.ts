export { alert } from './alert.ts';
export { draft } from './draft.ts';
