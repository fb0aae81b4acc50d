import { createStore } from './store.ts';

const NAME = 'countersign.single-keys';

function kept(): boolean {
  try {
    return localStorage.getItem(NAME) !== 'off';
  } catch {
    return true;
  }
}

/**
 * Whether a letter, digit or sign alone does something. Who speaks to the computer, or presses keys by mistake, turns
 * it off (WCAG 2.1.4); kept in this browser, where no storage is allowed as long as the page.
 */
export const singleKeys = createStore(kept());

export function setSingleKeys(on: boolean): void {
  try {
    if (on) localStorage.removeItem(NAME);
    else localStorage.setItem(NAME, 'off');
  } catch {
    // The page keeps it.
  }
  singleKeys.set(() => on);
}
