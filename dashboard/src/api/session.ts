import { createStore } from '../lib/store.ts';

const NAME = 'countersign.key';

/** Storage can be switched off in a browser; the key then lives as long as the page. */
function read(storage: () => Storage): string | null {
  try {
    return storage().getItem(NAME);
  } catch {
    return null;
  }
}

function write(storage: () => Storage, key: string | null): void {
  try {
    if (key === null) storage().removeItem(NAME);
    else storage().setItem(NAME, key);
  } catch {
    // The page keeps it.
  }
}

const tab = () => sessionStorage;
const browser = () => localStorage;

/** The key of whoever is signed in; null shows the sign-in page. */
export const session = createStore<string | null>(null);

/** Takes the key out of a sign-in link (`#key=...`) and off the address bar at once, or the one kept from before. */
export function restoreSession(): void {
  const inLink = new URLSearchParams(location.hash.slice(1)).get('key');
  if (inLink !== null) {
    history.replaceState(history.state, '', location.pathname + location.search);
    signIn(inLink, false);
    return;
  }
  const kept = read(tab) ?? read(browser);
  session.set(() => kept);
}

/** `stay` keeps the key in this browser after the tab is closed. */
export function signIn(key: string, stay: boolean): void {
  write(tab, key);
  write(browser, stay ? key : null);
  session.set(() => key);
}

/** Forgets the key and everything else kept in this tab, unsaved edits included. */
export function signOut(): void {
  write(browser, null);
  try {
    sessionStorage.clear();
  } catch {
    // Nothing was kept.
  }
  session.set(() => null);
}
