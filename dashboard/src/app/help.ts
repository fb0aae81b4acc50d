import { createStore } from '../lib/store.ts';

/** Whether the list of keys lies over the page; opened by `?`, the left pane and the menu. */
export const helpOpen = createStore(false);
